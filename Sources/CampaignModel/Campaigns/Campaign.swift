/// An automatic campaign: these changes, to this audience, by this layout, this often.
package struct Campaign: Sendable, Hashable, Codable {
    package var workspace: String
    package var name: String
    /// Their names; none for a message that was written by hand.
    package var sources: [String]
    package var on: Set<ChangeKind>
    /// What becomes of a message when the item that it tells of is updated.
    package var onUpdate = UpdateRule.ignore
    package var filter: ItemFilter
    package var priceDrop: PriceDropThreshold
    /// By its name; empty for a message that was written by hand.
    package var layout: String
    package var frequency: Frequency
    /// What becomes of runs that were missed.
    package var missed = MissedRuns.once
    /// A name of the time zone database.
    package var timeZone: String
    /// Times are by each person's own clock; `timeZone` is for those who did not say theirs.
    package var followsPeople = false
    /// What changed before is not the campaign's.
    package var notBefore: Timestamp?
    /// Nothing is sent from then on.
    package var until: Timestamp?
    /// Nil when its messages may come at any time of day.
    package var quietHours: QuietHours?
    package var items: ItemChoice
    package var start: CampaignStart
    /// Their names.
    package var channels: [String]
    package var audience: Audience
    /// What subscribers read of it when they choose what they want; nil when it is not for them to choose.
    package var topic: String?
    /// A delivery that could not go out within this time after its run is dropped.
    package var expires: Duration
    /// Each run waits until somebody lets it go; nil when they go by themselves.
    package var approval: Approval?
    /// Whether it is noted who opens its links, where we have a public address.
    package var tracksLinks = true
    /// As ``OneOff/isTest``.
    package var isTest: Bool?
    package var utm: UTM?
    /// After how long a delivery is sent once more of which nobody knows whether it arrived; nil for never.
    package var resendUnknownAfter: Duration?
    package var provenance: Provenance

    package init(
        workspace: String, name: String, sources: [String], on: Set<ChangeKind> = [.new], filter: ItemFilter = .init(),
        priceDrop: PriceDropThreshold = .init(), layout: String, frequency: Frequency = .everyUpdate,
        timeZone: String = "UTC", quietHours: QuietHours? = nil, items: ItemChoice = .init(),
        start: CampaignStart = .now, channels: [String], audience: Audience = .init(),
        topic: String? = nil, expires: Duration = .days(3),
        resendUnknownAfter: Duration? = nil, provenance: Provenance
    ) {
        self.resendUnknownAfter = resendUnknownAfter
        self.topic = topic
        self.workspace = workspace
        self.name = name
        self.sources = sources
        self.on = on
        self.filter = filter
        self.priceDrop = priceDrop
        self.layout = layout
        self.frequency = frequency
        self.timeZone = timeZone
        self.quietHours = quietHours
        self.items = items
        self.start = start
        self.channels = channels
        self.audience = audience
        self.expires = expires
        self.provenance = provenance
    }
}

/// What a campaign does when the words or pictures of an item change of which it has told.
package enum UpdateRule: String, Sendable, Hashable, Codable, CaseIterable {
    case ignore
    /// The message is changed where it stands, on platforms that allow it: Telegram.
    case edit
}

/// Who lets a campaign's runs go.
package struct Approval: Sendable, Hashable, Codable {
    /// The channel and the address where somebody is asked in the chat; nil for the command line alone.
    package var channel: String?
    package var address: String?
    /// What nobody answered within this time does not go any more.
    package var expires: Duration

    package init(channel: String? = nil, address: String? = nil, expires: Duration = .days(1)) {
        self.channel = channel
        self.address = address
        self.expires = expires
    }

    /// What is decided about a run.
    package enum Decision: String, Sendable, Hashable, Codable, CaseIterable {
        case send, skip

        /// The payload of the button that says so, with the run's number.
        package func payload(_ run: CampaignRunID) -> String { "approval:\(rawValue):\(run)" }

        /// Reads what ``payload(_:)`` writes; nil for the payload of any other button.
        package static func read(_ payload: String) -> (decision: Decision, run: CampaignRunID)? {
            let parts = payload.split(separator: ":")
            guard parts.count == 3, parts[0] == "approval", let decision = Decision(rawValue: String(parts[1])),
                let number = Int64(parts[2])
            else { return nil }
            return (decision, CampaignRunID(rawValue: number))
        }
    }
}

/// What is added to addresses, so that the statistics of a site know where its visitors come from.
package struct UTM: Sendable, Hashable, Codable {
    /// The values of `utm_source`, `utm_medium` and `utm_campaign`, unescaped.
    package var source: String
    package var medium: String
    package var campaign: String

    package init(source: String, medium: String, campaign: String) {
        self.source = source
        self.medium = medium
        self.campaign = campaign
    }

    /// The address with the parameters that it does not have already.
    package func added(to address: String) -> String {
        let parts = address.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        let query = parts[0].split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let known = query.count > 1 ? query[1].split(separator: "&").map { $0.prefix { $0 != "=" } } : []
        let wanted = [("utm_source", source), ("utm_medium", medium), ("utm_campaign", campaign)]
        let added = wanted.filter { !known.contains(Substring($0.0)) }.map { "\($0.0)=\($0.1.percentEncoded)" }
        guard !added.isEmpty else { return address }
        let separator = query.count < 2 ? "?" : query[1].isEmpty || query[1].hasSuffix("&") ? "" : "&"
        return parts[0] + separator + added.joined(separator: "&") + (parts.count > 1 ? "#\(parts[1])" : "")
    }
}

extension UTM {
    /// The message with them in all its links.
    package func added(to message: Message) -> Message { message.withLinks { added(to: $0) } }
}

extension Campaign {
    /// Whether it is one message that was written by hand, see ``OneOff``.
    package var isOneOff: Bool { if case .once = frequency { true } else { false } }
}

/// Where a campaign begins in a source that was there before it.
package enum CampaignStart: Sendable, Hashable, Codable {
    /// Nothing old is sent.
    case now
    /// The newest so many of the first document read after the campaign was made.
    case last(Int)
}

/// Which items a campaign is about. An empty list says nothing.
package struct ItemFilter: Sendable, Hashable, Codable {
    /// At least one of these words or phrases must occur in title, summary or content, whatever the case; a `*` at either end
    /// stands for the rest of a word.
    package var include: [String]
    /// None of these may.
    package var exclude: [String]
    /// The item must be in one of these, whatever the case; each step of a product's category path counts.
    package var categories: [String]
    /// One of its authors must be among these, whatever the case; so with the brands.
    package var authors: [String]
    package var brands: [String] = []
    /// What a document does not state counts as `unknown`.
    package var availability: Set<Availability> = []
    /// What a customer pays must be known, and within.
    package var price: PriceRange?
    /// Since it was published, or else since its change was logged.
    package var maxAge: Duration?

    package init(
        include: [String] = [], exclude: [String] = [], categories: [String] = [], authors: [String] = [],
        price: PriceRange? = nil, maxAge: Duration? = nil
    ) {
        self.include = include
        self.exclude = exclude
        self.categories = categories
        self.authors = authors
        self.price = price
        self.maxAge = maxAge
    }
}

/// From where to where a price may be, both ends included; nil leaves an end open.
package struct PriceRange: Sendable, Hashable, Codable {
    package var min: DecimalAmount?
    package var max: DecimalAmount?
    /// The price must be in this one, ISO 4217 in capitals; nil for any.
    package var currency: String?

    package init(min: DecimalAmount?, max: DecimalAmount?, currency: String?) {
        self.min = min
        self.max = max
        self.currency = currency
    }
}

/// How far a price must fall to be told; both must hold.
package struct PriceDropThreshold: Sendable, Hashable, Codable {
    package var percent: DecimalAmount
    /// In the price's own currency.
    package var amount: DecimalAmount

    package init(
        percent: DecimalAmount = DecimalAmount(digits: 0, scale: 0),
        amount: DecimalAmount = DecimalAmount(digits: 0, scale: 0)
    ) {
        self.percent = percent
        self.amount = amount
    }

    /// Whether some falls are too small for it.
    package var isDemanding: Bool { percent.digits > 0 || amount.digits > 0 }
}

/// How many of the chosen items one run takes, in which order, and what becomes of the rest.
package struct ItemChoice: Sendable, Hashable, Codable {
    /// Which of the chosen items come first; what has no price comes last where prices are compared.
    package enum Order: String, Sendable, Hashable, Codable, CaseIterable {
        case newest, oldest, cheapest
        /// In percent of the price before.
        case biggestDrop = "biggest drop"
    }

    /// What becomes of those that found no place in the run.
    package enum Overflow: String, Sendable, Hashable, Codable, CaseIterable {
        /// The rest waits for the next run.
        case keep
        /// The rest is marked seen.
        case drop
    }

    /// What is told of the variants of one product that changed alike.
    package enum Variants: String, Sendable, Hashable, Codable, CaseIterable {
        /// One of them in a run.
        case one
        case all
    }

    /// With fewer, all wait for the next run.
    package var min: Int
    /// From 1 to 100.
    package var max: Int
    package var order: Order
    package var overflow: Overflow
    /// Of one source at most so many; nil for as many as there are.
    package var perSource: Int?
    /// Of one author at most so many.
    package var perAuthor: Int?
    package var variants = Variants.one

    package init(min: Int = 1, max: Int = 10, order: Order = .newest, overflow: Overflow = .keep) {
        self.min = min
        self.max = max
        self.order = order
        self.overflow = overflow
    }
}

/// A time of day span in which nobody is messaged, in minutes after midnight; it may span midnight.
package struct QuietHours: Sendable, Hashable, Codable {
    package var from: Int
    package var to: Int

    package init(from: Int, to: Int) {
        self.from = from
        self.to = to
    }
}

/// A selector over subscribers: who is meant must be all that is given. What is empty asks for nothing.
package struct Audience: Sendable, Hashable, Codable {
    /// Someone with any of these.
    package var tags: [String]
    /// Nobody with any of these.
    package var withoutTags: [String] = []
    /// IETF language tags; `pt` means `pt-BR`, too.
    package var languages: [String] = []
    /// By the name of a field: one of these values.
    package var fields: [String: [String]] = [:]
    /// What the link carried that brought them.
    package var origins: [String] = []
    /// They wrote, pressed or clicked something no longer ago.
    package var activeWithin: Duration?

    package init(tags: [String] = []) { self.tags = tags }

    /// Also what an earlier version stored, which knew less.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        tags = try container.decodeIfPresent([String].self, forKey: .tags) ?? []
        withoutTags = try container.decodeIfPresent([String].self, forKey: .withoutTags) ?? []
        languages = try container.decodeIfPresent([String].self, forKey: .languages) ?? []
        fields = try container.decodeIfPresent([String: [String]].self, forKey: .fields) ?? [:]
        origins = try container.decodeIfPresent([String].self, forKey: .origins) ?? []
        activeWithin = try container.decodeIfPresent(Duration.self, forKey: .activeWithin)
    }
}
