import ArgumentParser

/// Measures of this program's own work, each printed as one JSON object so that others can time it beside peers.
struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Times this program's own work.",
        discussion: """
            Each does the real work in this process and prints as its last line one JSON object with what it counted and \
            `secs`, its own time without start-up.
            """,
        subcommands: [
            BenchParseCommand.self, BenchDiffCommand.self, BenchPollCommand.self, BenchSendCommand.self,
            BenchQueueCommand.self, BenchFilterCommand.self, BenchHistoryCommand.self,
        ])
}
