import CampaignModel
import CampaignPlanning
import CampaignStore
import MessageChannels

/// Hears what hubs say (W3C WebSub, 5.3 and 7).
package struct HubListener: Sendable {
    /// What to answer a hub, by the status of HTTP.
    package enum Answer: Sendable, Hashable {
        /// 200 with this as plain text.
        case challenge(String)
        /// 200: taken note of.
        case noted
        /// 202, whether or not it was signed rightly: nobody learns which (7.1).
        case accepted
        /// 404: there is no such subscription, or nothing of the kind was asked for.
        case unknown
        /// 410: it was ended.
        case gone
        /// 413.
        case tooLarge
    }

    /// A document may come with the word that it changed; it is not read, but its signature is checked.
    private static let mostBytes = 20 << 20
    /// How long after a poll a hub's word leads to another at the earliest.
    static let gap = Duration.seconds(10)

    private let engine: Engine
    private let calendar: PollCalendar

    /// - Parameters:
    ///   - engine: Whose subscriptions they are.
    ///   - calendar: Of the polls that this process makes.
    package init(_ engine: Engine, calendar: PollCalendar) {
        self.engine = engine
        self.calendar = calendar
    }

    /// A hub asks whether a subscription, or its end, is meant.
    ///
    /// - Parameters:
    ///   - token: The last part of the path.
    ///   - query: The parameters, decoded, in their order.
    /// - Returns: What to answer.
    /// - Throws: When the store fails.
    package func verify(token: String, query: [(name: String, value: String)]) async throws -> Answer {
        // Whoever guesses costs no write.
        try engine.store.requireAvailable()
        guard try await engine.store.hubSubscription(token: token) != nil else { return .unknown }
        let now = engine.time.now()
        let (verification, verified) = try await engine.store.changeHubSubscription(token: token) { subscription in
            let verification = subscription?.verify(query, at: now) ?? .refused
            let verified = subscription
            if case .agreed(_, lease: nil) = verification { subscription = nil }
            return (verification, verified)
        }
        guard let verified else { return .unknown }
        switch verification {
        case .agreed(let challenge, let lease):
            report(verified.source, lease.map { .confirmed(until: now + $0) } ?? .ended)
            return .challenge(challenge)
        case .denied:
            report(verified.source, .refused(verified.problem ?? ""))
            return .noted
        case .refused: return .unknown
        }
    }

    /// A hub says that a source has changed.
    ///
    /// - Parameters:
    ///   - token: The last part of the path.
    ///   - signature: The header `X-Hub-Signature`.
    ///   - body: As it comes; it is read to its end if there is such a subscription, at most 20 MiB of it.
    /// - Returns: What to answer, once the poll is noted.
    /// - Throws: What the body throws, and when the store fails.
    package func hear<Body: AsyncSequence>(
        token: String, signature: String?, body: Body
    ) async throws -> Answer where Body.Element: Collection<UInt8> {
        try engine.store.requireAvailable()
        guard let subscription = try await engine.store.hubSubscription(token: token) else { return .unknown }
        guard subscription.isWanted else { return .gone }
        guard let signature = signature.flatMap(WebhookSignature.init(header:)) else { return .accepted }
        var code = StreamingHMAC(signature.method, key: subscription.secret)
        var count = 0
        for try await bytes in body {
            count += bytes.count
            guard count <= Self.mostBytes else { return .tooLarge }
            code.update(Array(bytes))
        }
        guard signature.isOf(code.finish()) else { return .accepted }
        let now = engine.time.now()
        try await engine.store.changeHubSubscription(token: token) { $0?.noteTold(at: now) }
        let next = NextPoll(at: now, .hubTold)
        if let due = try await engine.store.bringForward(subscription.source, to: next, gap: Self.gap) {
            calendar.bringForward(subscription.source, to: due)
        }
        report(subscription.source, .told)
        return .accepted
    }

    private func report(_ source: SourceID, _ outcome: HubReport.Outcome) {
        guard let name = engine.sourceName(source) else { return }
        engine.report(.hub(HubReport(source: name, outcome: outcome)))
    }
}
