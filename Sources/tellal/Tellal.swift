import ArgumentParser

struct Tellal: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tellal",
        abstract: "Turns feeds and catalogs into campaigns on Telegram and Messenger.",
        discussion: """
            EXAMPLES:
              tellal serve --demo          see it work, without any account
              tellal check                 validate feeds/ and templates/
              tellal run                   one pass of all that is due; good for cron
              tellal serve                 the same as a daemon

            Sources, channels and campaigns are in feeds/*.yaml, layouts in templates/layouts/*.yaml.
            Exit codes: 0 fine, 64 usage, 65 bad data, 66 not found, 69 unavailable, 70 internal, 74 not printed, 75 later, \
            78 settings.
            """,
        version: Version.number,
        subcommands: [
            RunCommand.self, ServeCommand.self, PollCommand.self, ParseCommand.self, DiffCommand.self,
            PreviewCommand.self, CheckCommand.self, StatusCommand.self, RunsCommand.self, ReportCommand.self,
            WhyCommand.self, HealthCommand.self,
            CampaignCommand.self,
            SubscribersCommand.self,
            ChannelCommand.self, DoctorCommand.self,
            DeliveriesCommand.self, SourceCommand.self, SourcesCommand.self, DatabaseCommand.self, KeysCommand.self,
            SandboxCommand.self,
            BenchCommand.self,
        ]
    )
}
