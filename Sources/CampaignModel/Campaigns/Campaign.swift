/// An automatic campaign: which changes it sends, to which audience, with which layout, and when.
package struct Campaign: Sendable, Hashable, Codable {
    package var workspace: String
    package var name: String
    /// Names of the sources; empty for a message that was written by hand.
    package var sources: [String]
    package var on: Set<ChangeKind>
    /// What happens to a message when its item is updated.
    package var onUpdate = UpdateRule.ignore
    package var filter: ItemFilter
    package var priceDrop: PriceDropThreshold
    /// Name of the layout; empty for a message that was written by hand.
    package var layout: String
    package var frequency: Frequency
    /// What happens to missed runs.
    package var missed = MissedRuns.once
    /// Time zone, a name of the time zone database.
    package var timeZone: String
    /// Whether times are in each person's own time zone; `timeZone` is for people who did not state theirs.
    package var followsPeople = false
    /// Start: earlier changes are skipped.
    package var notBefore: Timestamp?
    /// End: nothing is sent from then on.
    package var until: Timestamp?
    /// Hours without messages; nil for none.
    package var quietHours: QuietHours?
    package var items: ItemChoice
    package var start: CampaignStart
    /// Names of the channels.
    package var channels: [String]
    package var audience: Audience
    /// The campaign's title in the subscribers' settings; nil when they cannot switch it off.
    package var topic: String?
    /// A delivery that could not go out within this time after its run is dropped.
    package var expires: Duration
    /// Who approves each run before it is sent; nil when runs need no approval.
    package var approval: Approval?
    /// Whether clicks on its links are recorded, if the server has a public address.
    package var tracksLinks = true
    /// Whether the campaign is a test; see ``OneOff/isTest``.
    package var isTest: Bool?
    package var utm: UTM?
    /// Time after which an unknown delivery is sent again; nil for never.
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

/// What a campaign does when the words or pictures of an announced item change.
package enum UpdateRule: String, Sendable, Hashable, Codable, CaseIterable {
    case ignore
    /// The message is edited in place, on platforms that allow it: Telegram.
    case edit
}

/// How a campaign's runs are approved.
package struct Approval: Sendable, Hashable, Codable {
    /// Channel and address of the person who is asked in the chat; nil to approve by the command line only.
    package var channel: String?
    package var address: String?
    /// Time after which a run without an answer is not sent any more.
    package var expires: Duration

    package init(channel: String? = nil, address: String? = nil, expires: Duration = .days(1)) {
        self.channel = channel
        self.address = address
        self.expires = expires
    }

    /// The decision about a run.
    package enum Decision: String, Sendable, Hashable, Codable, CaseIterable {
        case send, skip

        /// The payload of the button for this decision, with the run's id.
        package func payload(_ run: CampaignRunID) -> String { "approval:\(rawValue):\(run)" }

        /// Parses what ``payload(_:)`` writes; nil for the payload of any other button.
        package static func read(_ payload: String) -> (decision: Decision, run: CampaignRunID)? {
            let parts = payload.split(separator: ":")
            guard parts.count == 3, parts[0] == "approval", let decision = Decision(rawValue: String(parts[1])),
                let number = Int64(parts[2])
            else { return nil }
            return (decision, CampaignRunID(rawValue: number))
        }
    }
}

/// Parameters that are added to links, so that a site's statistics show where visitors come from.
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

    /// The address with those parameters that it lacks.
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
    /// The message with the parameters in all its links.
    package func added(to message: Message) -> Message { message.withLinks { added(to: $0) } }
}

extension Campaign {
    /// Whether small falls of a price must add up for it: it tells of falls, and not of each.
    package var comparesPrices: Bool { priceDrop.isDemanding && on.contains(.priceDropped) }

    /// Whether the campaign is a message that was written by hand, see ``OneOff``.
    package var isOneOff: Bool { if case .once = frequency { true } else { false } }
}

/// Where a new campaign begins in the log of an existing source.
package enum CampaignStart: Sendable, Hashable, Codable {
    /// No earlier item is sent.
    case now
    /// The newest items, that many, of the first document read after the campaign was created.
    case last(Int)
}

/// The items that a campaign sends. An empty list allows all.
package struct ItemFilter: Sendable, Hashable, Codable {
    /// Words or phrases of which at least one must occur in title, summary or content, whatever the case; a `*` at
    /// either end stands for the rest of a word.
    package var include: [String]
    /// Words or phrases that must not occur there.
    package var exclude: [String]
    /// Categories of which the item must have one, whatever the case; each step of a product's category path counts.
    package var categories: [String]
    /// Authors of whom one must be the item's, whatever the case; likewise for brands.
    package var authors: [String]
    package var brands: [String] = []
    /// Allowed availabilities; one that the document does not state counts as `unknown`.
    package var availability: Set<Availability> = []
    /// Range for the price that a customer pays; an unknown price is outside.
    package var price: PriceRange?
    /// Greatest age since publication, or else since the change was logged.
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

/// A range of prices, both ends included; nil leaves an end open.
package struct PriceRange: Sendable, Hashable, Codable {
    package var min: DecimalAmount?
    package var max: DecimalAmount?
    /// Required currency, ISO 4217 in capitals; nil for any.
    package var currency: String?

    package init(min: DecimalAmount?, max: DecimalAmount?, currency: String?) {
        self.min = min
        self.max = max
        self.currency = currency
    }
}

/// How far a price must fall to be reported; both values must be reached.
package struct PriceDropThreshold: Sendable, Hashable, Codable {
    package var percent: DecimalAmount
    /// Least difference, in the price's own currency.
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

/// How many items one run sends, in which order, and what happens to the rest.
package struct ItemChoice: Sendable, Hashable, Codable {
    /// The order of items. Items without a price come last where prices are compared.
    package enum Order: String, Sendable, Hashable, Codable, CaseIterable {
        case newest, oldest, cheapest
        /// By the price drop in percent.
        case biggestDrop = "biggest drop"
    }

    /// What happens to items beyond the limits of a run.
    package enum Overflow: String, Sendable, Hashable, Codable, CaseIterable {
        /// The rest waits for the next run.
        case keep
        /// The rest is marked seen.
        case drop
    }

    /// How variants of one product with the same change are sent.
    package enum Variants: String, Sendable, Hashable, Codable, CaseIterable {
        /// One variant in a run.
        case one
        case all
    }

    /// Least number of items; fewer wait for the next run.
    package var min: Int
    /// Most items, 1 to 100.
    package var max: Int
    package var order: Order
    package var overflow: Overflow
    /// Most items of one source; nil for no limit.
    package var perSource: Int?
    /// Most items of one author; nil for no limit.
    package var perAuthor: Int?
    package var variants = Variants.one

    package init(min: Int = 1, max: Int = 10, order: Order = .newest, overflow: Overflow = .keep) {
        self.min = min
        self.max = max
        self.order = order
        self.overflow = overflow
    }
}

/// Hours of the day without messages, in minutes after midnight; the span may cross midnight.
package struct QuietHours: Sendable, Hashable, Codable {
    package var from: Int
    package var to: Int

    package init(from: Int, to: Int) {
        self.from = from
        self.to = to
    }
}

/// A selector over subscribers: all given conditions must hold. An empty condition always holds.
package struct Audience: Sendable, Hashable, Codable {
    /// Tags of which the subscriber must have at least one.
    package var tags: [String]
    /// Tags that the subscriber must not have.
    package var withoutTags: [String] = []
    /// IETF language tags; `pt` matches `pt-BR`, too.
    package var languages: [String] = []
    /// Allowed values by the name of a field.
    package var fields: [String: [String]] = [:]
    /// Allowed origins: the parameter of the link by which the subscriber came.
    package var origins: [String] = []
    /// Longest time since the subscriber wrote, pressed or clicked something.
    package var activeWithin: Duration?

    package init(tags: [String] = []) { self.tags = tags }

    /// Decodes also what earlier versions stored, with fewer fields.
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
