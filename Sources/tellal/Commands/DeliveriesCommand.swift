import ArgumentParser
import CampaignModel
import CampaignStore

struct DeliveriesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deliveries", abstract: "What became of each message to each subscriber.",
        subcommands: [List.self], defaultSubcommand: List.self)

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
                let store = try await Store.openForReading(try await options.load().database)
                let deliveries = try await store.deliveries(
                    in: state.flatMap(Delivery.State.init(rawValue:)), limit: limit)
                try store.close()
                for delivery in deliveries {
                    if options.json {
                        Console.json(delivery)
                    } else {
                        Console.line(Console.printable(line(delivery)))
                    }
                }
                if deliveries.isEmpty, !options.json { Console.line("none") }
            }
        }

        private func line(_ delivery: ListedDelivery) -> String {
            let mark = delivery.platformMessageID.map { " as \($0)" } ?? ""
            let reason = delivery.reason.map { ": \($0)" } ?? ""
            return "\(delivery.id) \(delivery.campaign ?? delivery.purpose) → \(delivery.channel) \(delivery.address): "
                + "\(delivery.state)\(mark)\(reason)"
        }
    }
}
