import CampaignModel
import CampaignPlanning
import CampaignStore
import FeedReading
import Synchronization

/// Replaces several waiting messages of a campaign to one person by a single message: when their messaging window
/// opens, and for people who want everything at one time of the day or week.
struct CatchUp: Sendable {
    /// Names of the layouts for such messages, if the owner did not remove them.
    private static let layoutOfHeld = "catch-up"
    private static let layoutOfCollected = "digest"

    private let engine: Engine

    init(_ engine: Engine) { self.engine = engine }

    /// Opens or replaces held messages of people whose window has opened.
    ///
    /// - Parameter subscriber: The person; nil for everybody.
    /// - Returns: How many deliveries are queued now that were held before.
    /// - Throws: When the store fails.
    @discardableResult
    func run(of subscriber: SubscriberID? = nil) async throws -> Int {
        var opened = 0
        while !engine.stop.isRaised {
            let now = engine.time.now()
            let groups = try await engine.store.heldGroups(
                of: subscriber, windowOpenedAfter: Pass.windowOpenedAfter(now), now: now)
            let before = opened
            for group in groups { opened += try await catchUp(group) }
            if groups.isEmpty || opened == before { return opened }
        }
        return opened
    }

    /// Replaces a claimed delivery and all that are due with it by one message.
    ///
    /// - Parameter delivery: A delivery to a person who wants everything at one time.
    /// - Returns: Whether the delivery has ended and the replacing message is queued.
    /// - Throws: When the store fails.
    func gather(_ delivery: ClaimedDelivery) async throws -> Bool {
        let now = engine.time.now()
        guard let group = try await engine.store.dueGroup(with: delivery, now: now),
            let entry = try await engine.campaign(group.campaign), entry.message == nil,
            let plan = plan(group, entry), let message = try await engine.store.record(plan, now: now)
        else { return false }
        engine.catchUps.keep(message, Self.key(plan))
        return true
    }

    private func catchUp(_ group: WaitingGroup) async throws -> Int {
        let now = engine.time.now()
        guard let entry = try await engine.campaign(group.campaign), entry.message == nil,
            let plan = plan(group, entry)
        else { return try await engine.store.open(group, now: now) }
        guard let message = try await engine.store.record(plan, now: now) else {
            // Some of the messages were stopped or already replaced: each is sent, or ends, by itself.
            return try await engine.store.open(group, now: now)
        }
        engine.catchUps.keep(message, Self.key(plan))
        return 1
    }

    /// Least limit of items in a message for a person's own time, since a day may have many runs.
    private static let placesOfCollected = 20

    private func plan(_ group: WaitingGroup, _ entry: ProvisionedContent.CampaignEntry) -> CatchUpPlan? {
        let campaign = entry.campaign
        // Messages of earlier versions have no stored positions, so they cannot be combined.
        guard group.waiting.allSatisfy({ !$0.positions.isEmpty }), let layout = layout(group, campaign) else {
            return nil
        }
        // The last change of each item is the one that is still true.
        var last: [ItemPlace: LoggedChange] = [:]
        for change in group.changes { last[ItemPlace(change)] = Self.asItIsNow(change, group) }
        let most = group.claimed == nil ? campaign.items.max : max(campaign.items.max, Self.placesOfCollected)
        let newest = last.values.filter { $0.change.after != nil }.sorted { $0.position > $1.position }.prefix(most)
        guard !newest.isEmpty else { return nil }
        let items = Set(newest.map(ItemPlace.init))
        let positions = Set(group.changes.filter { items.contains(ItemPlace($0)) }.map(\.position))
        let told = Set(group.waiting.filter { !positions.isDisjoint(with: $0.positions) }.map(\.delivery))
        var plan = CatchUpPlan(
            group: group, content: .stored(MessageID(rawValue: 0)), positions: newest.map(\.position).sorted(),
            told: told)
        if let known = engine.catchUps.message(Self.key(plan)) {
            plan.content = .stored(known)
            return plan
        }
        let names = Dictionary(entry.sources.map { ($0.id, $0.source.name) }) { first, _ in first }
        let contexts = newest.map { ItemContext(change: $0.change, sourceName: names[$0.source] ?? "") }
        let rendered = LayoutRenderer.render(
            layout, items: contexts, campaign: campaign.name, timeZone: WallClock(named: campaign.timeZone).zone
        ) { HTMLText.richText(html: $0, base: nil) }
        guard let message = rendered.first?.message else { return nil }
        plan.content = .new(
            campaign.utm?.added(to: message) ?? message, tracksLinks: engine.tracksLinks(of: campaign))
        return plan
    }

    /// The layout for the combined message; nil for none. Lists of new items fit no removals, price rises or items out
    /// of stock, which only the campaign's own layout can show.
    private func layout(_ group: WaitingGroup, _ campaign: Campaign) -> Layout? {
        let own = engine.layouts[campaign.layout].flatMap { $0.each == .digest ? $0 : nil }
        let kinds = Set(group.changes.map(\.change.kind))
        guard kinds.isDisjoint(with: [.outOfStock, .priceRaised, .removed]) else { return own }
        let held = engine.layouts[Self.layoutOfHeld]
        let isNews = kinds.isSubset(of: [.new, .updated])
        let collected = own ?? (isNews ? engine.layouts[Self.layoutOfCollected] : nil) ?? held
        let layout = group.claimed == nil ? held ?? own : collected
        return layout?.each == .digest ? layout : nil
    }

    /// The change with the present item, if the change still holds for it.
    private static func asItIsNow(_ change: LoggedChange, _ group: WaitingGroup) -> LoggedChange {
        guard let item = group.latest[ItemPlace(change)]?.change.after, change.change.canBeToldAgain(of: item) else {
            return change
        }
        var change = change
        change.change.after = item
        return change
    }

    private static func key(_ plan: CatchUpPlan) -> CatchUpCache.Key {
        CatchUpCache.Key(
            campaign: plan.group.campaign, isCollected: plan.group.claimed != nil, positions: plan.positions,
            latest: plan.group.latest.values.map(\.position).sorted())
    }
}

/// A cache of combined messages, for other people with the same waiting changes.
final class CatchUpCache: Sendable {
    struct Key: Hashable {
        let campaign: CampaignID
        let isCollected: Bool
        let positions: [Int64]
        /// Log positions of the items' present states.
        let latest: [Int64]
    }

    private static let most = 1000
    private let messages = Mutex<[Key: MessageID]>([:])

    func message(_ key: Key) -> MessageID? { messages.withLock { $0[key] } }

    func keep(_ message: MessageID, _ key: Key) {
        messages.withLock { messages in
            if messages.count >= Self.most { messages = [:] }
            messages[key] = message
        }
    }
}
