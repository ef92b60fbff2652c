import ArgumentParser
import CampaignEngine
import CampaignModel
import CampaignStore

struct CampaignCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "campaign",
        abstract: "Sends messages that you write, and pauses, resumes and cancels campaigns.",
        discussion: """
            What these say holds at once, whether or not `tellal serve` runs, and over every restart.

            EXAMPLES:
              tellal campaign list
              tellal campaign send sale.yaml --test
              tellal campaign send sale.yaml --at "2026-12-01 09:00"
              tellal campaign pause price-drops --reason "wrong prices, ask the shop"
              tellal campaign cancel price-drops      what waits is not sent any more
              tellal campaign resume price-drops
            """,
        subcommands: [
            List.self, Send.self, Drafts.self, Skip.self, Reschedule.self, Reach.self, Pause.self, Resume.self,
            Cancel.self,
        ], defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lists the campaigns: how they stand, and what of them waits.",
            discussion: """
                Reads only.

                EXAMPLES:
                  tellal campaign list
                  tellal campaign list --json
                """)

        @OptionGroup var options: CommonOptions

        func run() async throws {
            try await reportingProblems(json: options.json) {
                let campaigns = try await options.load().readStore {
                    try await $0.status(at: SystemTime().now()).campaigns
                }
                for campaign in campaigns {
                    if options.json {
                        Console.json(campaign)
                    } else {
                        Console.line(Console.printable(line(campaign)))
                    }
                }
                if campaigns.isEmpty, !options.json { Console.line("none") }
            }
        }

        private func line(_ campaign: StatusReport.CampaignLine) -> String {
            let outbox = campaign.outbox ?? .init()
            let waits = [
                campaign.waiting > 0 ? "\(EventLines.counted(campaign.waiting, "change")) waiting" : nil,
                outbox.isPlanning ? "deliveries still being planned" : nil,
                outbox.queued > 0 ? "\(outbox.queued) queued" : nil, outbox.held > 0 ? "\(outbox.held) held" : nil,
            ].compactMap(\.self)
            let reason = campaign.pausedReason.map { " (\($0))" } ?? ""
            let at = campaign.sendAt.map { " \($0)" } ?? ""
            let standing =
                switch campaign.oneOff {
                case "scheduled"? where campaign.pausedReason == nil: "goes out at\(at)"
                case "done"? where campaign.pausedReason == nil: "done, its time was\(at)"
                case "cancelled"?: "cancelled"
                default: "\(campaign.state)\(reason), \(EventLines.counted(campaign.runs, "run"))"
                }
            return "\(campaign.name): \(standing)" + waits.map { ", \($0)" }.joined()
        }
    }

    struct Pause: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Sends nothing more of a campaign until it is resumed.",
            discussion: """
                Requests that are out end. Its runs wait, too: what changes meanwhile goes out after `resume`, and what was \
                planned waits until it is too old (`expires`). `tellal status` shows the reason.

                EXAMPLES:
                  tellal campaign pause news
                  tellal campaign pause news --reason "the editor looks at it"
                """)

        @Argument(help: "The campaign's name, or workspace/name.") var name: String
        @Option(help: "What `tellal status` says as long as it lasts.") var reason: String?
        @OptionGroup var options: CommonOptions

        func run() async throws {
            let reason = reason.map(\.onOneLine).flatMap { $0.isEmpty ? nil : $0 }
            try await tellCampaign(.pause(campaign: name, reason: reason), options) {
                "\($0.name) is paused: \($0.pausedReason ?? "")"
            }
        }
    }

    struct Resume: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lets a paused campaign go on, whoever paused it.",
            discussion: """
                What waits goes out at once; what changed meanwhile, with the next look at its source.

                EXAMPLE:
                  tellal campaign resume news
                """)

        @Argument(help: "The campaign's name, or workspace/name.") var name: String
        @OptionGroup var options: CommonOptions

        func run() async throws {
            try await tellCampaign(.resume(campaign: name), options) {
                $0.state == "withdrawn"
                    ? "\($0.name) is not paused any more, but no file of feeds/ has it: it sends nothing"
                    : "\($0.name) goes on"
            }
        }
    }

    struct Cancel: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Ends what waits of a campaign, planned or not; its next run is not concerned.",
            discussion: """
                Each delivery that waits ends as `suppressed`, “cancelled by the owner”; what is still to be planned is not. \
                This cannot be taken back. What was sent stays sent, and requests that are out end. Pause the campaign as \
                well if its next run should not go out either.

                EXAMPLES:
                  tellal campaign cancel news             all that waits
                  tellal campaign cancel news --run 17    of one run, see `tellal runs`
                """)

        @Argument(help: "The campaign's name, or workspace/name.") var name: String
        @Option(name: .customLong("run"), help: "Only what this run made.") var number: Int64?
        @OptionGroup var options: CommonOptions

        func run() async throws {
            try await reportingProblems(json: options.json) {
                let answer = try await ControlClient.with(try await options.load()) {
                    try await $0.carryOut(.cancel(campaign: name, run: number.map(CampaignRunID.init(rawValue:))))
                }
                guard case .cancelled(let end) = answer else { throw Problem.strange(answer) }
                guard !options.json else { return Console.json(end) }
                if end.neverSent ?? false {
                    return Console.line("\(end.campaign): cancelled before it was sent to anybody")
                }
                let out = end.onTheWire > 0 ? "; \(end.onTheWire) are on their way" : ""
                Console.line(
                    "\(end.campaign): \(EventLines.counted(end.suppressed, "delivery", "deliveries")) cancelled\(out)")
            }
        }
    }
}

/// Has a campaign's standing changed, and tells how it stands.
private func tellCampaign(
    _ command: ControlCommand, _ options: CommonOptions, _ line: (CampaignStatus) -> String
) async throws {
    try await reportingProblems(json: options.json) {
        let answer = try await ControlClient.with(try await options.load()) { try await $0.carryOut(command) }
        guard case .campaign(let campaign) = answer else { throw Problem.strange(answer) }
        if options.json {
            Console.json(campaign)
        } else {
            Console.line(Console.printable(line(campaign)))
        }
    }
}

extension Problem {
    /// A command was answered by what another one gets.
    static func strange(_ answer: ControlAnswer) -> Problem {
        Problem(.internal, "the running tellal gave an answer to another question: \(answer)")
    }
}
