import CampaignModel
import CampaignStore
import MessageChannels

/// Decides by the platform's answer what happens to a paid message, or to the question whether a person wants these.
extension DeliverySender {
    // Pause of the paid route when the platform asks for one and does not say how long.
    private static let routeRest = Duration.minutes(5)

    func nextPaid(_ route: MessageRoute) -> MarketingNote? {
        route.isPaid ? .notBefore(engine.time.now() + MarketingSubscription.gap) : nil
    }

    /// Ends an attempt by the paid route. Failures of that route concern it alone: the message is held for the free
    /// one.
    func settlePaid(_ verdict: SendVerdict, _ attempt: Int) async throws -> DeliveryResult {
        switch verdict {
        case .contentRefused(let reason), .mediaRefused(let reason), .formattingRefused(let reason):
            engine.parts.avoidPaid(delivery)
            let message = "\(DeliveryReason.noPaidForm.message): \(reason.message)"
            return try await end(
                attempt, as: .waiting(DeliveryReason(code: DeliveryReason.noPaidForm.code, message: message)))
        case .channelBroken(let reason), .windowClosed(let reason):
            return try await settle(.routeClosed(again: nil), reason, attempt)
        case .retryLater(let after, .chatOrChannel, let reason), .retryLater(let after, .channel, let reason):
            return try await settle(.routeClosed(again: after ?? Self.routeRest), reason, attempt)
        case .unknown(let reason):
            return try await end(
                attempt, as: .unknown(reason),
                noting: .notBefore(engine.time.now() + MarketingSubscription.gap))
        case .marketing(let refusal, let reason):
            return try await settle(refusal, reason, attempt)
        default: return try await settle(verdict, attempt)
        }
    }

    func settle(
        _ refusal: MarketingRefusal, _ reason: DeliveryReason, _ attempt: Int
    ) async throws -> DeliveryResult {
        let now = engine.time.now()
        switch refusal {
        case .tooEarly:
            return try await end(attempt, as: .waiting(reason), noting: .notBefore(now + MarketingSubscription.gap))
        case .capped: return try await end(attempt, as: .skipped(reason))
        case .outOfRegion: return try await end(attempt, as: .waiting(reason), noting: .noRoute(reason.code))
        case .tokenEnded: return try await end(attempt, as: .waiting(reason), noting: .ended)
        case .notReady(let wait):
            // No paid message of the campaign is tried before that time.
            let result = try await end(attempt, as: .later(now + wait, reason))
            try await MarketingCampaigns(engine, entry).postpone(delivery.campaign, until: now + wait)
            return result
        case .routeClosed(let wait):
            let result = try await end(attempt, as: .waiting(reason))
            try await MarketingCampaigns(engine, entry).stop(reason, until: wait.map { now + $0 })
            return result
        case .askedTooOften:
            return try await end(
                attempt, as: .failed(reason), noting: .askNotBefore(now + MarketingSubscription.askGap))
        case .askingClosed:
            let result = try await end(attempt, as: .skipped(reason))
            if try await engine.store.stopAsking(on: entry.id, reason: reason) {
                engine.report(
                    .marketing(MarketingReport(channel: entry.channel.fullName, outcome: .asksNobody(reason.message))))
            }
            return result
        }
    }
}
