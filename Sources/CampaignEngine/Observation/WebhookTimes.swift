import CampaignModel
import CampaignStore
import Synchronization

/// When platforms last called for each channel that they call for.
final class WebhookTimes: Sendable {
    private let times = Mutex<[ChannelID: Timestamp]>([:])
    private let listening = Mutex<Timestamp?>(nil)

    /// Platforms can call this process from then on.
    func listen(since now: Timestamp) {
        listening.withLock { $0 = now }
    }

    func note(_ channel: ChannelID, at now: Timestamp) {
        times.withLock { $0[channel] = now }
    }

    /// By the channels' names; nil for one that was not called for.
    func times(of content: ProvisionedContent) -> [(name: String, at: Timestamp?)] {
        let times = times.withLock { $0 }
        return content.channels.filter(\.channel.isCalledFor).map { ($0.channel.fullName, times[$0.id]) }
    }

    /// Since when nobody has called, by the channels' names: one that never was called for is missed, too. None where
    /// nobody can call.
    func silences(of content: ProvisionedContent) -> [(name: String, since: Timestamp)] {
        let listening = listening.withLock { $0 }
        return times(of: content).compactMap { name, at in (at ?? listening).map { (name: name, since: $0) } }
    }
}

extension Engine {
    /// From now on platforms can call; takes from the store when they did before.
    ///
    /// - Throws: When the store fails.
    package func recallWebhooks() async throws {
        webhooks.listen(since: time.now())
        for entry in content.channels where entry.channel.isCalledFor {
            if let at = try await store.lastEvent(on: entry.id) { webhooks.note(entry.id, at: at) }
        }
    }
}
