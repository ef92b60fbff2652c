import Foundation
import TestSupport
import Testing

/// A stretch of time as it may be, with a clock that the test moves, looked through by a checker that shares nothing with the
/// program: no message too many, too early, too late, against a choice, or unexplained.
///
/// Ten days and forty people as a rule; `TELLAL_YEAR_DAYS=365` makes it a year with two hundred, `TELLAL_YEAR_SEED` another
/// one, and `TELLAL_YEAR_LOG` keeps what was written down.
@Suite struct YearTests {
    private static func environment(_ name: String) -> Int? {
        ProcessInfo.processInfo.environment[name].flatMap { Int($0) }
    }

    @Test func `nobody gets anything that they should not, and everything has a reason`() async throws {
        let days = Self.environment("TELLAL_YEAR_DAYS")
        let folder = try TemporaryFolder()
        let year = try await Year(
            seed: UInt64(Self.environment("TELLAL_YEAR_SEED") ?? 1), people: days == nil ? 40 : 200, in: folder)
        try await year.live(days: days ?? 10)
        let path = ProcessInfo.processInfo.environment["TELLAL_YEAR_LOG"] ?? folder.path("year.jsonl")
        try year.save(to: path)
        let (status, said) = try check([path])
        #expect(status == 0, "\(said)")
        #expect(said.contains("sends"))
    }

    @Test func `the checker finds what is wrong`() throws {
        let (status, said) = try check(["--self-test"])
        #expect(status == 0, "\(said)")
    }

    private func check(_ arguments: [String]) throws -> (status: Int32, said: String) {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(
            path: "../../scripts/lib/year_check.py")
        process.arguments = ["python3", script.standardized.path] + arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: data, as: UTF8.self))
    }
}
