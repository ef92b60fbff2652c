import CampaignModel
import Synchronization

/// Messages that are being sent, so that their text is not read again for each subscriber. A stored message never
/// changes.
final class MessageCache: Sendable {
    struct Entry: Sendable {
        let message: Message
        /// When the campaign ran that planned it; nil for a reply.
        let plannedAt: Timestamp?
        /// Which of its campaign's runs that was, if they have nominal times.
        var nominal: Timestamp?
        /// The message that it takes the place of.
        var edits: MessageID?
        /// The addresses of which it is noted who opens them.
        var links: [String: LinkID] = [:]
    }

    private static let most = 256

    private struct State {
        var entries: [MessageID: Entry] = [:]
        var reached: Set<Place> = []
    }

    private struct Place: Hashable {
        let message: MessageID
        let channel: ChannelID
    }

    private let state = Mutex(State())

    func entry(_ id: MessageID) -> Entry? { state.withLock { $0.entries[id] } }

    func keep(_ entry: Entry, as id: MessageID) {
        state.withLock { state in
            // Few are in use at once, so beginning anew costs little.
            if state.entries.count >= Self.most { state.entries = [:] }
            state.entries[id] = entry
        }
    }

    /// Whether it is stored already that somebody has the message.
    func isReached(_ message: MessageID, _ channel: ChannelID) -> Bool {
        state.withLock { $0.reached.contains(Place(message: message, channel: channel)) }
    }

    func noteReached(_ message: MessageID, _ channel: ChannelID) {
        state.withLock { state in
            if state.reached.count >= Self.most { state.reached = [] }
            state.reached.insert(Place(message: message, channel: channel))
        }
    }
}
