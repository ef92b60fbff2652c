/// One owner's world: its sources, channels, campaigns and subscribers; nothing is shared across workspaces.
package struct Workspace: Sendable, Hashable {
    package static let defaultName = "default"
    package var name: String

    package init(name: String) { self.name = name }
}

/// Which file of feeds/ says so: shown wherever a thing can be changed only there.
package struct Provenance: Sendable, Hashable, Codable, CustomStringConvertible {
    package var file: String
    package var line: Int

    package init(file: String, line: Int) {
        self.file = file
        self.line = line
    }

    package var description: String { "\(file):\(line)" }
}

/// A feed or catalog that the owner registered.
package struct Source: Sendable, Hashable, Codable {
    package var workspace: String
    package var name: String
    /// An http(s) address, or the path of a file.
    package var location: String
    /// The location as the owner wrote it, a secret in it still as `${NAME}`: what is stored and shown.
    package var writtenLocation: String
    /// A format's name, or nil to find out from the content.
    package var format: DocumentFormat?
    /// How a document of no known format is read; then there is no `format`.
    package var mapping: DocumentMapping?
    package var every: PollInterval
    /// Changes of these kinds are told once a second document shows them too.
    package var confirm: Set<ChangeKind>
    /// What items are known by; nil leaves it to the first document.
    package var identity: IdentityPolicy?
    package var provenance: Provenance

    package init(
        workspace: String, name: String, location: String, writtenLocation: String? = nil, format: DocumentFormat?,
        mapping: DocumentMapping? = nil, every: PollInterval, confirm: Set<ChangeKind> = [],
        identity: IdentityPolicy? = nil, provenance: Provenance
    ) {
        self.identity = identity
        self.workspace = workspace
        self.name = name
        self.location = location
        self.writtenLocation = writtenLocation ?? location
        self.format = format
        self.mapping = mapping
        self.every = every
        self.confirm = confirm
        self.provenance = provenance
    }

    /// Also what an earlier version stored, which knew less.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        workspace = try container.decode(String.self, forKey: .workspace)
        name = try container.decode(String.self, forKey: .name)
        location = try container.decode(String.self, forKey: .location)
        writtenLocation = try container.decode(String.self, forKey: .writtenLocation)
        format = try container.decodeIfPresent(DocumentFormat.self, forKey: .format)
        mapping = try container.decodeIfPresent(DocumentMapping.self, forKey: .mapping)
        every = try container.decode(PollInterval.self, forKey: .every)
        confirm = try container.decodeIfPresent(Set<ChangeKind>.self, forKey: .confirm) ?? []
        identity = try container.decodeIfPresent(IdentityPolicy.self, forKey: .identity)
        provenance = try container.decode(Provenance.self, forKey: .provenance)
    }

    package var isEncrypted: Bool { begins(with: "https://") }

    package var isRemote: Bool {
        begins(with: "http://") || begins(with: "https://")
    }

    private func begins(with scheme: StaticString) -> Bool {
        let letters = UnsafeBufferPointer(start: scheme.utf8Start, count: scheme.utf8CodeUnitCount)
        return location.utf8.count >= letters.count
            && zip(location.utf8, letters).allSatisfy { $0 == $1 || ((0x41...0x5A).contains($0) && $0 | 0x20 == $1) }
    }
}

/// The messaging apps; the raw value is the name in settings and output.
package enum Platform: String, Sendable, Hashable, Codable, CaseIterable {
    case telegram, messenger
}

/// One connected Page or bot. Its credentials live in the owner's files and environment, never in the database.
package struct Channel: Sendable, Hashable {
    package var workspace: String
    package var name: String
    package var platform: Platform
    /// The bot's token, or the Page's access token.
    package var token: Secret
    /// Where the platform's API lives, without a last slash.
    package var api: String
    /// Messages a second, at most.
    package var rate: Double
    /// Messenger only: the Page.
    package var pageID: String?
    /// Messenger only: the Graph API's version, `v25.0`.
    package var version: String?
    /// Messenger only: the app's number, so that its webhook can be set by us.
    package var appID: String?
    package var appSecret: Secret?
    package var verifyToken: Secret?
    /// Messenger only: who pays for messages outside the 24 hours; nil when nobody does.
    package var marketing: MarketingAccount?
    /// Telegram only: whether a digest may become one rich message.
    package var rich = RichMessages.never
    package var conversation = Conversation()
    /// What people read of it: the blog's or the shop's name.
    package var title: String
    package var provenance: Provenance

    package init(
        workspace: String, name: String, platform: Platform, token: Secret, api: String, rate: Double,
        pageID: String? = nil, version: String? = nil, appSecret: Secret? = nil, verifyToken: Secret? = nil,
        provenance: Provenance
    ) {
        self.workspace = workspace
        self.name = name
        title = name
        self.platform = platform
        self.token = token
        self.api = api
        self.rate = rate
        self.pageID = pageID
        self.version = version
        self.appSecret = appSecret
        self.verifyToken = verifyToken
        self.provenance = provenance
    }
}

/// Whether digests become one long message with pictures in it, which older servers and apps do not know.
package enum RichMessages: Sendable, Hashable {
    case never
    /// Where a digest would be several messages otherwise.
    case auto
    case always
}

extension Channel {
    /// Whether what people write and press reaches us. Telegram is asked for it; Messenger calls, and what calls in its
    /// name is believed only with the app's secret.
    package var hears: Bool {
        switch platform {
        case .telegram: true
        case .messenger: appSecret != nil && verifyToken != nil
        }
    }
}

/// How a channel talks with those who write to it.
package struct Conversation: Sendable, Hashable {
    /// What is said at one of the events of a subscription.
    package enum Reply: Sendable, Hashable {
        /// Our own words, in the person's language.
        case builtIn
        /// A layout with `each: subscriber`, by name.
        case layout(String)
        case none
    }

    /// How Telegram's updates come.
    package enum Updates: String, Sendable, Hashable, CaseIterable { case polling, webhook }

    /// What someone sees who opens the chat for the first time.
    package struct Presentation: Sendable, Hashable {
        /// Telegram: at most 512 characters. Messenger, as the greeting: at most 160.
        package var description: String
        /// Telegram only, on the bot's profile: at most 120 characters.
        package var shortDescription: String?

        package init(description: String, shortDescription: String? = nil) {
            self.description = description
            self.shortDescription = shortDescription
        }
    }

    package var welcome = Reply.builtIn
    package var goodbye = Reply.builtIn
    package var defaultReply = Reply.builtIn
    /// Whose words are understood; the first one is spoken with those whose language is not among them.
    package var languages = Language.allCases
    package var presentation: Presentation?
    package var updates = Updates.polling

    package init() {}
}

/// The languages that tellal speaks with subscribers.
package enum Language: String, Sendable, Hashable, Codable, CaseIterable {
    case english = "en"
    case turkish = "tr"
    case italian = "it"
    case spanish = "es"
    case german = "de"
    case french = "fr"
    case portuguese = "pt"

    /// By an IETF language tag: `pt-BR` is Portuguese.
    package init?(tag: String?) {
        guard let first = tag?.lowercased().split(whereSeparator: { $0 == "-" || $0 == "_" }).first else { return nil }
        self.init(rawValue: String(first))
    }
}

/// An automatic campaign: these changes, to this audience, by this layout, this often.
package struct Campaign: Sendable, Hashable, Codable {
    package var workspace: String
    package var name: String
    package var sources: [String]
    package var on: Set<ChangeKind>
    package var filter: ItemFilter
    package var priceDrop: PriceDropThreshold
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
    package var quietHours: QuietHours?
    package var items: ItemChoice
    package var start: CampaignStart
    package var channels: [String]
    package var audience: Audience
    /// What subscribers read of it when they choose what they want; nil when it is not for them to choose.
    package var topic: String?
    /// A delivery that could not go out within this time after its run is dropped.
    package var expires: Duration
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
    package var categories: [String]
    package var authors: [String]
    package var brands: [String] = []
    package var availability: Set<Availability> = []
    package var price: PriceRange?
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

package struct PriceRange: Sendable, Hashable, Codable {
    package var min: DecimalAmount?
    package var max: DecimalAmount?
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
    package var amount: DecimalAmount

    package init(
        percent: DecimalAmount = DecimalAmount(digits: 0, scale: 0),
        amount: DecimalAmount = DecimalAmount(digits: 0, scale: 0)
    ) {
        self.percent = percent
        self.amount = amount
    }
}

/// How many of the chosen items one run takes, in which order, and what becomes of the rest.
package struct ItemChoice: Sendable, Hashable, Codable {
    package enum Order: String, Sendable, Hashable, Codable, CaseIterable {
        case newest, oldest, cheapest
        /// In percent of the price before.
        case biggestDrop = "biggest drop"
    }

    package enum Overflow: String, Sendable, Hashable, Codable, CaseIterable {
        /// The rest waits for the next run.
        case keep
        /// The rest is marked seen.
        case drop
    }

    package var min: Int
    package var max: Int
    package var order: Order
    package var overflow: Overflow
    /// Of one source at most so many; nil for as many as there are.
    package var perSource: Int?
    /// Of one author at most so many.
    package var perAuthor: Int?

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
