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
    package var receivesUpdates: Bool {
        switch platform {
        case .telegram: true
        case .messenger: appSecret != nil && verifyToken != nil
        }
    }
}

/// Whether digests become one long message with pictures in it, which older servers and apps do not know.
package enum RichMessages: Sendable, Hashable {
    case never
    /// Where a digest would be several messages otherwise.
    case auto
    case always
}
