package import CampaignModel
package import Hummingbird
package import Logging
import Mustache

/// A local stand-in for Telegram's Bot API and Facebook's Graph API, with a page that shows the chats.
///
/// Written from the platforms' documents, so that any client can be tried on it: the base address of both APIs is the
/// server's own. It calls nothing but webhooks on this machine's loopback addresses; everything is kept in memory.
package struct PlatformSandbox: Sendable {
    let platform: SandboxPlatform
    let settings: SandboxSettings
    let time: any TimeSource
    let page: ChatsPage
    let logger: Logger
    private let sender: (any HTTPSending)?

    /// The templates folder holds `web/sandbox.mustache` and the files beside it. The sender posts to webhooks; without
    /// one nothing is posted.
    ///
    /// - Throws: ``Problem`` when one of the templates is missing or broken.
    package init(
        _ settings: SandboxSettings, time: any TimeSource, templates: String, logger: Logger,
        sender: (any HTTPSending)? = nil
    ) throws(Problem) {
        self.settings = settings
        self.time = time
        self.logger = logger
        self.sender = sender
        platform = SandboxPlatform(settings: settings, time: time, sender: sender)
        page = try ChatsPage(templates: templates)
    }

    /// Adds the sandbox to a server: `/bot…`, `/file/bot…`, `/v<n>.<m>/…` and `/sandbox…`.
    ///
    /// Use ``SandboxRequestContext``, or one that is ``ConnectionClosing``, for the faults that close the connection.
    package func addRoutes(to router: Router<some RequestContext>) {
        TelegramRoutes(platform: platform, time: time, logger: logger).add(to: router)
        MessengerRoutes(platform: platform, time: time, logger: logger).add(to: router)
        ControlRoutes(platform: platform).add(to: router)
        PageRoutes(platform: platform, page: page).add(to: router)
    }

    /// Posts updates and events to webhooks until the task is cancelled; without a sender it returns at once.
    package func postWebhooks() async {
        guard let sender else { return }
        await WebhookCourier(platform: platform, sender: sender, time: time).run()
    }

    /// The people that the sandbox starts with.
    package var people: [SandboxPerson] { SandboxPeople.all(settings.subscribers) }
}
