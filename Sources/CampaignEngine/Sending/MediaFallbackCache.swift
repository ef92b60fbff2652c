import CampaignModel
import CampaignStore
import MessageChannels
import Synchronization

/// A cache of refusals: parts and media that a platform refused in one form, so that the next person's message is sent
/// in another form at once. The cache is in memory only; a new process learns again.
final class MediaFallbackCache: Sendable {
    /// A platform's refusal of a medium.
    struct Refusal: Sendable {
        /// Whether only the address was refused, so that the bytes may still be accepted.
        var onlyByAddress: Bool
        var reason: DeliveryReason
        /// End of the refusal.
        var until: Timestamp
        /// Whether the medium could not be read for the time being, which is not the message's fault.
        var mayPass = false
    }

    /// Temporary trouble with reading or uploading a medium.
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
        /// Refused parts with several media, where the platform did not say which one it refused.
        var refusedParts: [PartKey: Refusal] = [:]
        var plain: Set<PartKey> = []
        var withoutRich: Set<PartKey> = []
        var withoutPaid: Set<PartKey> = []
        /// Channels whose servers do not know rich messages.
        var old: Set<ChannelID> = []
    }

    /// Lifetime of a refusal, since a site may be up again.
    private static let life = Duration.hours(1)
    /// Most entries of each kind.
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

    /// Number of failures that may pass after which messages are sent without the medium for a while.
    private static let tries = 4
    private static let firstWait = Duration.seconds(15)

    /// The rest of the wait after temporary trouble with a medium, and its reason; nil when it may be tried.
    func trouble(with key: MediaKey, now: Timestamp) -> (wait: Duration, reason: DeliveryReason)? {
        state.withLock { state in
            guard let trouble = state.troubles[key], trouble.until > now else { return nil }
            return (trouble.until - now, trouble.reason)
        }
    }

    /// Records temporary trouble with a medium: waits of 15, 30 and 60 s, and after the fourth time a refusal for ten
    /// minutes.
    ///
    /// - Returns: The wait before the next try; nil once the medium counts as refused.
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

    /// Whether a message must be sent in the older form, since its server does not know rich messages or refused this
    /// one.
    func avoidsRich(_ delivery: ClaimedDelivery) -> Bool {
        let key = PartKey(channel: delivery.channel, message: delivery.messageID, part: 0)
        return state.withLock { $0.old.contains(delivery.channel) || $0.withoutRich.contains(key) }
    }

    /// Whether a message was refused as a paid one.
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
    ///   - delivery: A delivery of the refused message.
    ///   - isUnknown: Whether the server does not know the method at all.
    func avoidRich(_ delivery: ClaimedDelivery, isUnknown: Bool) {
        state.withLock { state in
            if isUnknown { state.old.insert(delivery.channel) }
            if state.withoutRich.count >= Self.most { state.withoutRich = [] }
            state.withoutRich.insert(PartKey(channel: delivery.channel, message: delivery.messageID, part: 0))
        }
    }
}
