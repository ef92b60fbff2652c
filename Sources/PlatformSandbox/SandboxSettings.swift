package import CampaignModel

/// How a sandbox is set up.
package struct SandboxSettings: Sendable {
    /// The one bot token that is accepted; `nil` accepts any that is not empty, each being a bot of its own.
    package var telegramToken: Secret?
    /// The Page's id; `nil` accepts any.
    package var pageID: String?
    /// The one Page access token that is accepted; `nil` accepts any that is not empty.
    package var pageToken: Secret?
    /// People on each platform, with invented names.
    package var subscribers: Int
    /// Answers 429 (Telegram) or error 613 (Messenger) above the platforms' published rates.
    package var enforceRates: Bool

    package init(
        telegramToken: Secret? = nil, pageID: String? = nil, pageToken: Secret? = nil, subscribers: Int = 3,
        enforceRates: Bool = false
    ) {
        self.telegramToken = telegramToken
        self.pageID = pageID
        self.pageToken = pageToken
        self.subscribers = subscribers
        self.enforceRates = enforceRates
    }
}

/// One of the sandbox's people, as an owner would import them.
package struct SandboxPerson: Sendable, Hashable {
    package let platform: Platform
    /// A Telegram chat id or a Messenger page-scoped id.
    package let address: String
    package let firstName: String
}
