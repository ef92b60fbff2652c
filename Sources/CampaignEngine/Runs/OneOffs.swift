import CampaignModel
import CampaignStore
import Synchronization

/// Campaigns for messages that were written by hand, which are in the database instead of feeds/. Look-ups are cached.
final class OneOffs: Sendable {
    private let store: Store
    private let channels: [ProvisionedContent.ChannelEntry]
    /// Campaigns whose missing channels were reported.
    private let stranded = Mutex<Set<CampaignID>>([])
    /// Cached look-ups; nil for a campaign that is no such message, or was deleted.
    private let known = Mutex<[CampaignID: ProvisionedContent.CampaignEntry?]>([:])

    init(_ store: Store, channels: [ProvisionedContent.ChannelEntry]) {
        self.store = store
        self.channels = channels
    }

    /// The messages that are not done, from the database.
    func open() async throws -> [ProvisionedContent.CampaignEntry] {
        let entries = try await store.openOneOffs().map(entry)
        known.withLock { known in for entry in entries { known[entry.id] = entry } }
        return entries
    }

    func entry(_ id: CampaignID) async throws -> ProvisionedContent.CampaignEntry? {
        if let found = known.withLock({ $0[id] }) { return found }
        let found = try await store.oneOff(id).map(entry)
        known.withLock { $0[id] = .some(found) }
        return found
    }

    /// Whether all channels of the message are gone from feeds/, so that it would reach nobody. Reports that once.
    func isWithoutChannels(_ entry: ProvisionedContent.CampaignEntry, tell: (EngineEvent) -> Void) -> Bool {
        guard entry.message != nil, entry.channels.isEmpty else { return false }
        if stranded.withLock({ $0.insert(entry.id).inserted }) {
            let names = entry.campaign.channels.joined(separator: ", ")
            tell(.waits(campaign: entry.campaign.fullName, "there is no channel \(names) in feeds/ any more"))
        }
        return true
    }

    func forget(_ id: CampaignID) { known.withLock { $0[id] = nil } }

    private func entry(_ stored: StoredOneOff) -> ProvisionedContent.CampaignEntry {
        let campaign = stored.oneOff.campaign
        return ProvisionedContent.CampaignEntry(
            id: stored.id, workspace: stored.workspace, campaign: campaign, sources: [],
            channels: channels.filter {
                $0.channel.workspace == campaign.workspace && campaign.channels.contains($0.channel.name)
            }, message: stored.oneOff.message)
    }
}

extension Engine {
    /// A campaign by id, from feeds/ or written by hand.
    func campaign(_ id: CampaignID) async throws -> ProvisionedContent.CampaignEntry? {
        if let entry = content.campaigns.first(where: { $0.id == id }) { return entry }
        return try await oneOffs.entry(id)
    }
}
