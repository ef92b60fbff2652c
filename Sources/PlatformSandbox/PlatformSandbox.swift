package import CampaignModel
package import Hummingbird
package import Logging
import Mustache

/// A local stand-in for Telegram's Bot API and Facebook's Graph API, with a page that shows the chats.
///
/// Written from the platforms' documents, so that any client can be tried on it: the base address of both APIs is the
/// server's own. It reaches out to nothing; everything is kept in memory.
package struct PlatformSandbox: Sendable {
    let platform: SandboxPlatform
    let settings: SandboxSettings
    let time: any TimeSource
    let page: ChatsPage
    let logger: Logger

    /// The templates folder holds `web/sandbox.mustache` and the files beside it.
    ///
    /// - Throws: ``Problem`` when one of them is missing or broken.
    package init(_ settings: SandboxSettings, time: any TimeSource, templates: String, logger: Logger) throws(Problem) {
        self.settings = settings
        self.time = time
        self.logger = logger
        platform = SandboxPlatform(settings: settings, time: time)
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

    /// The people that the sandbox starts with.
    package var people: [SandboxPerson] { SandboxPeople.all(settings.subscribers) }
}
