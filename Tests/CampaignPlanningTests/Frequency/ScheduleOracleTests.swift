import CampaignModel
import Foundation
import Testing

@testable import CampaignPlanning

/// Every time zone against Python's zoneinfo: `scripts/lib/occurrences.py` says when a schedule occurs there.
///
/// A few zones and a year as a rule; `TELLAL_ZONE_YEARS=10` compares all zones for so long.
@Suite struct ScheduleOracleTests {
    /// Clocks that are moved by half an hour, at midnight, for Ramadan, not at all; zones far ahead and behind.
    private static let few = [
        "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo", "Africa/Casablanca",
        "America/St_Johns", "Asia/Kathmandu", "Pacific/Kiritimati", "Pacific/Chatham", "America/Santiago", "Asia/Gaza",
        "Etc/GMT+12", "UTC",
    ]
    private static let years = ProcessInfo.processInfo.environment["TELLAL_ZONE_YEARS"].flatMap(Int.init)
    private static let firstYear = 2026

    private struct Line: Hashable {
        var name: String
        var count = 0
        var sum = 0
    }

    @Test func `each local occurrence is there exactly once`() throws {
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(
            path: "../../../scripts/lib/occurrences.py")
        let arguments = ["\(Self.firstYear)", "\(Self.years ?? 1)"] + (Self.years == nil ? Self.few : [])
        let lines = try output(of: script.standardized.path, arguments).split(separator: "\n")
        #expect(lines.count >= Self.few.count * 48)
        var zones = 0
        for group in lines.chunked(by: { $0.prefix(while: { $0 != "\t" }) == $1.prefix(while: { $0 != "\t" }) }) {
            let fields = group[group.startIndex].split(separator: "\t")
            let zone = try #require(TimeZone(identifier: String(fields[0])), "\(fields[0])")
            zones += 1
            for expected in group.chunked(by: { $0.split(separator: "\t")[1] == $1.split(separator: "\t")[1] }) {
                let schedule = String(expected[expected.startIndex].split(separator: "\t")[1])
                let wrong = try zip(expected.map(String.init), months(of: schedule, in: zone, String(fields[0])))
                    .first { $0 != $1 }
                #expect(wrong == nil, "by zoneinfo \(wrong?.0 ?? ""), here \(wrong?.1 ?? "")")
            }
        }
        #expect(zones >= Self.few.count)
    }

    private func months(of text: String, in zone: TimeZone, _ name: String) throws -> [String] {
        let frequency = try FrequencyReader.read("cron \(text)")
        let schedule = try #require(Schedule(frequency, on: WallClock(zone)))
        let starts = (0...(12 * (Self.years ?? 1))).compactMap {
            Timestamp(year: Self.firstYear + $0 / 12, month: $0 % 12 + 1, day: 1)
        }
        var lines: [String] = []
        var next = schedule.next(after: starts[0] - .milliseconds(1))
        for (start, end) in zip(starts, starts.dropFirst()) {
            var (count, sum) = (0, 0)
            while let moment = next, moment < end {
                count += 1
                sum += Int(moment.milliseconds / 60_000)
                next = schedule.next(after: moment)
            }
            lines.append("\(name)\t\(text)\t\(start.description.prefix(7))\t\(count)\t\(sum)")
        }
        return lines
    }

    private func output(of script: String, _ arguments: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", script] + arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
        return String(decoding: data, as: UTF8.self)
    }
}

extension Array {
    /// Runs of neighbours that belong together.
    fileprivate func chunked(by belongs: (Element, Element) -> Bool) -> [ArraySlice<Element>] {
        var chunks: [ArraySlice<Element>] = []
        var start = startIndex
        for index in indices.dropFirst() where !belongs(self[index - 1], self[index]) {
            chunks.append(self[start..<index])
            start = index
        }
        if start < endIndex { chunks.append(self[start...]) }
        return chunks
    }
}

extension ArraySlice {
    fileprivate func chunked(by belongs: (Element, Element) -> Bool) -> [ArraySlice<Element>] {
        Array(self).chunked(by: belongs)
    }
}
