import CampaignEngine
import CampaignModel
import CampaignPlanning
import HTTPTransport
import MessageChannels

/// Goes from channel to channel and tells what was found; all are visited, whatever is wrong with one.
enum ChannelSetupRuns {
    static func make(
        _ names: [String], _ options: CommonOptions,
        _ work: (ChannelSetupRun, SystemTime) async throws -> [ChannelSetupRun.Result]
    ) async throws {
        let settings = try await options.load()
        let content = try ContentLoading.load(feeds: settings.feeds, templates: settings.templates).checked().content
        let channels =
            try names.isEmpty ? content.channels : names.map { try content.channels.one(called: $0, kind: "channel") }
        guard !channels.isEmpty else {
            throw Problem(.notFound, "there is no channel", hint: "Put one into a file of feeds/.")
        }
        if let remark = settings.linkRemark { Console.remark(remark, json: options.json) }
        let transport = try Installation.transport(settings)
        var broken = 0
        var first: Problem?
        for channel in channels {
            do {
                let setup = ChannelSetupRun(channel, publicURL: settings.publicURL, sender: transport)
                for result in try await work(setup, SystemTime()) {
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

    private static func tell(_ result: ChannelSetupRun.Result, of channel: Channel, json: Bool) {
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
                    channel: channel.fullName, check: result.name, result: finding.grade.rawValue,
                    message: finding.message,
                    repair: finding.repair))
            return
        }
        let mark =
            switch finding.grade {
            case .good: "ok  "
            case .doubtful: "look"
            case .bad: "BAD "
            }
        Console.line(Console.printable("\(mark) \(channel.fullName), \(result.name): \(finding.message)"))
        if let repair = finding.repair { Console.line(Console.printable("     → \(repair)")) }
    }
}
