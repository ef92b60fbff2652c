import CampaignModel
import CampaignPlanning
import CampaignStore
import MessageChannels

/// Handles the requests of hubs (W3C WebSub, 5.3 and 7).
package struct HubListener: Sendable {
    /// The answer to a hub, as an HTTP status.
    package enum Answer: Sendable, Hashable {
        /// 200 with this as plain text.
        case challenge(String)
        /// 200: recorded.
        case noted
        /// 202, whether or not the signature was right, so that no sender learns which (7.1).
        case accepted
        /// 404: no such subscription, or no such request was made.
        case unknown
        /// 410: the subscription has ended.
        case gone
        /// 413: the body is too large.
        case tooLarge
    }

    /// Most bytes of a notification. Its body, mostly the changed document, is not used; only its signature is checked.
    private static let mostBytes = 20 << 20
    /// Least time between a poll and another one that a notification leads to.
    static let gap = Duration.seconds(10)

    private let engine: Engine
    private let calendar: PollCalendar

    /// - Parameters:
    ///   - engine: The engine.
    ///   - calendar: The due times of this process's polls.
    package init(_ engine: Engine, calendar: PollCalendar) {
        self.engine = engine
        self.calendar = calendar
    }

    /// Handles a hub's verification of a subscription, or of its end.
    ///
    /// - Parameters:
    ///   - token: The last part of the path.
    ///   - query: The parameters, decoded, in their order.
    /// - Returns: The answer.
    /// - Throws: When the store fails.
    package func verify(token: String, query: [(name: String, value: String)]) async throws -> Answer {
        // The look-up comes before any write, so that guessed tokens cost none.
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

    /// Handles a hub's notification that a source has changed.
    ///
    /// - Parameters:
    ///   - token: The last part of the path.
    ///   - signature: The header `X-Hub-Signature`.
    ///   - body: The body as it arrives; read only if there is such a subscription, at most 20 MiB.
    /// - Returns: The answer, once the poll is planned.
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
