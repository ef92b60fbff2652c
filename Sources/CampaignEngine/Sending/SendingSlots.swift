import CampaignModel
import Synchronization

/// The requests that may be in flight at once over all channels, and how many of them one channel may have.
///
/// Channels that send at the same time share them evenly, and one share is kept for the next that has something to send: a
/// platform that does not answer must not hold up what has just come for another.
final class SendingSlots: Sendable {
    /// Free slots; replies are urgent.
    let free: AsyncSemaphore
    private let total: Int
    private let channels: Int
    /// Channels with something to send, and how many of their lanes have.
    private let busy = Mutex<[ChannelID: Int]>([:])

    /// - Parameters:
    ///   - total: How many there are.
    ///   - channels: Over how many channels.
    init(_ total: Int, channels: Int) {
        self.total = max(1, total)
        self.channels = channels
        free = AsyncSemaphore(places: self.total)
    }

    /// How many the campaigns of one channel may have at this moment, at least one.
    var share: Int {
        let senders = max(1, busy.withLock { $0.count })
        return max(1, total / (senders < channels ? senders + 1 : senders))
    }

    /// A lane of a channel has something to send from now on, or nothing any more.
    func note(_ channel: ChannelID, isBusy: Bool) {
        busy.withLock { busy in
            let lanes = busy[channel, default: 0] + (isBusy ? 1 : -1)
            busy[channel] = lanes > 0 ? lanes : nil
        }
    }
}
