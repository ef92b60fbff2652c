import ArgumentParser
import CampaignEngine
import CampaignModel
import CampaignPlanning
import CampaignStore

struct SubscribersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "subscribers",
        abstract: "Who is subscribed: adds people, shows them, hands out what is kept of them, forgets them.",
        discussion: """
            People come by pressing Start at your bot or Page; a list can be imported. docs/subscribers.md tells how they \
            come, choose and leave.

            EXAMPLES:
              tellal subscribers list
              tellal subscribers import --channel my-bot readers.csv
              tellal subscribers show --channel my-bot 700000001
            """,
        subcommands: [Import.self, List.self, Show.self, Export.self, Erase.self])

    /// One person of a channel.
    struct Person: ParsableArguments {
        @Option(help: "The channel's name, or workspace/name.")
        var channel: String

        @Argument(help: "The person's address.")
        var address: String
    }

    struct Import: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Adds subscribers to a channel from a CSV file. Never brings back someone who left.",
            discussion: """
                The first line names the columns: address, first_name, last_name, language, tags, consent_at, \
                consent_source, last_active_at, and your own as field.NAME. Only `address` is required: a Telegram chat \
                id, the @name of a channel, either with /topic for a topic of a forum, or a Messenger page-scoped id. Of an \
                @name Telegram is asked for the number, which is kept. \
                Tags are separated by `;`, times are ISO 8601. Of who is known already, names and fields are brought up \
                to date and tags are added.

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
                // What is read first may be wrong: then no database is made.
                let known = try content.content.channels.one(called: channel, kind: "channel")
                let subscribers = try SubscriberList.read(
                    try InputFile.text(file), name: file, platform: known.platform, now: SystemTime().now())
                let report = try await ControlClient.with(settings, content: content) {
                    try await add(subscribers, to: "\(known.workspace)/\(known.name)", over: $0)
                }
                if options.json {
                    Console.json(report)
                } else {
                    Console.line(
                        "\(report.added) added, \(report.updated) known already, \(report.left) left before and stay away"
                    )
                }
            }
        }

        // So many at once keep nobody else waiting. Who was added is known already when a file is read again.
        private static let lot = 2000

        private func add(
            _ subscribers: [Subscriber], to channel: String, over line: ControlClient
        ) async throws -> ImportReport {
            var all = ImportReport()
            var rest = subscribers[...]
            repeat {
                let answer = try await line.carryOut(
                    .add(rest.prefix(Self.lot).map(NewSubscriber.init), channel: channel))
                guard case .added(let report) = answer else { throw Problem.strange(answer) }
                all.added += report.added
                all.updated += report.updated
                all.left += report.left
                rest = rest.dropFirst(Self.lot)
            } while !rest.isEmpty
            return all
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lists subscribers in the order in which they came.",
            discussion: """
                EXAMPLES:
                  tellal subscribers list
                  tellal subscribers list --limit 1000 --json
                """)

        @Option(help: "How many.")
        var limit = 100

        @OptionGroup var options: CommonOptions

        func run() async throws {
            try await reportingProblems(json: options.json) {
                let most = max(1, min(limit, .max - 1))
                let (listed, _) = try await options.load().readStore {
                    try await $0.listSubscribers(limit: most + 1)
                }
                for entry in listed.prefix(most) {
                    if options.json {
                        Console.json(SubscriberJSON(entry))
                    } else {
                        Console.line(Console.printable(SubscriberText.line(entry)))
                    }
                }
                if listed.count > most {
                    Console.remark(
                        "there are more than these \(most): --limit says how many are shown", json: options.json)
                }
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Shows one person: who they are, what they agreed to and chose, what was sent to them.",
            discussion: """
                Before an address that begins with a minus, as those of groups do, write --.

                EXAMPLES:
                  tellal subscribers show --channel my-bot 700000001
                  tellal subscribers show --channel my-bot -- -1001234567890
                """)

        @OptionGroup var person: Person

        @OptionGroup var options: CommonOptions

        func run() async throws {
            try await reportingProblems(json: options.json) {
                try await reading(person.channel, options) { store, id in
                    let record = try await record(of: person.address, on: id, person.channel, store)
                    if options.json {
                        Console.json(SubscriberRecordJSON(record))
                    } else {
                        for line in SubscriberText.lines(record) { Console.line(Console.printable(line)) }
                    }
                }
            }
        }
    }

    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Writes all that is kept: of one person as JSON, or of a channel's subscribers as CSV.",
            discussion: """
                The CSV has the columns that `import` takes, and those who are subscribed. What is kept of one person is what \
                they may ask for.

                EXAMPLES:
                  tellal subscribers export --channel my-bot > readers.csv
                  tellal subscribers export --channel my-bot --address 700000001
                """)

        @Option(help: "The channel's name, or workspace/name.")
        var channel: String

        // Those of groups begin with a minus.
        @Option(parsing: .unconditional, help: "Of this person only, all that is kept.")
        var address: String?

        @OptionGroup var options: CommonOptions

        func run() async throws {
            try await reportingProblems(json: options.json) {
                try await reading(channel, options) { store, id in
                    if let address {
                        Console.json(SubscriberRecordJSON(try await record(of: address, on: id, channel, store)))
                    } else {
                        try await writeAll(of: id, store)
                    }
                }
            }
        }

        private func writeAll(of channel: ChannelID, _ store: Store) async throws {
            // The columns of the owner's own are known when everybody was seen.
            var names: Set<String> = []
            if !options.json { try await all(of: channel, store) { names.formUnion($0.subscriber.fields.keys) } }
            let fields = names.sorted()
            if !options.json { Console.line(SubscriberList.header(fields: fields)) }
            try await all(of: channel, store) { entry in
                if options.json {
                    Console.json(SubscriberJSON(entry))
                } else {
                    Console.line(SubscriberList.row(entry, fields: fields))
                }
            }
        }

        private func all(
            of channel: ChannelID, _ store: Store, _ body: (ListedSubscriber) -> Void
        ) async throws {
            var last: Int64 = 0
            while true {
                let (listed, next) = try await store.listSubscribers(limit: 1000, on: channel, after: last)
                if listed.isEmpty { return }
                last = next
                for entry in listed where entry.subscriber.state == .active { body(entry) }
            }
        }
    }

    struct Erase: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Forgets a person, and keeps only what is needed not to bring them back unasked.",
            discussion: """
                Deletes names, choices, tags, the consent log, what they wrote, and to whom campaigns went. What stays is \
                a keyed hash of the address, so that an import does not bring them back; their own next start does. \
                Before an address that begins with a minus, as those of groups do, write --.

                EXAMPLES:
                  tellal subscribers erase --channel my-bot 700000001
                  tellal subscribers erase --channel my-bot -- -1001234567890
                """)

        @OptionGroup var person: Person

        @OptionGroup var options: CommonOptions

        func run() async throws {
            try await reportingProblems(json: options.json) {
                let settings = try await options.load()
                let content = try ContentLoading.load(feeds: settings.feeds, templates: settings.templates).checked()
                let known = try content.content.channels.one(called: person.channel, kind: "channel")
                _ = try await ControlClient.with(settings, content: content) {
                    try await $0.carryOut(
                        .erase(address: person.address, channel: "\(known.workspace)/\(known.name)"))
                }
                if options.json {
                    Console.json(["erased": person.address])
                } else {
                    Console.line("\(Console.printable(person.address)) is forgotten")
                }
            }
        }
    }
}

/// Looks into the database beside a process that may be writing.
private func reading(
    _ name: String, _ options: CommonOptions, _ work: (Store, ChannelID) async throws -> Void
) async throws {
    let settings = try await options.load()
    let content = try ContentLoading.load(feeds: settings.feeds, templates: settings.templates).content
    let channel = try content.channels.one(called: name, kind: "channel")
    try await settings.readStore { store in
        guard let id = try await store.channelID(of: channel.name, in: channel.workspace) else {
            throw Problem(
                .notFound, "the database knows no channel \(name) yet",
                hint: "`tellal run` or `tellal serve` tells it.")
        }
        try await work(store, id)
    }
}

private func record(
    of address: String, on channel: ChannelID, _ name: String, _ store: Store
) async throws -> SubscriberRecord {
    guard let record = try await store.subscriberRecord(address: address, on: channel) else {
        throw Problem(
            .notFound, "\(name) has no subscriber \(Console.printable(address))",
            hint: "`tellal subscribers list` shows who there is.")
    }
    return record
}
