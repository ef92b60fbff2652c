import CampaignModel
import CampaignStore
import Synchronization

/// When platforms last called for each channel that they call for.
final class WebhookTimes: Sendable {
    private let times = Mutex<[ChannelID: Timestamp]>([:])

    func note(_ channel: ChannelID, at now: Timestamp) {
        times.withLock { $0[channel] = now }
    }

    /// By the channels' names; nil for one that was not called for.
    func times(of content: ProvisionedContent) -> [(name: String, at: Timestamp?)] {
        let times = times.withLock { $0 }
        return content.channels.filter(\.channel.isCalledFor).map { ($0.channel.fullName, times[$0.id]) }
    }
}

extension Engine {
    /// Takes from the store when platforms called before this process began.
    ///
    /// - Throws: When the store fails.
    package func recallWebhooks() async throws {
        for entry in content.channels where entry.channel.isCalledFor {
            if let at = try await store.lastEvent(on: entry.id) { webhooks.note(entry.id, at: at) }
        }
    }
}
