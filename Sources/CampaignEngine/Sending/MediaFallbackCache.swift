import CampaignModel
import CampaignStore
import MessageChannels
import Synchronization

/// What this process has learned of parts that a platform refused in one form, so that the next person's goes in
/// another at once. It may be lost: then it is learned again.
final class MediaFallbackCache: Sendable {
    /// A medium that a platform could not use.
    struct Refusal: Sendable {
        /// Its address was refused; its bytes may still be taken.
        var onlyByAddress: Bool
        var reason: DeliveryReason
        /// It counts until then.
        var until: Timestamp
        /// It could not be had for the time being, which says nothing of the message.
        var mayPass = false
    }

    /// What could not be had or stored for the time being.
    private struct Trouble {
        var count = 0
        var until: Timestamp
        var reason: DeliveryReason
    }

    private struct PartKey: Hashable {
        var channel: ChannelID
        var message: MessageID
        var part: Int
    }

    private struct State {
        var refusals: [MediaKey: Refusal] = [:]
        var troubles: [MediaKey: Trouble] = [:]
        /// Of parts with several media, where the platform did not say which one it could not use.
        var refusedParts: [PartKey: Refusal] = [:]
        var plain: Set<PartKey> = []
        var withoutRich: Set<PartKey> = []
        var withoutPaid: Set<PartKey> = []
        /// Whose servers do not know rich messages.
        var old: Set<ChannelID> = []
    }

    /// After that a refusal counts no more: a site may be up again.
    private static let life = Duration.hours(1)
    /// More than this is not kept.
    private static let most = 10_000

    private let state = Mutex(State())

    func refusal(of key: MediaKey, now: Timestamp) -> Refusal? {
        state.withLock { state in
            state.refusals[key].flatMap { $0.until > now ? $0 : nil }
        }
    }

    func refusal(ofPart part: Int, _ delivery: ClaimedDelivery, now: Timestamp) -> Refusal? {
        let key = PartKey(channel: delivery.channel, message: delivery.messageID, part: part)
        return state.withLock { $0.refusedParts[key].flatMap { $0.until > now ? $0 : nil } }
    }

    func refuse(part: Int, _ delivery: ClaimedDelivery, onlyByAddress: Bool, _ reason: DeliveryReason, now: Timestamp) {
        let key = PartKey(channel: delivery.channel, message: delivery.messageID, part: part)
        state.withLock { state in
            if state.refusedParts.count >= Self.most { state.refusedParts = [:] }
            state.refusedParts[key] = Refusal(onlyByAddress: onlyByAddress, reason: reason, until: now + Self.life)
        }
    }

    /// How often something is tried that may pass, before the rest goes without it for a while.
    private static let tries = 4
    private static let firstWait = Duration.seconds(15)

    /// How long a medium is left alone because of trouble that may pass; nil when it may be tried.
    func trouble(with key: MediaKey, now: Timestamp) -> (wait: Duration, reason: DeliveryReason)? {
        state.withLock { state in
            guard let trouble = state.troubles[key], trouble.until > now else { return nil }
            return (trouble.until - now, trouble.reason)
        }
    }

    /// A medium could not be had or stored, and may be a little later: 15, 30, 60 s. After the fourth time it counts as
    /// refused for ten minutes.
    ///
    /// - Returns: How long to leave it alone; nil once it counts as refused.
    func noteTrouble(with key: MediaKey, _ reason: DeliveryReason, now: Timestamp) -> Duration? {
        state.withLock { state in
            if state.troubles.count >= Self.most { state.troubles = [:] }
            let count = (state.troubles[key]?.count ?? 0) + 1
            guard count < Self.tries else {
                state.troubles[key] = nil
                state.refusals[key] = Refusal(
                    onlyByAddress: false, reason: reason, until: now + .minutes(10), mayPass: true)
                return nil
            }
            let wait = Self.firstWait * (1 << (count - 1))
            state.troubles[key] = Trouble(count: count, until: now + wait, reason: reason)
            return wait
        }
    }

    func refuse(_ key: MediaKey, onlyByAddress: Bool, _ reason: DeliveryReason, now: Timestamp) {
        state.withLock { state in
            if state.refusals.count >= Self.most { state.refusals = [:] }
            state.refusals[key] = Refusal(onlyByAddress: onlyByAddress, reason: reason, until: now + Self.life)
        }
    }

    func wording(of part: Int, _ delivery: ClaimedDelivery) -> MessagePart.Wording {
        let key = PartKey(channel: delivery.channel, message: delivery.messageID, part: part)
        return state.withLock { $0.plain.contains(key) } ? .plain : .formatted
    }

    func makePlain(_ part: Int, _ delivery: ClaimedDelivery) {
        state.withLock { state in
            if state.plain.count >= Self.most { state.plain = [] }
            state.plain.insert(PartKey(channel: delivery.channel, message: delivery.messageID, part: part))
        }
    }

    /// Whether a message goes in the older form: its server does not know the new one, or refused it.
    func avoidsRich(_ delivery: ClaimedDelivery) -> Bool {
        let key = PartKey(channel: delivery.channel, message: delivery.messageID, part: 0)
        return state.withLock { $0.old.contains(delivery.channel) || $0.withoutRich.contains(key) }
    }

    /// Whether a message cannot go as a paid one: it was refused as that.
    func avoidsPaid(_ delivery: ClaimedDelivery) -> Bool {
        let key = PartKey(channel: delivery.channel, message: delivery.messageID, part: 0)
        return state.withLock { $0.withoutPaid.contains(key) }
    }

    func avoidPaid(_ delivery: ClaimedDelivery) {
        state.withLock { state in
            if state.withoutPaid.count >= Self.most { state.withoutPaid = [] }
            state.withoutPaid.insert(PartKey(channel: delivery.channel, message: delivery.messageID, part: 0))
        }
    }

    /// - Parameters:
    ///   - delivery: Of the message that was refused.
    ///   - isUnknown: The server does not know the method at all.
    func avoidRich(_ delivery: ClaimedDelivery, isUnknown: Bool) {
        state.withLock { state in
            if isUnknown { state.old.insert(delivery.channel) }
            if state.withoutRich.count >= Self.most { state.withoutRich = [] }
            state.withoutRich.insert(PartKey(channel: delivery.channel, message: delivery.messageID, part: 0))
        }
    }
}
