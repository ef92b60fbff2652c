import ArgumentParser
import CampaignModel
import CampaignPlanning
import FeedReading
import Foundation

struct BenchFilterCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "filter",
        abstract: "Times the choice of items by the words in them.",
        discussion: """
            Each line of ITEMS is an item: its title and, behind a tab, its summary. Each line of WORDS is a word or phrase \
            of which an item must have one, as in a campaign's filter. The choice is made as a run makes it, for 10,000 items \
            at a time.

            EXAMPLE:
              tellal bench filter titles.txt --words words.txt
            """)

    @Argument(help: "The items.")
    var items: String

    @Option(help: "The words and phrases.")
    var words: String

    @Flag(help: "Also print the titles that were chosen, before the measure.")
    var titles = false

    @Flag(help: "One JSON object is printed anyway; with this errors are JSON too.")
    var json = false

    private struct Report: Encodable {
        var items = 0
        var chosen = 0
        var words: Int
        var secs = 0.0
        var rss_peak_mb: Double?
    }

    private static let atOnce = 10_000

    func run() async throws {
        try await reportingProblems(json: json) {
            let words = try lines(of: words)
            let now = SystemTime().now()
            var campaign = Campaign(
                workspace: "default", name: "bench", sources: [], filter: ItemFilter(include: words), layout: "",
                channels: [], provenance: Provenance(file: "", line: 0))
            campaign.items.max = .max
            let changes = try lines(of: items).enumerated().map { number, line in
                let parts = line.split(separator: "\t", maxSplits: 1, omittingEmptySubsequences: false)
                let item = Item(
                    key: ItemKey(of: ["\(number)"]), title: String(parts[0]),
                    summary: parts.count > 1 ? String(parts[1]) : nil)
                return LoggedChange(
                    position: Int64(number), source: SourceID(rawValue: 1),
                    change: Change(kind: .new, key: item.key, before: nil, after: item), at: now)
            }
            var report = Report(items: changes.count, words: words.count)
            var chosen: [String] = []
            let start = ContinuousClock.now
            for first in stride(from: 0, to: changes.count, by: Self.atOnce) {
                let some = Array(changes[first..<min(first + Self.atOnce, changes.count)])
                let selection = Selection.choose(campaign, changes: some, now: now) {
                    HTMLText.richText(html: $0, base: nil)
                }
                report.chosen += selection.chosen.count
                if titles { chosen += selection.chosen.compactMap(\.change.after?.title) }
            }
            report.secs = (ContinuousClock.now - start) / .seconds(1)
            report.rss_peak_mb = ProcessUse.peak
            for title in chosen.sorted() { Console.line(Console.printable(title)) }
            Console.json(report)
        }
    }

    private func lines(of path: String) throws -> [String] {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw Problem(.notFound, "there is no file \(path)", hint: "Write its path as the shell sees it.")
        }
        return String(decoding: data, as: UTF8.self).split(separator: "\n").map { String($0) }
    }
}
