import CampaignModel
import CampaignStore
import MessageChannels

/// The campaigns that paid messages are part of at Meta: one for each of ours and each channel, made when it is first
/// needed. One that was made while the answer was lost stays empty there, and costs nothing.
struct MarketingCampaigns: Sendable {
    enum Found: Sendable {
        case ready(String)
        case notBefore(Timestamp)
        /// No paid message of the channel can go.
        case closed(DeliveryReason)
    }

    private let engine: Engine
    private let entry: ProvisionedContent.ChannelEntry

    init(_ engine: Engine, _ entry: ProvisionedContent.ChannelEntry) {
        self.engine = engine
        self.entry = entry
    }

    func campaign(_ id: CampaignID) async throws -> Found {
        guard let account = entry.channel.marketing?.account, let api = MarketingAPI(entry.channel) else {
            return .closed(Self.unpaid)
        }
        if let known = try await known(id, account) { return known }
        await engine.marketing.take()
        defer { engine.marketing.leave() }
        if let known = try await known(id, account) { return known }
        guard !engine.stop.isRaised else { return .notBefore(engine.time.now()) }
        return try await make(id, account, api)
    }

    private func known(_ id: CampaignID, _ account: String) async throws -> Found? {
        let campaign = try await engine.store.marketingCampaign(of: id, on: entry.id, account: account)
        return campaign.map { $0.readyAt <= engine.time.now() ? .ready($0.platformID) : .notBefore($0.readyAt) }
    }

    private func make(_ id: CampaignID, _ account: String, _ api: MarketingAPI) async throws -> Found {
        let campaign = engine.content.campaigns.first { $0.id == id }?.campaign
        let name = campaign.map { "\($0.workspace)/\($0.name)" } ?? "tellal \(id)"
        let outcome = await engine.sender.send(api.makeCampaign(named: name))
        let now = engine.time.now()
        let again = now + MarketingAPI.preparation
        if let made = MarketingAPI.campaign(in: outcome) {
            let campaign = MarketingCampaign(platformID: made, readyAt: again)
            try await engine.store.keep(campaign, of: id, on: entry.id, account: account)
            return .notBefore(again)
        }
        switch PlatformAdapters.adapter(for: entry.channel.platform).verdict(on: outcome) {
        case .retryLater(let after, _, _): return .notBefore(now + (after ?? MarketingAPI.preparation))
        case .marketing(.notReady(let wait), _): return .notBefore(now + wait)
        case .unknown, .sent: return .notBefore(again)
        case .marketing(.routeClosed(let wait), let reason):
            return try await closed(reason, until: wait.map { now + $0 })
        case let verdict: return try await closed(verdict.reason, until: nil)
        }
    }

    private func closed(_ reason: Reason?, until: Timestamp?) async throws -> Found {
        let reason = reason.map { DeliveryReason($0) } ?? Self.unpaid
        try await stop(reason, until: until)
        return .closed(reason)
    }

    /// Meta says that a campaign is not ready yet.
    func postpone(_ id: CampaignID?, until time: Timestamp) async throws {
        guard let id, let account = entry.channel.marketing?.account,
            var campaign = try await engine.store.marketingCampaign(of: id, on: entry.id, account: account)
        else { return }
        campaign.readyAt = time
        try await engine.store.keep(campaign, of: id, on: entry.id, account: account)
    }

    /// Sends no paid messages on the channel any more. Free ones go on.
    func stop(_ reason: DeliveryReason, until: Timestamp?) async throws {
        try await engine.store.stopPaying(on: entry.id, until: until, reason: reason)
        engine.report(
            .marketing(MarketingReport(channel: entry.channel.name, outcome: .stopped(reason.message, until: until))))
    }

    private static let unpaid = DeliveryReason(
        code: "unpaid", message: "nobody pays for messages of this channel; this waits until the person writes")
}
