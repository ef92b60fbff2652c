import ArgumentParser
import CampaignModel
import CampaignStore

struct RunsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "runs",
        abstract: "What each campaign run saw, chose and skipped, and why.",
        discussion: """
            EXAMPLES:
              tellal runs                   the newest runs of all campaigns
              tellal runs new-articles      of one campaign
              tellal runs --limit 1 --json
            """
    )

    @Argument(help: "The campaign's name; all campaigns when none is given.")
    var campaign: String?

    @Option(help: "How many runs, the newest first.")
    var limit = 20

    @OptionGroup var options: CommonOptions

    func validate() throws {
        guard limit > 0 else { throw ValidationError("--limit must be at least 1") }
    }

    func run() async throws {
        try await reportingProblems(json: options.json) {
            let runs = try await options.load().readStore { try await $0.runs(of: campaign, limit: limit) }
            for run in runs {
                if options.json {
                    Console.json(run)
                } else {
                    for line in lines(run) { Console.line(Console.printable(line)) }
                }
            }
            if runs.isEmpty, !options.json { Console.line("no runs yet") }
        }
    }

    private func lines(_ run: ListedRun) -> [String] {
        let report = run.report
        let states = Delivery.State.tally(run.deliveries)
        let missed =
            (report.missed.map { ", makes up for \($0) that were missed" } ?? "")
            + (report.unreadable.map { ", could not read \(EventLines.counted($0, "change"))" } ?? "")
        var lines = [
            "\(run.at) \(report.campaign), run \(run.id)\(missed): saw \(EventLines.counted(report.seen, "change")), "
                + "made \(EventLines.counted(report.messages, "message"))"
                + (states.isEmpty ? Self.silence(run) : "; deliveries: \(states)")
        ]
        lines += report.chosen.map { "  chose \(describe($0))" }
        if let edits = report.edited {
            let states = Delivery.State.tally(run.edits ?? [:])
            lines += edits.map { "  changed the message of \(describe($0))\(states.isEmpty ? "" : "; \(states)")" }
        }
        lines += report.waiting.map { "  waits \(describe($0))" }
        lines += report.skipped.map { "  skipped \(describe($0)): \($0.reason ?? "")" }
        return lines
    }

    private static func silence(_ run: ListedRun) -> String {
        switch run.approval {
        case "waiting"?: ", which wait for approval"
        case "skip"?: ", which the owner skipped"
        case "expired"?: ", which nobody approved in time"
        default: run.edits?.isEmpty ?? true ? ", for nobody" : ""
        }
    }

    private func describe(_ entry: RunReport.Entry) -> String {
        "“\(entry.title ?? entry.key.description)” (\(entry.kind.rawValue))"
    }
}
