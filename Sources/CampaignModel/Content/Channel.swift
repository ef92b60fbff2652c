/// One connected Page or bot. Its credentials live in the owner's files and environment, never in the database.
package struct Channel: Sendable, Hashable {
    package var workspace: String
    package var name: String
    package var platform: Platform
    /// The bot's token, or the Page's access token.
    package var token: Secret
    /// Base address of the platform's API, without a slash at the end.
    package var api: String
    /// Most messages per second; 0 for no limit.
    package var rate: Double
    /// Messenger only: the Page.
    package var pageID: String?
    /// Messenger only: the Graph API's version, `v25.0`.
    package var version: String?
    /// Messenger only: the app's id, which is needed to set its webhook.
    package var appID: String?
    /// Messenger only: the secret that signs webhook calls; nil when no call is accepted.
    package var appSecret: Secret?
    /// Messenger only: the token that Meta sends when it verifies the webhook.
    package var verifyToken: Secret?
    /// Messenger only: who pays for messages outside the 24 hours; nil when nobody does.
    package var marketing: MarketingAccount?
    /// Telegram only: whether a digest may become one rich message.
    package var rich = RichMessages.never
    package var conversation = Conversation()
    /// Most campaign messages per person; nil for no limit.
    package var caps: MessageCaps?
    /// Name for subscribers: the blog's or the shop's.
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
    /// Id of the account at the platform, whatever the owner's name for it: the bot's, with which its token begins, or
    /// the Page's.
    package var account: String? {
        switch platform {
        case .telegram: Int64(token.reveal().prefix { $0 != ":" }).map { String($0) }
        case .messenger: pageID
        }
    }

    /// Whether updates come by webhook instead of polling.
    package var isCalledFor: Bool { platform == .messenger || conversation.updates == .webhook }

    /// Whether updates (what people write and press) are received. Messenger's webhook calls are accepted only with the
    /// app's secret.
    package var receivesUpdates: Bool {
        switch platform {
        case .telegram: true
        case .messenger: appSecret != nil && verifyToken != nil
        }
    }
}

/// Whether digests are sent as one long message with pictures, which older servers and apps do not know.
package enum RichMessages: Sendable, Hashable {
    case never
    /// Only where a digest would be several messages otherwise.
    case auto
    case always
}
