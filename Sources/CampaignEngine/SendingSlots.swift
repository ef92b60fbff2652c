import CampaignModel
import Synchronization

/// The requests that may be in flight at once over all channels, and how many of them one channel may have.
///
/// Channels that send at the same time share them evenly, and one share is kept for the next that has something to send: a
/// platform that does not answer must not hold up what has just come for another.
final class SendingSlots: Sendable {
    private struct State {
        var free: Int
        var replies: [CheckedContinuation<Void, Never>] = []
        var campaigns: [CheckedContinuation<Void, Never>] = []
        /// Channels with something to send, and how many of their lanes have.
        var busy: [ChannelID: Int] = [:]
    }

    private let total: Int
    private let channels: Int
    private let state: Mutex<State>

    /// - Parameters:
    ///   - total: How many there are.
    ///   - channels: Over how many channels.
    init(_ total: Int, channels: Int) {
        self.total = max(1, total)
        self.channels = channels
        state = Mutex(State(free: self.total))
    }

    /// How many the campaigns of one channel may have at this moment, at least one.
    var share: Int {
        let busy = max(1, state.withLock { $0.busy.count })
        return max(1, total / (busy < channels ? busy + 1 : busy))
    }

    /// How many wait for one.
    var waiting: Int { state.withLock { $0.replies.count + $0.campaigns.count } }

    /// A lane of a channel has something to send from now on, or nothing any more.
    func note(_ channel: ChannelID, isBusy: Bool) {
        state.withLock { state in
            let lanes = state.busy[channel, default: 0] + (isBusy ? 1 : -1)
            state.busy[channel] = lanes > 0 ? lanes : nil
        }
    }

    /// Waits for one; replies go before campaigns. Whoever took it must give it back, whatever happens.
    func take(forReply isReply: Bool) async {
        await withCheckedContinuation { continuation in
            let isFree = state.withLock { state in
                guard state.free == 0 else {
                    state.free -= 1
                    return true
                }
                if isReply { state.replies.append(continuation) } else { state.campaigns.append(continuation) }
                return false
            }
            if isFree { continuation.resume() }
        }
    }

    func giveBack() {
        let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
            if !state.replies.isEmpty { return state.replies.removeFirst() }
            if !state.campaigns.isEmpty { return state.campaigns.removeFirst() }
            state.free += 1
            return nil
        }
        next?.resume()
    }
}
