import ArgumentParser
import CampaignEngine
import CampaignModel
import CampaignPlanning
import HTTPTransport
import MessageChannels

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
                try await visit(channels, options) { visit, _ in try await visit.apply() }
            }
        }
    }
}

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

    @Option(help: ArgumentHelp("Somebody who gets a test message.", valueName: "address"))
    var tester: String?

    @OptionGroup var options: CommonOptions

    func validate() throws {
        if tester != nil, channel == nil { throw ValidationError("--tester needs the channel that writes to them") }
    }

    func run() async throws {
        try await reportingProblems(json: options.json) {
            try await visit(channel.map { [$0] } ?? [], options) { visit, time in
                await visit.check(tester: tester, now: time.now())
            }
        }
    }
}

/// Goes from channel to channel and tells what was found; all are visited, whatever is wrong with one.
private func visit(
    _ names: [String], _ options: CommonOptions,
    _ work: (ChannelVisit, SystemTime) async throws -> [ChannelVisit.Result]
) async throws {
    let settings = try await options.load()
    let content = try ContentLoading.load(feeds: settings.feeds, templates: settings.templates).checked().content
    let channels = try names.isEmpty ? content.channels : names.map { try content.channels.one(called: $0, kind: "channel") }
    guard !channels.isEmpty else {
        throw Problem(.notFound, "there is no channel", hint: "Put one into a file of feeds/.")
    }
    let transport = try Workshop.transport(settings)
    var broken = 0
    var first: Problem?
    for channel in channels {
        do {
            let visit = ChannelVisit(channel, publicURL: settings.publicURL, sender: transport)
            for result in try await work(visit, SystemTime()) {
                if result.finding.grade == .bad { broken += 1 }
                tell(result, of: channel, json: options.json)
            }
        } catch let problem as Problem {
            if first == nil { first = problem } else { Console.tell(problem, json: options.json) }
        }
    }
    await transport.shutdown()
    if let first { throw first }
    guard broken == 0 else {
        throw Problem(
            .unavailable, "\(EventLines.counted(broken, "thing")) must be repaired", hint: "See the lines above.")
    }
}

private func tell(_ result: ChannelVisit.Result, of channel: Channel, json: Bool) {
    struct Line: Encodable {
        var channel: String
        var check: String
        var result: String
        var message: String
        var repair: String?
    }
    let finding = result.finding
    if json {
        Console.json(
            Line(
                channel: channel.name, check: result.name, result: finding.grade.rawValue, message: finding.message,
                repair: finding.repair))
        return
    }
    let mark =
        switch finding.grade {
        case .good: "ok  "
        case .doubtful: "look"
        case .bad: "BAD "
        }
    Console.line(Console.printable("\(mark) \(channel.name), \(result.name): \(finding.message)"))
    if let repair = finding.repair { Console.line(Console.printable("     → \(repair)")) }
}
