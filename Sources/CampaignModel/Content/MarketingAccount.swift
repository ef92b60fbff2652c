/// Who pays for Messenger's marketing messages, and how much.
package struct MarketingAccount: Sendable, Hashable {
    /// A budget in cents of the ad account's currency.
    package enum Budget: Sendable, Hashable {
        case daily(Int)
        case lifetime(Int)
    }

    /// The ad account's id, without `act_`.
    package var account: String
    /// Access token of a system user (or of a person, for 60 days) with `paid_marketing_messages`; not the Page's.
    package var token: Secret
    /// Country of the business: ISO 3166, two letters.
    package var country: String
    /// Budget; nil, allowed since June 2026, leaves it to the ad account's own limits.
    package var budget: Budget?
    /// Title of the request to agree in the chat; nil when people are not asked.
    package var ask: String?

    package init(
        account: String, token: Secret, country: String, budget: Budget? = nil, ask: String? = nil
    ) {
        self.account = account
        self.token = token
        self.country = country
        self.budget = budget
        self.ask = ask
    }

    /// The longest title of a request to agree (Marketing Messages, Grow your audience, 21 June 2026).
    package static let longestAsk = 65
    /// Countries of allowed businesses (Marketing Messages, Get started, 5 May 2026; Onboard businesses, 31 March
    /// 2026).
    package static let countries = [
        "AE", "AU", "BR", "CL", "CO", "HK", "ID", "IL", "IN", "MX", "MY", "NZ", "PE", "PH", "SA", "SG", "TH", "TW",
        "US",
        "VN",
    ]
}

/// A person's agreement to paid marketing messages (Messenger's Marketing Messages).
package struct MarketingSubscription: Sendable, Hashable, Codable {
    /// Least time between two messages to one token (Marketing Messages, Send messages, 30 June 2026); the FAQ of 31
    /// March 2026 says one a day.
    package static let gap = Duration.hours(12)
    /// Least time between two requests to agree: one per person and week with the same title (Marketing Messages, Grow
    /// your audience, 21 June 2026).
    package static let askGap = Duration.days(7)

    /// Token that replaces the address in paid messages.
    package var token: String
    /// Title of the request that the person agreed to.
    package var title: String?
    /// End of the token; nil where the platform did not say.
    package var endsAt: Timestamp?
    /// The person's time zone, in the platform's words.
    package var timeZone: String?
    /// Time from which the next message may be sent; nil for at once.
    package var notBefore: Timestamp?
    /// The platform's code for why no paid message reaches this person although they agreed; nil when they can be
    /// reached.
    package var noRoute: String?

    package init(token: String, title: String? = nil, endsAt: Timestamp? = nil, timeZone: String? = nil) {
        self.token = token
        self.title = title
        self.endsAt = endsAt
        self.timeZone = timeZone
    }

    /// Time from which a paid message can be sent to this person; nil for never.
    package var sendableFrom: Timestamp? { noRoute == nil ? notBefore ?? Timestamp(seconds: 0) : nil }

    /// The subscription updated by a later report of the platform. Values that only we know are kept.
    package func renewed(as other: MarketingSubscription) -> MarketingSubscription {
        var other = other
        guard other.token == token else { return other }
        other.title = other.title ?? title
        other.notBefore = other.notBefore ?? notBefore
        other.noRoute = other.noRoute ?? noRoute
        return other
    }
}

/// An entry of the platform's list of people who agreed.
package struct MarketingOptIn: Sendable, Hashable {
    /// The person's page-scoped id.
    package var address: String
    package var subscription: MarketingSubscription
    /// Time of the agreement; nil where the list does not say.
    package var createdAt: Timestamp?
    /// Whether the person withdrew the agreement at the platform.
    package var isStopped: Bool

    package init(
        address: String, subscription: MarketingSubscription, createdAt: Timestamp?, isStopped: Bool = false
    ) {
        self.address = address
        self.subscription = subscription
        self.createdAt = createdAt
        self.isStopped = isStopped
    }
}
