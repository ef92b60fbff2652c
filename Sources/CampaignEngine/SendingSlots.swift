import CampaignModel
import Synchronization

/// The requests that may be in flight at once over all channels, and how many of them one channel may have.
///
/// A channel that is alone has nearly all of them; those that send at the same time share them evenly. Some are never one
/// channel's alone: a platform that does not answer must not hold up what has just come for another.
final class SendingSlots: Sendable {
    private struct State {
        var free: Int
        var line: [CheckedContinuation<Void, Never>] = []
        /// Channels with something to send, and how many of their lanes have.
        var busy: [ChannelID: Int] = [:]
    }

    private let total: Int
    /// As many as one channel may have.
    private let most: Int
    private let state: Mutex<State>

    /// - Parameters:
    ///   - total: How many there are.
    ///   - channels: Over how many channels.
    init(_ total: Int, channels: Int) {
        self.total = max(1, total)
        most = channels > 1 ? max(1, total * 3 / 4) : self.total
        state = Mutex(State(free: self.total))
    }

    /// How many one channel may have at this moment.
    var width: Int { state.withLock { max(1, min(most, total / max(1, $0.busy.count))) } }

    /// Who waits for one.
    var waiting: Int { state.withLock { $0.line.count } }

    /// A lane of a channel has something to send from now on, or nothing any more.
    func note(_ channel: ChannelID, isBusy: Bool) {
        state.withLock { state in
            let lanes = state.busy[channel, default: 0] + (isBusy ? 1 : -1)
            state.busy[channel] = lanes > 0 ? lanes : nil
        }
    }

    /// Waits for one. Whoever took it must give it back, whatever happens.
    func take() async {
        await withCheckedContinuation { continuation in
            let isFree = state.withLock { state in
                guard state.free > 0 else {
                    state.line.append(continuation)
                    return false
                }
                state.free -= 1
                return true
            }
            if isFree { continuation.resume() }
        }
    }

    func giveBack() {
        let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard !state.line.isEmpty else {
                state.free += 1
                return nil
            }
            return state.line.removeFirst()
        }
        next?.resume()
    }
}
