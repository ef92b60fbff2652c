import CampaignModel
import CampaignStore
import MessageChannels

/// What becomes of a message that went as a paid one, or of the question whether somebody wants these.
extension DeliverySender {
    // When the platform asks the paid route to be slower and does not say how long.
    private static let routeRest = Duration.minutes(5)

    func nextPaid(_ route: MessageRoute) -> MarketingNote? {
        route.isPaid ? .notBefore(engine.time.now() + MarketingSubscription.gap) : nil
    }

    /// What is wrong with the paid route is wrong with it alone: the message waits for the free one.
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
            // Nobody's message of the campaign is tried before.
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
