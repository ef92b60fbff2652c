import ArgumentParser
import CampaignEngine
import CampaignModel
import CampaignStore

struct DeliveriesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deliveries", abstract: "What became of each message to each subscriber.",
        discussion: """
            EXAMPLES:
              tellal deliveries list --state unknown
              tellal deliveries show 4711
              tellal deliveries resolve 4711 --as retry
            """,
        subcommands: [List.self, Show.self, Resolve.self], defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lists deliveries, the newest first.",
            discussion: """
                EXAMPLES:
                  tellal deliveries list --state unknown
                  tellal deliveries list --state failed --json
                """)

        @Option(help: "Only those in this state: \(Delivery.State.allCases.map(\.rawValue).joined(separator: ", ")).")
        var state: String?

        @Option(help: "How many, the newest first.")
        var limit = 100

        @OptionGroup var options: CommonOptions

        func validate() throws {
            guard limit > 0 else { throw ValidationError("--limit must be at least 1") }
            guard state == nil || state.flatMap(Delivery.State.init(rawValue:)) != nil else {
                throw ValidationError(
                    "there is no state \(state ?? ""); use one of "
                        + Delivery.State.allCases.map(\.rawValue).joined(separator: ", "))
            }
        }

        func run() async throws {
            try await reportingProblems(json: options.json) {
                let deliveries = try await options.load().readStore {
                    try await $0.deliveries(in: state.flatMap(Delivery.State.init(rawValue:)), limit: limit)
                }
                for delivery in deliveries {
                    if options.json {
                        Console.json(delivery)
                    } else {
                        Console.line(Console.printable(Self.line(delivery)))
                    }
                }
                if deliveries.isEmpty, !options.json { Console.line("none") }
            }
        }

        fileprivate static func line(_ delivery: ListedDelivery) -> String {
            let mark = delivery.platformMessageID.map { " as \($0)" } ?? ""
            let reason = delivery.reason.map { ": \($0)" } ?? ""
            return "\(delivery.id) \(delivery.what) → \(delivery.channel) \(delivery.address): "
                + "\(delivery.state)\(mark)\(reason)"
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Shows one delivery: where it stands, why, and what each try came to.",
            discussion: """
                EXAMPLES:
                  tellal deliveries show 4711
                  tellal deliveries show 4711 --json
                """)

        @Argument(help: "The delivery's number, as `tellal deliveries list` shows it.") var id: Int64
        @OptionGroup var options: CommonOptions

        func run() async throws {
            try await reportingProblems(json: options.json) {
                let record = try await options.load().readStore {
                    try await $0.deliveryRecord(DeliveryID(rawValue: id))
                }
                guard let record else { throw Problem.noDelivery(id) }
                if options.json {
                    Console.json(DeliveryJSON(record))
                } else {
                    Console.line(Console.printable(List.line(record.delivery)))
                    for line in DeliveryText.lines(record) { Console.line(Console.printable("  \(line)")) }
                }
            }
        }
    }

    struct Resolve: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Decides about deliveries that are unknown: whether they arrived, nobody was told.",
            discussion: """
                sent: they arrived. drop: whether they arrived or not, nothing more of them goes. retry: they go again, \
                except for the parts that were accepted; who has such a message already gets it twice. Only what is \
                `unknown` is changed. Works whether or not `tellal serve` runs.

                EXAMPLES:
                  tellal deliveries resolve 4711 4712 --as sent
                  tellal deliveries resolve --state unknown --campaign news --as retry --yes
                """)

        @Argument(help: "The deliveries' numbers.") var ids: [Int64] = []
        @Option(help: "What is to become of them: sent, retry or drop.") var `as`: String
        @Option(help: "All in this state; only unknown.") var state: String?
        @Option(help: "Of this campaign, with --state unknown.") var campaign: String?
        @Flag(help: "Yes, all of them.") var yes = false
        @OptionGroup var options: CommonOptions

        func validate() throws {
            _ = try resolution()
            guard state == nil || state == Delivery.State.unknown.rawValue else {
                throw ValidationError("only unknown deliveries can be resolved: --state unknown")
            }
            guard ids.isEmpty == (state != nil && campaign != nil), ids.isEmpty == (state != nil || campaign != nil)
            else {
                throw ValidationError("name deliveries by their numbers, or give --state unknown and --campaign")
            }
        }

        private func resolution() throws -> Delivery.Resolution {
            guard let resolution = Delivery.Resolution(rawValue: `as`) else {
                throw ValidationError("--as takes sent, retry or drop")
            }
            return resolution
        }

        func run() async throws {
            let resolution = try resolution()
            try await reportingProblems(json: options.json) {
                let settings = try await options.load()
                if let campaign { return try await resolveAll(of: campaign, resolution, settings) }
                let answer = try await ControlClient.with(settings) {
                    try await $0.carryOut(.resolve(ids.map(DeliveryID.init(rawValue:)), as: resolution))
                }
                guard case .resolved(let all) = answer else { throw Problem.strange(answer) }
                for delivery in all {
                    if options.json {
                        Console.json(delivery)
                    } else if delivery.isResolved {
                        Console.line("\(delivery.id) is \(delivery.state ?? "") now")
                    }
                }
                if let other = all.first(where: { !$0.isResolved }) {
                    guard let state = other.state else { throw Problem.noDelivery(other.id.rawValue) }
                    throw Problem(
                        .notFound, "delivery \(other.id) is \(state), not unknown, and stays so",
                        hint: "`tellal deliveries show \(other.id)` tells how that came.")
                }
            }
        }

        private func resolveAll(
            of campaign: String, _ resolution: Delivery.Resolution, _ settings: Settings
        ) async throws {
            guard yes else {
                let count = try await settings.readStore { store in
                    try await store.unknownDeliveries(of: try await store.campaign(named: campaign).id)
                }
                throw Problem(
                    .usage, "\(EventLines.counted(count, "delivery", "deliveries")) of \(campaign) would be changed",
                    hint: "Say --yes if that is meant.")
            }
            let answer = try await ControlClient.with(settings) {
                try await $0.carryOut(.resolveAll(campaign: campaign, as: resolution))
            }
            guard case .resolvedAll(let count) = answer else { throw Problem.strange(answer) }
            if options.json {
                Console.json(["resolved": count])
            } else {
                Console.line(
                    "\(EventLines.counted(count, "delivery", "deliveries")) of \(campaign): \(resolution.rawValue)")
            }
        }
    }
}

extension Problem {
    fileprivate static func noDelivery(_ id: Int64) -> Problem {
        Problem(
            .notFound, "there is no delivery \(id)",
            hint: "`tellal deliveries list` shows deliveries and their numbers.")
    }
}
