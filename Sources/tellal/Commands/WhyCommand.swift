import ArgumentParser
import CampaignEngine
import CampaignModel
import CampaignStore

struct WhyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "why",
        abstract: "Tells what became of an item, a person, a campaign or a source, and why.",
        discussion: """
            From what is stored, a sentence for each thing that happened. WHAT is the name of a campaign or a source, a person as \
            CHANNEL:ADDRESS, or else an item: its address, id, title or a part of one.

            EXAMPLES:
              tellal why https://blog.example.com/post
              tellal why "storm lantern"
              tellal why my-bot:123456789
              tellal why blog
              tellal why weekly-digest --json
            """)

    @Argument(help: "An item, a person, a campaign or a source.")
    var what: String

    @Option(help: "How many runs or polls to look back.")
    var limit = 20

    @OptionGroup var options: CommonOptions

    private struct Told: Encodable {
        var item: String?
        var link: String?
        var source: String?
        var subscriber: String?
        var campaign: String?
        var at: Timestamp?
        var code: String
        var sentence: String
    }

    func validate() throws {
        guard (1...1000).contains(limit) else { throw ValidationError("--limit must be from 1 to 1000") }
    }

    func run() async throws {
        try await reportingProblems(json: options.json) {
            try await options.load().readStore { store in
                // A campaign is often named like its source.
                let isCampaign = try await tellOfCampaign(store)
                let isSource = try await tellOfSource(store)
                if isCampaign || isSource { return }
                if try await tellOfPerson(store) { return }
                try await tellOfItems(store)
            }
        }
    }

    private func show(_ line: WhyLine, _ told: (WhyLine) -> Told) {
        guard !options.json else { return Console.json(told(line)) }
        Console.line(Console.printable("  \(line.at.map { "\($0) " } ?? "")\(line.sentence)"))
    }

    private func tellOfItems(_ store: Store) async throws {
        let trails = try await store.trails(
            ofItems: what, aliases: what.contains("://") ? Item.storedPlaces(of: what) : [])
        guard !trails.isEmpty else {
            throw Problem(
                .notFound, "nothing is known of \(what)",
                hint:
                    "Write an item's address or words of its title, CHANNEL:ADDRESS of a person, or the name of a campaign "
                    + "or a source. Of items that a first document held only the address is known.")
        }
        for trail in trails {
            let title = trail.title ?? "\(trail.key)"
            if !options.json {
                Console.line(
                    Console.printable("“\(title)” of \(trail.source)\(trail.link.map { ", \($0)" } ?? "")"))
            }
            for line in Why.lines(trail) {
                show(line) {
                    Told(
                        item: title, link: trail.link, source: trail.source, at: $0.at, code: $0.code,
                        sentence: $0.sentence)
                }
            }
        }
    }

    private func tellOfPerson(_ store: Store) async throws -> Bool {
        let parts = what.split(separator: ":", maxSplits: 1).map { String($0) }
        guard parts.count == 2, !parts[1].hasPrefix("//") else { return false }
        guard let id = try await store.channelID(named: parts[0]) else { return false }
        let now = SystemTime().now()
        guard let trail = try await store.trail(ofSubscriber: parts[1], on: id, limit: limit, now: now) else {
            throw Problem(.notFound, "\(parts[0]) has nobody with the address \(parts[1])")
        }
        if !options.json {
            Console.line(Console.printable("\(what): \(trail.subscriber.state.rawValue)"))
            if trail.runs.isEmpty { Console.line("  no run has made messages yet") }
        }
        let wait = Why.wait(for: try await store.updatesFailures()[id], at: now)
        for line in (wait.map { [$0] } ?? []) + Why.lines(trail) {
            show(line) { Told(subscriber: what, at: $0.at, code: $0.code, sentence: $0.sentence) }
        }
        return true
    }

    private func tellOfCampaign(_ store: Store) async throws -> Bool {
        let campaign: CampaignStatus
        do {
            campaign = try await store.campaign(named: what)
        } catch let problem as Problem where problem.code == .notFound {
            return false
        }
        let runs = try await store.runs(of: what, limit: limit)
        if !options.json {
            let reason = campaign.pausedReason.map { ": \($0)" } ?? ""
            Console.line(Console.printable("\(campaign.name): \(campaign.state)\(reason)"))
            if runs.isEmpty {
                Console.line("  it has not run yet; nothing has changed for it, or its time has not come")
            }
        }
        for line in Why.lines(runs) {
            show(line) { Told(campaign: campaign.name, at: $0.at, code: $0.code, sentence: $0.sentence) }
        }
        return true
    }

    private func tellOfSource(_ store: Store) async throws -> Bool {
        let sources = try await store.polls(ofSourcesNamed: what, limit: limit)
        for (source, polls) in sources {
            if !options.json {
                Console.line(Console.printable("\(source), a source"))
                if polls.isEmpty { Console.line("  no poll has read it yet") }
            }
            for line in Why.lines(polls) {
                show(line) { Told(source: source, at: $0.at, code: $0.code, sentence: $0.sentence) }
            }
        }
        return !sources.isEmpty
    }
}
