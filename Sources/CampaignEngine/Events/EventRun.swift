import CampaignModel
import CampaignPlanning
package import CampaignStore
import FeedReading
import MessageChannels

/// Processes the events of the inbox: updates subscribers, plans replies.
package struct EventRun: Sendable {
    /// Events per transaction: enough to share its cost, few enough not to delay other writes.
    private static let atOnce = 100

    private let engine: Engine
    private let steps: [ChannelID: ConversationStep]

    package init(_ engine: Engine) {
        self.engine = engine
        steps = Dictionary(
            engine.content.channels.map { entry in
                let step = ConversationStep(
                    entry.channel, topics: engine.topics(of: entry.id), timeZones: engine.timeZones(of: entry.id),
                    layouts: engine.layouts, html: { HTMLText.richText(html: $0, base: nil) })
                return (entry.id, step)
            }
        ) { first, _ in first }
    }

    /// Processes all events of the inbox.
    ///
    /// - Returns: The numbers of events and of their effects.
    /// - Throws: When the store fails.
    @discardableResult
    package func run() async throws -> InboxReport {
        var total = InboxReport()
        let hash = try await hashing()
        while !engine.stop.isRaised {
            let (report, followUps) = try await takeSome(hash)
            if report.isEmpty { break }
            total.add(report)
            await follow(followUps)
        }
        return total
    }

    /// The keyed hash by which erased people's addresses are known. The key never changes, so it is read once.
    func hashing() async throws -> @Sendable (String) -> String {
        try await SubscriberRegister(engine.store, time: engine.time).hashing()
    }

    /// Processes the oldest events of the inbox, at most a hundred, so that their replies need not wait for the rest.
    ///
    /// - Parameter hash: The hash function that ``hashing()`` returned.
    /// - Returns: The numbers of events and effects, and the calls to make to platforms.
    /// - Throws: When the store fails.
    func takeSome(
        _ hash: @escaping @Sendable (String) -> String
    ) async throws -> (report: InboxReport, followUps: [InboxFollowUp]) {
        let now = engine.time.now()
        var taken = try await engine.store.takeFromInbox(
            atMost: Self.atOnce, of: engine.content.channels.map(\.id), hash: hash, now: now
        ) { take($0, &$1, now: now) }
        for person in taken.report.opened.sorted() {
            taken.report.reopened += try await CatchUp(engine).run(of: person)
        }
        if !taken.report.isEmpty { engine.report(.heard(taken.report)) }
        return taken
    }

    private func take(_ entry: InboxEntry, _ person: inout Subscriber?, now: Timestamp) -> EventEffects {
        guard let channel = engine.channel(entry.channel), let step = steps[entry.channel] else {
            return EventEffects()
        }
        var event = PlatformAdapters.adapter(for: channel.platform).event(entry.event, receivedAt: entry.receivedAt)
        event.order.bot = channel.botNumber
        guard event.person != nil, var subscriber = person else {
            person = nil
            return effectsOnChannel(event)
        }
        if case .pressed(let payload, let query) = event.kind,
            let approved = ApprovalDialogue(engine).take(payload, by: subscriber.address, on: channel, now: now)
        {
            var effects = EventEffects()
            effects.query = query
            effects.approved = approved
            return effects
        }
        let effects = step.take(event, by: &subscriber, now: now)
        person = subscriber
        return effects
    }

    /// The effects of an event that is no subscriber's.
    private func effectsOnChannel(_ event: Event) -> EventEffects {
        var effects = EventEffects()
        switch event.kind {
        case .restricted(let isBlocked, let reason):
            let words = isBlocked ? "Meta restricted the Page" : "Meta says that the Page is no longer restricted"
            effects.restriction = .init(isBlocked: isBlocked, reason: "\(words): \(reason)", at: event.order.at)
        case .pressed(_, let query): effects.query = query
        default: break
        }
        return effects
    }

    /// Makes the calls to platforms that follow from events. Nothing depends on them, so none is retried.
    func follow(_ followUps: [InboxFollowUp]) async {
        await withTaskGroup(of: Void.self) { group in
            for followUp in followUps {
                guard let channel = engine.channel(followUp.channel) else { continue }
                if let query = followUp.query {
                    group.addTask { _ = await engine.sender.send(BotAPI(channel).answer(query: query)) }
                }
                if let address = followUp.stranger, channel.platform == .messenger {
                    group.addTask { await ask(who: address, on: followUp.channel, channel) }
                }
            }
        }
    }

    /// Asks Messenger for a person's name and language, which its events do not contain.
    private func ask(who address: String, on id: ChannelID, _ channel: Channel) async {
        guard let request = MessengerPerson.request(address: address, on: channel),
            let person = MessengerPerson(await engine.sender.send(request))
        else { return }
        // A failure leaves the person without a name, as before.
        try? await engine.store.complete(
            address: address, on: id, firstName: person.firstName, lastName: person.lastName, language: person.language)
    }
}

extension InboxReport {
    fileprivate mutating func add(_ other: InboxReport) {
        events += other.events
        came += other.came
        left += other.left
        replies += other.replies
        settled += other.settled
        reopened += other.reopened
        restrictions += other.restrictions
    }
}

extension Channel {
    /// The id of a Telegram bot; 0 on other platforms.
    fileprivate var botNumber: Int64 {
        platform == .telegram ? account.flatMap { Int64($0) } ?? 0 : 0
    }
}

extension Engine {
    func channel(_ id: ChannelID) -> Channel? { content.channels.first { $0.id == id }?.channel }

    /// The campaigns of a channel that subscribers can switch on and off.
    func topics(of channel: ChannelID) -> [Topic] {
        content.campaigns.compactMap { entry in
            guard let title = entry.campaign.topic, entry.channels.contains(where: { $0.id == channel }) else {
                return nil
            }
            return Topic(id: entry.id, title: title)
        }
    }

    /// The time zones of a channel's campaigns, each once.
    func timeZones(of channel: ChannelID) -> [String] {
        let own = content.campaigns.filter { entry in entry.channels.contains { $0.id == channel } }
        return Set(own.map(\.campaign.timeZone)).sorted()
    }
}
