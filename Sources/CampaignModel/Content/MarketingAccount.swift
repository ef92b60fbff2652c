/// Who pays for Messenger's marketing messages, and how much.
package struct MarketingAccount: Sendable, Hashable {
    /// In cents of the ad account's currency.
    package enum Budget: Sendable, Hashable {
        case daily(Int)
        case lifetime(Int)
    }

    /// The ad account's number, without `act_`.
    package var account: String
    /// Of a system user (or of a person, for 60 days) with `paid_marketing_messages`; not the Page's.
    package var token: Secret
    /// Where the business is: ISO 3166, two letters.
    package var country: String
    /// None is allowed since June 2026; the ad account's own limits hold then.
    package var budget: Budget?
    /// What people are asked to agree to, in the chat; nil when they are not asked.
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
    /// Where businesses may be (Marketing Messages, Get started, 5 May 2026; Onboard businesses, 31 March 2026).
    package static let countries = [
        "AE", "AU", "BR", "CL", "CO", "HK", "ID", "IL", "IN", "MX", "MY", "NZ", "PE", "PH", "SA", "SG", "TH", "TW",
        "US",
        "VN",
    ]
}

/// A person's agreement to paid marketing messages (Messenger's Marketing Messages).
package struct MarketingSubscription: Sendable, Hashable, Codable {
    /// Between two messages to one token (Marketing Messages, Send messages, 30 June 2026); the FAQ of 31 March 2026 says one
    /// a day.
    package static let gap = Duration.hours(12)
    /// Between two questions whether somebody agrees: one a person and week with the same title (Marketing Messages, Grow your
    /// audience, 21 June 2026).
    package static let askGap = Duration.days(7)

    /// What a paid message is sent to, in the place of the address.
    package var token: String
    /// What the person was asked to agree to.
    package var title: String?
    /// When the token ends; nil where the platform did not say.
    package var endsAt: Timestamp?
    /// The person's, in the platform's words.
    package var timeZone: String?
    /// When the next message may go; nil for at once.
    package var notBefore: Timestamp?
    /// The platform's code for why none of these messages reaches this person, though they agreed.
    package var noRoute: String?

    package init(token: String, title: String? = nil, endsAt: Timestamp? = nil, timeZone: String? = nil) {
        self.token = token
        self.title = title
        self.endsAt = endsAt
        self.timeZone = timeZone
    }

    /// From when a paid message can go to this person; nil for never.
    package var sendableFrom: Timestamp? { noRoute == nil ? notBefore ?? Timestamp(seconds: 0) : nil }

    /// What the platform told of the same person later; what is known only to us stays.
    package func renewed(as other: MarketingSubscription) -> MarketingSubscription {
        var other = other
        guard other.token == token else { return other }
        other.title = other.title ?? title
        other.notBefore = other.notBefore ?? notBefore
        other.noRoute = other.noRoute ?? noRoute
        return other
    }
}

/// Somebody of the platform's list of those who agreed.
package struct MarketingOptIn: Sendable, Hashable {
    /// The page-scoped id.
    package var address: String
    package var subscription: MarketingSubscription
    /// When they agreed; nil where the list does not say.
    package var createdAt: Timestamp?
    /// Whether they took it back there.
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
