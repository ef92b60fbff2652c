package import CampaignModel

/// How a sandbox is set up.
package struct SandboxSettings: Sendable {
    /// The one bot token that is accepted; `nil` accepts any that is not empty, each being a bot of its own.
    package var telegramToken: Secret?
    /// The Page's id; `nil` accepts any.
    package var pageID: String?
    /// The one Page access token that is accepted; `nil` accepts any that is not empty.
    package var pageToken: Secret?
    /// The Facebook app's id; `nil` is 900000000000001.
    package var appID: String?
    /// What events to the app's callback are signed with; `nil` is `sandbox-app-secret`.
    package var appSecret: Secret?
    /// Where the app's events are posted; loopback only. Also set by the app's `subscriptions`, or by a control call.
    package var callbackURL: String?
    /// What is said to the callback when it is asked whether it is meant.
    package var verifyToken: Secret?
    /// People on each platform, with invented names.
    package var subscribers: Int
    /// Answers 429 (Telegram) or error 613 (Messenger) above the platforms' published rates.
    package var enforceRates: Bool
    /// Whether the Bot API is one that knows `sendRichMessage` (10.1 and later).
    package var knowsRichMessages: Bool
    /// How long a campaign of marketing messages cannot send yet; `nil` is ten minutes.
    package var campaignPreparation: Duration?

    package init(
        telegramToken: Secret? = nil, pageID: String? = nil, pageToken: Secret? = nil, subscribers: Int = 3,
        enforceRates: Bool = false, appID: String? = nil, appSecret: Secret? = nil, callbackURL: String? = nil,
        verifyToken: Secret? = nil, knowsRichMessages: Bool = true, campaignPreparation: Duration? = nil
    ) {
        self.telegramToken = telegramToken
        self.pageID = pageID
        self.pageToken = pageToken
        self.subscribers = subscribers
        self.enforceRates = enforceRates
        self.appID = appID
        self.appSecret = appSecret
        self.callbackURL = callbackURL
        self.verifyToken = verifyToken
        self.knowsRichMessages = knowsRichMessages
        self.campaignPreparation = campaignPreparation
    }
}

/// One of the sandbox's people, as an owner would import them.
package struct SandboxPerson: Sendable, Hashable {
    package let platform: Platform
    /// A Telegram chat id or a Messenger page-scoped id.
    package let address: String
    package let firstName: String
}
