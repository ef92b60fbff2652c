import CampaignModel
import CampaignStore
import MessageChannels

/// Synchronises the agreements to marketing messages with Meta: reports opt-outs from here, and reads Meta's list,
/// which is authoritative.
package struct MarketingRun: Sendable {
    /// Greatest age of our copy of the list.
    package static let listAge = Duration.hours(4)
    /// Wait after a list that could not be read.
    private static let rest = Duration.minutes(15)
    /// Most pages of a list that are read, of a thousand people each.
    private static let mostParts = 500
    private static let endsAtOnce = 100
    /// The wait after the first failed report to Meta; each further one doubles it, up to `longestWait`.
    private static let firstWait = Duration.minutes(1)
    private static let longestWait = Duration.hours(12)

    private let engine: Engine
    /// The last reported failure of each channel's list.
    private var failures: [ChannelID: String] = [:]
    private var restsUntil: [ChannelID: Timestamp] = [:]

    package init(_ engine: Engine) { self.engine = engine }

    /// - Parameter isStart: Whether the lists are read even if they were read lately.
    /// - Throws: When the store fails.
    package mutating func run(isStart: Bool = false) async throws {
        try await tellEnds()
        for entry in engine.content.channels where entry.channel.marketing != nil && !engine.stop.isRaised {
            try await readList(of: entry, isStart: isStart)
        }
    }

    // MARK: Opt-outs

    /// Reports opt-outs to Meta, with retries until Meta accepts them.
    private func tellEnds() async throws {
        while !engine.stop.isRaised {
            let ends = try await engine.store.marketingEnds(due: engine.time.now(), limit: Self.endsAtOnce)
            if ends.isEmpty { return }
            for end in ends where !engine.stop.isRaised { try await tell(end) }
        }
    }

    private func tell(_ end: MarketingOptOut) async throws {
        let now = engine.time.now()
        guard let channel = engine.channel(end.channel), channel.platform == .messenger else {
            // feeds/ may have the channel again later.
            return try await engine.store.settle(end, again: now + Self.longestWait)
        }
        let outcome = await engine.sender.send(MarketingAPI.unsubscribe(end.address, on: channel))
        if MarketingAPI.isUnsubscribed(outcome) { return try await engine.store.settle(end, again: nil) }
        let backoff = Backoff(first: Self.firstWait, longest: Self.longestWait)
        try await engine.store.settle(end, again: now + backoff.wait(after: end.tries + 1))
    }

    // MARK: The list

    private mutating func readList(of entry: ProvisionedContent.ChannelEntry, isStart: Bool) async throws {
        let asked = engine.time.now()
        if let until = restsUntil[entry.id], until > asked { return }
        if !isStart, let read = try await engine.store.marketingListRead(on: entry.id), read + Self.listAge > asked {
            return
        }
        guard let api = MarketingAPI(entry.channel) else { return }
        let hash = try await SubscriberRegister(engine.store, time: engine.time).hashing()
        var tokens: Set<String> = []
        var new = 0
        var cursor: String?
        for _ in 0..<Self.mostParts {
            if engine.stop.isRaised { return }
            let outcome = await engine.sender.send(api.holders(after: cursor))
            guard let part = MarketingAPI.holders(in: outcome, now: engine.time.now()) else {
                return fail(entry, Self.failure(outcome))
            }
            let people = part.people.filter { !$0.isStopped }
            tokens.formUnion(people.map(\.subscription.token))
            new += try await engine.store.take(people, on: entry.id, hash: hash, now: engine.time.now())
            guard let next = part.next, next != cursor else {
                return try await end(entry, tokens, new: new, asked: asked)
            }
            cursor = next
        }
        fail(
            entry,
            "the list has more than \(Self.mostParts * MarketingAPI.holdersAtOnce) people; the others are not known")
    }

    private mutating func end(
        _ entry: ProvisionedContent.ChannelEntry, _ tokens: Set<String>, new: Int, asked: Timestamp
    ) async throws {
        let ended = try await engine.store.endTokens(
            but: tokens, on: entry.id, asked: asked, now: engine.time.now())
        failures[entry.id] = nil
        restsUntil[entry.id] = nil
        if new + ended > 0 { report(entry, .listed(new: new, ended: ended)) }
    }

    private mutating func fail(_ entry: ProvisionedContent.ChannelEntry, _ reason: String) {
        restsUntil[entry.id] = engine.time.now() + Self.rest
        guard failures[entry.id] != reason else { return }
        failures[entry.id] = reason
        report(entry, .notListed(reason))
    }

    private func report(_ entry: ProvisionedContent.ChannelEntry, _ outcome: MarketingReport.Outcome) {
        engine.report(.marketing(MarketingReport(channel: entry.channel.fullName, outcome: outcome)))
    }

    private static func failure(_ outcome: HTTPOutcome) -> String {
        MessengerAdapter().verdict(on: outcome).reason?.message ?? "Meta's answer is no list of those who agreed."
    }
}
