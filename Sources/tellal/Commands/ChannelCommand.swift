import ArgumentParser
import CampaignEngine

struct ChannelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "channel", abstract: "Sets bots and Pages up at their platforms.",
        discussion: """
            `tellal doctor` looks at them.

            EXAMPLE:
              tellal channel apply
            """,
        subcommands: [Apply.self])

    struct Apply: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Sets channels up at their platforms as feeds/ says.",
            discussion: """
                Telegram: description, short description, commands, and how updates come. Messenger: greeting, Get Started, \
                the menu, the Page's events, and with `app_id` the app's webhook. For Messenger `serve` must run meanwhile: \
                Meta calls it to make sure. May be repeated at any time.

                EXAMPLES:
                  tellal channel apply            all channels
                  tellal channel apply my-bot
                """)

        @Argument(help: "The channels' names, or workspace/name; all when none is given.")
        var channels: [String] = []

        @OptionGroup var options: CommonOptions

        func run() async throws {
            try await reportingProblems(json: options.json) {
                try await ChannelSetupRuns.make(channels, options) { setup, _ in try await setup.apply() }
            }
        }
    }
}
