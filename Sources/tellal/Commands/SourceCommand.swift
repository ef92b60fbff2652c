import ArgumentParser
import CampaignEngine
import CampaignModel
import CampaignPlanning
import CampaignStore

struct SourceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "source",
        abstract: "Decides about a source whose last poll is held.",
        discussion: """
            A poll is held when it looks like an accident at the publisher's: far more new items than usual, or most of the \
            known ones gone. Nothing of it is told, and nothing is forgotten, until you decide, or the document is as it \
            was. `tellal status` shows what is held and why. Works whether or not `tellal serve` runs.

            EXAMPLES:
              tellal source accept shop       it is right: announce all of it
              tellal source skip blog         take all of it as known, announce nothing
              tellal source latest 3 blog     announce the newest three only
            """,
        subcommands: [Accept.self, Skip.self, Latest.self])

    struct Accept: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Announces all that the held poll found.",
            discussion: """
                EXAMPLE:
                  tellal source accept shop
                """)

        @Argument(help: "The source's name.") var name: String
        @OptionGroup var options: CommonOptions

        func run() async throws { try await decide(.accept, on: name, options) }
    }

    struct Skip: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Takes what the held poll found as known, and announces none of it.",
            discussion: """
                EXAMPLE:
                  tellal source skip blog
                """)

        @Argument(help: "The source's name.") var name: String
        @OptionGroup var options: CommonOptions

        func run() async throws { try await decide(.skip, on: name, options) }
    }

    struct Latest: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Announces the newest items of the held poll, and takes the rest as known.",
            discussion: """
                EXAMPLE:
                  tellal source latest 3 blog
                """)

        @Argument(help: "How many.") var count: Int
        @Argument(help: "The source's name.") var name: String
        @OptionGroup var options: CommonOptions

        func validate() throws {
            guard count > 0 else { throw ValidationError("at least 1; `tellal source skip` announces nothing") }
        }

        func run() async throws { try await decide(.latest(count), on: name, options) }
    }
}

/// Stores the decision and has the source polled at once, which carries it out: here, or by the `serve` that runs, whose
/// log tells of it. The next `tellal run` sends, or that `serve`.
private func decide(_ decision: HoldDecision, on name: String, _ options: CommonOptions) async throws {
    try await reportingProblems(json: options.json) {
        let settings = try await options.load()
        let content = try ContentLoading.load(feeds: settings.feeds, templates: settings.templates).checked()
        let lines = EventLines(json: options.json)
        _ = try await ControlClient.with(settings, content: content, report: { lines($0) }) {
            try await $0.carryOut(.decide(source: name, decision: decision.description))
        }
    }
}
