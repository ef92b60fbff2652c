import ArgumentParser
import CampaignEngine
import CampaignModel
import CampaignPlanning
import CampaignStore

struct PollCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "poll",
        abstract: "Polls sources now, due or not, and prints what changed. Sends nothing by itself.",
        discussion: """
            What it finds waits in the change log; the next `tellal run` makes messages of it.

            EXAMPLES:
              tellal poll              all sources
              tellal poll blog shop    these two
            """
    )

    @Argument(help: "The names of sources; all when none is given.")
    var sources: [String] = []

    @OptionGroup var options: CommonOptions

    func run() async throws {
        try await reportingProblems(json: options.json) {
            let settings = try await options.load()
            let content = try ContentLoading.load(feeds: settings.feeds, templates: settings.templates).checked()
            let wanted = Set(try sources.map { try content.content.sources.one(called: $0, kind: "source").fullName })
            let lines = EventLines(json: options.json)
            let installation = try await Installation.open(settings, content: content) { lines($0) }
            let chosen = installation.engine.content.sources.filter {
                wanted.isEmpty || wanted.contains($0.source.fullName)
            }
            let problems = try await Poller(installation.engine).poll(chosen).compactMap(\.problem)
            try await installation.close()
            for problem in problems { Console.tell(problem, json: options.json) }
            if let problem = problems.first { throw ExitCode(problem.code.exitCode) }
        }
    }
}
