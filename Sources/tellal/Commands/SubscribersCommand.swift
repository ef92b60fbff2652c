import ArgumentParser
import CampaignEngine
import CampaignModel
import CampaignPlanning
import CampaignStore
import Foundation

struct SubscribersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "subscribers", abstract: "The audience.", subcommands: [Import.self, List.self])

    struct Import: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Adds subscribers to a channel from a CSV file. Never brings back someone who left.",
            discussion: """
                The first line names the columns: address, first_name, last_name, language, tags, consent_at, \
                consent_source, last_active_at. Only `address` is required: a Telegram chat id, or a Messenger \
                page-scoped id. Tags are separated by `;`, times are ISO 8601.

                EXAMPLE:
                  tellal subscribers import --channel my-bot readers.csv
                """)

        @Option(help: "The channel's name, or workspace/name.")
        var channel: String

        @Argument(help: "The CSV file, or - for standard input.")
        var file: String

        @OptionGroup var options: CommonOptions

        func run() async throws {
            try await reportingProblems(json: options.json) {
                let settings = try await options.load()
                let content = try ContentLoading.load(feeds: settings.feeds, templates: settings.templates).checked()
                let known = try content.content.channel(named: channel)
                let subscribers = try SubscriberList.read(
                    try InputFile.text(file), name: file, platform: known.platform)
                let workshop = try await Workshop.open(settings, content: content) { _ in }
                guard let entry = workshop.engine.content.channels.first(where: { $0.channel == known }) else {
                    throw Problem(.internal, "the channel \(channel) was not stored")
                }
                let report = try await workshop.store.importSubscribers(
                    subscribers, to: entry.id, now: SystemTime().now())
                try await workshop.close()
                if options.json {
                    Console.json(report)
                } else {
                    Console.line(
                        "\(report.added) added, \(report.updated) known already, \(report.left) left before and stay away"
                    )
                }
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists subscribers in the order in which they came.")

        @Option(help: "How many.")
        var limit = 100

        @OptionGroup var options: CommonOptions

        private struct Line: Encodable {
            var channel: String
            var address: String
            var first_name: String?
            var last_name: String?
            var language: String?
            var state: String
            var last_active_at: Timestamp?
        }

        func run() async throws {
            try await reportingProblems(json: options.json) {
                let store = try await Store.openForReading(try await options.load().database)
                let listed = try await store.listSubscribers(limit: max(1, limit))
                try store.close()
                for entry in listed {
                    let subscriber = entry.subscriber
                    if options.json {
                        Console.json(
                            Line(
                                channel: entry.channel, address: subscriber.address, first_name: subscriber.firstName,
                                last_name: subscriber.lastName, language: subscriber.language, state: entry.state,
                                last_active_at: subscriber.lastActiveAt))
                    } else {
                        let name = [subscriber.firstName, subscriber.lastName].compactMap(\.self).joined(separator: " ")
                        Console.line(
                            Console.printable("\(entry.channel) \(subscriber.address) \(entry.state) \(name)"))
                    }
                }
            }
        }
    }
}

/// A file that the owner names on the command line.
enum InputFile {
    static func bytes(_ name: String) throws(Problem) -> Data {
        if name == "-" {
            guard let data = try? FileHandle.standardInput.readToEnd() else { return Data() }
            return data
        }
        guard let data = FileManager.default.contents(atPath: name) else {
            throw Problem(.notFound, "there is no file \(name)", hint: "Check the path; - reads standard input.")
        }
        return data
    }

    static func text(_ name: String) throws(Problem) -> String {
        guard let text = String(data: try bytes(name), encoding: .utf8) else {
            throw Problem(.badData, "\(name) is not UTF-8 text", hint: "Save it as UTF-8 and try again.")
        }
        return text
    }
}
