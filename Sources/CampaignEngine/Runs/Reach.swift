package import CampaignModel
package import CampaignStore

/// Whom a message would reach on one channel, and how long that would take.
package struct ChannelReach: Sendable, Hashable, Codable {
    package var channel: String
    package var counts: AudienceCounts
    /// Messages a second, at most.
    package var rate: Double
    /// What those take who can be reached now; nil where nothing limits the rate.
    package var seconds: Int?
}

/// Looks ahead: what would become of a message if it went now. Nothing is stored.
package struct Reach: Sendable {
    private let store: Store
    private let time: any TimeSource

    package init(_ store: Store, time: any TimeSource) {
        self.store = store
        self.time = time
    }

    /// - Parameters:
    ///   - audience: Whom it is for.
    ///   - campaign: The campaign, if it is one that people may not want.
    ///   - channels: Where it goes.
    /// - Returns: One forecast for each channel that was used before.
    /// - Throws: When the store fails.
    package func forecast(
        _ audience: Audience, of campaign: CampaignID?, on channels: [Channel]
    ) async throws -> [ChannelReach] {
        var all: [ChannelReach] = []
        let now = time.now()
        for channel in channels {
            guard let id = try await store.channelID(of: channel.name, in: channel.workspace) else { continue }
            let counts = try await store.count(
                audience, of: campaign, on: id, windowOpenedAfter: Pass.windowOpenedAfter(now), now: now)
            let rate = channel.rate
            let seconds = rate > 0 ? Int((Double(counts.now + counts.paid) / rate).rounded(.up)) : nil
            all.append(ChannelReach(channel: channel.name, counts: counts, rate: rate, seconds: seconds))
        }
        return all
    }
}
