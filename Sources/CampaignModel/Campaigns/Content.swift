/// One owner's world: its sources, channels, campaigns and subscribers; nothing is shared across workspaces.
package struct Workspace: Sendable, Hashable {
    /// The workspace of a file that names none.
    package static let defaultName = "default"
    package var name: String

    package init(name: String) { self.name = name }
}

/// Which file of feeds/ says so: shown wherever a thing can be changed only there.
package struct Provenance: Sendable, Hashable, Codable, CustomStringConvertible {
    /// As the reader of the files was handed it.
    package var file: String
    /// Counted from 1.
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

    /// Whether it is fetched over TLS, so that nobody on the way can read or change it.
    package var isEncrypted: Bool { begins(with: "https://") }

    /// Whether the location is an http(s) address; otherwise it is the path of a file.
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

    /// Whether a message can be changed after it was sent.
    package var editsMessages: Bool { self == .telegram }

    /// Whether one may write to people freely only within ``window``.
    package var hasWindow: Bool {
        switch self {
        case .telegram: false
        case .messenger: true
        }
    }

    /// So long after a person's last action one may write to them, on each platform that has a window (Messenger Platform, Send
    /// Messages: the standard messaging window, 5 May 2026).
    package static let window = Duration.hours(24)
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
    /// Messenger only: what calls of the webhook are signed with; nil when none is believed.
    package var appSecret: Secret?
    /// Messenger only: what Meta has to say when it asks whether the webhook is ours.
    package var verifyToken: Secret?
    /// Messenger only: who pays for messages outside the 24 hours; nil when nobody does.
    package var marketing: MarketingAccount?
    /// Telegram only: whether a digest may become one rich message.
    package var rich = RichMessages.never
    package var conversation = Conversation()
    /// How many messages of campaigns one person gets at most; nil for any number.
    package var caps: MessageCaps?
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

/// How many messages of all campaigns together one person gets, counted back from each moment.
package struct MessageCaps: Sendable, Hashable {
    /// In any 24 hours.
    package var perDay: Int?
    /// In any seven days.
    package var perWeek: Int?

    package init(perDay: Int? = nil, perWeek: Int? = nil) {
        self.perDay = perDay
        self.perWeek = perWeek
    }

    /// The longest time that is looked back for.
    package static let week = Duration.days(7)
    private static let day = Duration.days(1)

    /// When the next message may go.
    ///
    /// - Parameters:
    ///   - sent: When earlier ones went, at least those of the last week.
    ///   - now: The time.
    /// - Returns: nil for now.
    package func nextAllowed(after sent: [Timestamp], now: Timestamp) -> Timestamp? {
        let newest = sent.sorted(by: >)
        func free(_ number: Int?, _ length: Duration) -> Timestamp? {
            guard let number, newest.count >= number else { return nil }
            return newest[number - 1] + length
        }
        let next = [free(perDay, Self.day), free(perWeek, Self.week)].compactMap(\.self).max()
        return next.flatMap { $0 > now ? $0 : nil }
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
    /// What the platform knows it by, whatever the owner calls it: the bot's number, which its token begins with, or the Page's.
    package var account: String? {
        switch platform {
        case .telegram: Int64(token.reveal().prefix { $0 != ":" }).map { String($0) }
        case .messenger: pageID
        }
    }

    /// Whether its platform calls our web server, instead of being asked.
    package var isCalledFor: Bool { platform == .messenger || conversation.updates == .webhook }

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
    /// Nil when feeds/ says none.
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
