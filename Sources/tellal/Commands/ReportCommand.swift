import ArgumentParser
import CampaignModel
import CampaignStore

struct ReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "What came of campaigns: sent, delivered, read, clicked, failed, held, left.",
        discussion: """
            Counted from what is stored at this moment. Messenger alone tells what was delivered and read; clicks are those of \
            links that lead through `public_url`, without programs and previews, which are counted apart.

            EXAMPLES:
              tellal report
              tellal report news --runs
              tellal report --csv > report.csv
            """)

    @Argument(help: "The campaign's name; all campaigns when none is given.")
    var campaign: String?

    @Flag(help: "Each run by itself, the oldest first.")
    var runs = false

    @Flag(help: "As a table for other programs.")
    var csv = false

    @OptionGroup var options: CommonOptions

    func validate() throws {
        if csv, options.json { throw ValidationError("--csv and --json are two forms: choose one") }
    }

    func run() async throws {
        try await reportingProblems(json: options.json) {
            let reports = try await options.load().readStore { try await $0.results(of: campaign, byRun: runs) }
            if csv { Console.line(Self.header) }
            for report in reports {
                if csv {
                    Console.line(Self.row(report))
                } else if options.json {
                    Console.json(report)
                } else {
                    for line in Self.lines(report) { Console.line(Console.printable(line)) }
                }
            }
            if reports.isEmpty, !csv, !options.json { Console.line("no runs yet") }
        }
    }

    private static func lines(_ report: ResultReport) -> [String] {
        let isNamed = report.workspace != Workspace.defaultName
        let campaign = isNamed ? "\(report.workspace)/\(report.campaign)" : report.campaign
        let name =
            report.run.map { "\(campaign), run \($0)\(report.at.map { " of \($0)" } ?? "")" }
            ?? (report.isEarlier == true ? "\(campaign), earlier runs" : campaign)
        var parts = ["\(report.sent) of \(report.planned) sent\(share(report.sent, of: report.planned))"]
        for (count, word) in [
            (report.delivered, "delivered"), (report.read, "read"), (report.clicked, "clicked"),
            (report.failed, "failed"), (report.unknown, "unknown"), (report.waiting, "waiting"),
            (report.edited, "edited"),
        ] where count > 0 { parts.append("\(count) \(word)") }
        if report.unsubscribed > 0 { parts.append("\(report.unsubscribed) left within 24 hours") }
        var lines = ["\(name): \(parts.joined(separator: ", "))"]
        for (kind, counts) in [("held", report.held), ("skipped", report.skipped)] {
            lines += counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map {
                "  \($0.value) \(kind): \(words($0.key))"
            }
        }
        let others = report.botClicks + report.previewClicks
        if report.clicks + others > 0 {
            lines.append(
                "  links were opened \(EventLines.counted(report.clicks, "time"))"
                    + (others > 0 ? ", and \(others) by programs and previews" : ""))
        }
        return lines
    }

    private static func share(_ part: Int, of whole: Int) -> String {
        whole > 0 ? " (\((Double(part) * 1000 / Double(whole)).rounded() / 10) %)" : ""
    }

    private static func words(_ code: String) -> String {
        code.isEmpty ? "no reason stored" : code.replacing("_", with: " ")
    }

    private static let header =
        "workspace,campaign,run,at,planned,sent,delivered,read,clicked,clicks,bot_clicks,preview_clicks,failed,unknown,waiting,held,"
        + "skipped,unsubscribed,edited"

    private static func row(_ report: ResultReport) -> String {
        let numbers = [
            report.planned, report.sent, report.delivered, report.read, report.clicked, report.clicks, report.botClicks,
            report.previewClicks, report.failed, report.unknown, report.waiting, report.held.values.reduce(0, +),
            report.skipped.values.reduce(0, +), report.unsubscribed, report.edited,
        ]
        let names = [
            report.workspace, report.campaign,
            report.run.map { "\($0)" } ?? (report.isEarlier == true ? "earlier" : ""), report.at?.description ?? "",
        ]
        return (names.map(CSVText.field) + numbers.map { "\($0)" }).joined(separator: ",")
    }
}
