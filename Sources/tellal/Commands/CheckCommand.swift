import ArgumentParser
import CampaignModel
import CampaignPlanning
import CampaignStore
import HTTPTransport

struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Validates settings, feeds/ and templates/ without network or database.",
        discussion: """
            Prints every problem with its file, line and field. A warning, such as a file of a source that is not there, is \
            none: the exit code stays 0.

            EXAMPLES:
              tellal check
              tellal check --settings     the settings too, as they are in force
              tellal check sale.yaml      a message that you wrote, too
            """
    )

    @Argument(help: "Files of messages that you wrote.")
    var files: [String] = []

    @OptionGroup var options: CommonOptions

    @Flag(name: .customLong("settings"), help: "Print the settings as they are in force, too.")
    var showsSettings = false

    private struct Report: Encodable {
        var sources: Int
        var channels: Int
        var campaigns: Int
        var layouts: Int
        var problems: [ContentProblem]
        var warnings: [ContentProblem]
        var settings: [String: String]?
    }

    func run() async throws {
        try await reportingProblems(json: options.json) {
            let settings = try await options.load()
            _ = try AddressPolicy(allow: settings.allowAddresses)
            try Store.checkAddress(settings.database)
            if showsSettings, !options.json { printSettings(settings) }
            if let remark = settings.linkRemark { Console.remark(remark, json: options.json) }
            var loaded = try ContentLoading.load(feeds: settings.feeds, templates: settings.templates)
            for file in files {
                loaded.problems += try ContentLoading.oneOff(file, of: loaded.content).1
            }
            let content = loaded.content
            if options.json {
                Console.json(
                    Report(
                        sources: content.sources.count, channels: content.channels.count,
                        campaigns: content.campaigns.count, layouts: loaded.layouts.count, problems: loaded.problems,
                        warnings: loaded.warnings,
                        settings: showsSettings
                            ? Dictionary(uniqueKeysWithValues: settings.inForce.map { ($0.key, $0.value) }) : nil))
            } else {
                for problem in loaded.problems {
                    Console.line(Console.printable(problem.description))
                }
                for warning in loaded.warnings {
                    Console.line(Console.printable("warning: \(warning.description)"))
                }
                if loaded.problems.isEmpty {
                    let counts = [
                        EventLines.counted(content.sources.count, "source"),
                        EventLines.counted(content.channels.count, "channel"),
                        EventLines.counted(content.campaigns.count, "campaign"),
                        EventLines.counted(loaded.layouts.count, "layout"),
                    ]
                    Console.line("all is well: \(counts.joined(separator: ", "))")
                }
            }
            if !loaded.problems.isEmpty {
                throw Problem(
                    .settings,
                    "\(EventLines.counted(loaded.problems.count, "problem")) in "
                        + ([settings.feeds, settings.templates] + files).joined(separator: " and "),
                    hint: "Mend what is listed and check again.")
            }
        }
    }

    private func printSettings(_ settings: Settings) {
        for (key, value) in settings.inForce { Console.line("\(key): \(value)") }
    }
}
