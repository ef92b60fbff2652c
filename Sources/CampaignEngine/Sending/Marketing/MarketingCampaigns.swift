import CampaignModel
import CampaignStore
import MessageChannels

/// The campaigns at Meta that paid messages belong to: one for each of ours and each channel, created when first
/// needed. A campaign whose creation was not answered stays empty at Meta, and costs nothing.
struct MarketingCampaigns: Sendable {
    enum Found: Sendable {
        case ready(String)
        case notBefore(Timestamp)
        /// No paid message of the channel can be sent.
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
        await engine.marketing.acquire()
        defer { engine.marketing.release() }
        // Another sender may have created the campaign meanwhile, or been refused.
        if let known = try await known(id, account) { return known }
        guard !engine.stop.isRaised else { return .notBefore(engine.time.now()) }
        return try await make(id, account, api)
    }

    private func known(_ id: CampaignID, _ account: String) async throws -> Found? {
        let state = try await engine.store.marketingState(of: id, on: entry.id, account: account)
        let now = engine.time.now()
        guard let from = state.paysFrom, from <= now else {
            return .closed(
                state.stoppedReason.map { DeliveryReason(code: Self.unpaid.code, message: $0) } ?? Self.unpaid)
        }
        return state.campaign.map { $0.readyAt <= now ? .ready($0.platformID) : .notBefore($0.readyAt) }
    }

    /// Creates a campaign at Meta. After a lost answer the next try waits, since each try may create another campaign.
    private func make(_ id: CampaignID, _ account: String, _ api: MarketingAPI) async throws -> Found {
        let campaign = try await engine.campaign(id)?.campaign
        let name = campaign.map { "\($0.workspace)/\($0.name)" } ?? "tellal \(id)"
        let outcome = await engine.sender.send(api.makeCampaign(named: name))
        let now = engine.time.now()
        let again = now + MarketingAPI.preparation
        if let made = MarketingAPI.campaign(in: outcome) {
            let campaign = MarketingCampaign(platformID: made, readyAt: again)
            try await engine.store.keep(campaign, of: id, on: entry.id, account: account)
            return .notBefore(again)
        }
        let verdict = PlatformAdapters.adapter(for: entry.channel.platform).verdict(on: outcome)
        let until: Timestamp? =
            switch verdict {
            case .retryLater(let after, _, _): after.map { now + $0 } ?? again
            case .unknown, .sent: again
            case .marketing(.notReady(let wait), _): now + wait
            case .marketing(.routeClosed(let wait), _): wait.map { now + $0 }
            default: nil
            }
        let reason = verdict.reason.map { $0 } ?? Self.unpaid
        try await stop(reason, until: until)
        return .closed(reason)
    }

    /// Postpones a campaign that Meta says is not ready yet.
    func postpone(_ id: CampaignID?, until time: Timestamp) async throws {
        guard let id, let account = entry.channel.marketing?.account,
            var campaign = try await engine.store.marketingState(of: id, on: entry.id, account: account).campaign
        else { return }
        campaign.readyAt = time
        try await engine.store.keep(campaign, of: id, on: entry.id, account: account)
    }

    /// Stops paid messages on the channel; free ones go on.
    func stop(_ reason: DeliveryReason, until: Timestamp?) async throws {
        let isNews = try await engine.store.stopPaying(
            on: entry.id, until: until, reason: reason, now: engine.time.now())
        guard isNews else { return }
        engine.report(
            .marketing(
                MarketingReport(channel: entry.channel.fullName, outcome: .stopped(reason.message, until: until))))
    }

    private static let unpaid = DeliveryReason(
        code: "unpaid", message: "nobody pays for messages of this channel; this waits until the person writes")
}
