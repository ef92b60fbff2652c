import CampaignModel
import Synchronization

/// Limits the requests in flight over all channels, and each channel's share of them.
///
/// Channels that send at the same time have equal shares, and one share is kept free for the next channel, so that a
/// platform that does not answer delays no other.
final class SendingSlots: Sendable {
    /// Free slots; replies are urgent.
    let free: AsyncSemaphore
    private let total: Int
    private let channels: Int
    /// Numbers of busy lanes by channel.
    private let busy = Mutex<[ChannelID: Int]>([:])

    /// - Parameters:
    ///   - total: The number of slots.
    ///   - channels: The number of channels.
    init(_ total: Int, channels: Int) {
        self.total = max(1, total)
        self.channels = channels
        free = AsyncSemaphore(places: self.total)
    }

    /// The number of slots that one channel's campaigns may use now, at least one.
    var share: Int {
        let senders = max(1, busy.withLock { $0.count })
        return max(1, total / (senders < channels ? senders + 1 : senders))
    }

    /// Records that a lane of a channel became busy or idle.
    func note(_ channel: ChannelID, isBusy: Bool) {
        busy.withLock { busy in
            let lanes = busy[channel, default: 0] + (isBusy ? 1 : -1)
            busy[channel] = lanes > 0 ? lanes : nil
        }
    }
}
