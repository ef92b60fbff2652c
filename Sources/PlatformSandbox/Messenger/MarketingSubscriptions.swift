import CampaignModel

/// Who takes marketing messages, and the campaigns that carry them.
///
/// https://developers.facebook.com/documentation/business-messaging/messenger-platform/marketing-messages-on-messenger
struct MarketingSubscriptions: Sendable {
    struct Subscription: Sendable, Hashable {
        var token: String
        var page: String
        var person: String
        var title: String
        var timezone: String?
        var createdAt: Timestamp
        var isStopped = false
        var isInSupportedRegion = true
        var lastSentAt: Timestamp?

        /// Tokens last as long as nobody opts out; the field still holds a date.
        var expiresAt: Timestamp { createdAt + .days(3650) }
    }

    struct Campaign: Sendable, Hashable {
        var id: String
        var account: String
        var page: String
        var name: String
        var createdAt: Timestamp
        var startsAt: Timestamp?
    }

    private static let maximumCampaigns = 10_000

    private var subscriptions: [String: Subscription] = [:]
    /// In the order in which they came.
    private var tokens: [String] = []
    private var tokensByTopic: [[String]: String] = [:]
    private var campaigns: [String: Campaign] = [:]

    subscript(token: String) -> Subscription? { subscriptions[token] }

    func subscription(page: String, person: String, title: String) -> Subscription? {
        tokensByTopic[[page, person, title]].flatMap { subscriptions[$0] }
    }

    mutating func subscribe(page: String, person: String, title: String, timezone: String?, at now: Timestamp)
        -> Subscription
    {
        let token = "7" + String(FNV1a.hash("\(page) \(person) \(title)") % 1_000_000_000_000_000_000)
        let subscription = Subscription(
            token: token, page: page, person: person, title: title, timezone: timezone, createdAt: now
        )
        tokens.append(token)
        tokensByTopic[[page, person, title]] = token
        subscriptions[token] = subscription
        return subscription
    }

    mutating func store(_ subscription: Subscription) { subscriptions[subscription.token] = subscription }

    /// Stops all of a person's; false when there is none.
    mutating func stop(page: String, person: String) -> Bool {
        let own = subscriptions.values.filter { $0.page == page && $0.person == person }
        for subscription in own { subscriptions[subscription.token]?.isStopped = true }
        return !own.isEmpty
    }

    /// Those of a Page that can be sent to, after a token, oldest first.
    func list(page: String, after: String?, limit: Int) -> (shown: [Subscription], hasMore: Bool) {
        let start = after.flatMap { tokens.firstIndex(of: $0) }.map { $0 + 1 } ?? 0
        let all = tokens[start...].lazy.compactMap { subscriptions[$0] }.filter { $0.page == page && !$0.isStopped }
        let shown = Array(all.prefix(limit + 1))
        return (Array(shown.prefix(limit)), shown.count > limit)
    }

    func campaign(_ id: String) -> Campaign? { campaigns[id] }

    mutating func add(_ account: String, page: String, name: String, startsAt: Timestamp?, at now: Timestamp)
        -> Campaign
    {
        if campaigns.count >= Self.maximumCampaigns { campaigns = [:] }
        let id = String(230_000_000_000_000 + Int64(campaigns.count) + 1)
        let campaign = Campaign(id: id, account: account, page: page, name: name, createdAt: now, startsAt: startsAt)
        campaigns[id] = campaign
        return campaign
    }
}
