import ArgumentParser
import CampaignEngine
import CampaignModel

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Looks at each channel online, and says what to repair and how.",
        discussion: """
            Token, permissions, when the token ends, webhook and its recent failures, the presentation; with --tester also \
            whether a message arrives. Exits with 69 when something is broken.

            EXAMPLES:
              tellal doctor
              tellal doctor my-page --tester 7000000000000001
            """)

    @Argument(help: "The channel's name, or workspace/name; all when none is given.")
    var channel: String?

    // The address of a group begins with a minus.
    @Option(parsing: .unconditional, help: ArgumentHelp("Somebody who gets a test message.", valueName: "address"))
    var tester: String?

    @OptionGroup var options: CommonOptions

    func validate() throws {
        if tester != nil, channel == nil { throw ValidationError("--tester needs the channel that writes to them") }
    }

    func run() async throws {
        try await reportingProblems(json: options.json) {
            try await ChannelSetupRuns.make(channel.map { [$0] } ?? [], options) { setup, time in
                await setup.check(tester: tester, now: time.now())
            }
        }
    }
}
