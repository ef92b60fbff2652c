import ArgumentParser
import CampaignEngine
import CampaignModel
import CampaignPlanning
import CampaignStore
import Foundation

extension CampaignCommand {
    struct Send: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Sends a message that you wrote, or lets a run go that waits for approval.",
            discussion: """
                The file says what, by which channels and to whom; docs/campaigns.md describes it. A running `tellal serve` \
                sends it; otherwise the next `tellal run` does. It says how many people that reaches.

                EXAMPLES:
                  tellal campaign send sale.yaml --test        only to those tagged tester
                  tellal campaign send sale.yaml --dry-run     only say whom it would reach
                  tellal campaign send sale.yaml
                  tellal campaign send sale.yaml --at "2026-12-01 09:00" --time-zone subscriber
                  tellal campaign send news                    the run of news that waits for it
                """)

        @Argument(help: "The file; or a campaign's name, whose oldest waiting run is to go.") var file: String
        @Option(name: .customLong("run"), help: "Another waiting run of the campaign than the oldest.") var number:
            Int64?
        @Option(help: "When, by the time zone: 2026-12-01 09:00; now if it is left out.") var at: String?
        @Option(help: "Whose clock counts: Europe/Istanbul, subscriber, or “subscriber or Europe/Istanbul”.")
        var timeZone: String?
        @Flag(help: "Send it only to subscribers with the tag `tester`, at once. An import gives people tags.")
        var test = false
        @Option(help: "Likewise, to those with another tag.") var testTag: String?
        @Flag(help: "Send nothing; say whom it would reach.") var dryRun = false
        @OptionGroup var options: CommonOptions

        private var isFile: Bool {
            var isFolder: ObjCBool = false
            let isThere = FileManager.default.fileExists(atPath: file, isDirectory: &isFolder)
            return file.hasSuffix(".yaml") || file.hasSuffix(".yml") || (isThere && !isFolder.boolValue)
        }

        func validate() throws {
            if test || testTag != nil, at != nil { throw ValidationError("a test goes at once: leave --at out") }
        }

        func run() async throws {
            try await reportingProblems(json: options.json) {
                let settings = try await options.load()
                let content = try ContentLoading.load(feeds: settings.feeds, templates: settings.templates)
                guard isFile else {
                    guard !test, testTag == nil, !dryRun, at == nil, timeZone == nil else {
                        throw Problem(
                            .usage, "\(file) is a campaign, and these options are for files of messages",
                            hint:
                                "Write the file's name: \(file).yaml. `tellal campaign drafts` shows what waits of a campaign."
                        )
                    }
                    return try await decide(.send, file, number, settings, content, json: options.json)
                }
                guard number == nil else {
                    throw Problem(.usage, "--run is for a campaign's waiting run", hint: "Leave it out with a file.")
                }
                let now = SystemTime().now()
                var oneOff = try read(content.content, now)
                let tag = testTag ?? (test ? "tester" : nil)
                if let tag {
                    oneOff.audience = Audience(tags: [tag])
                    oneOff.name += ".test-\(now.milliseconds)"
                    (oneOff.expires, oneOff.quietHours, oneOff.followsPeople) = (.hours(1), nil, false)
                    (oneOff.at, oneOff.isTest) = (now, true)
                }
                if dryRun {
                    let reach = try await forecast(settings, content, oneOff)
                    return ReachLines.show(reach, json: options.json)
                }
                if let tag, try await forecast(settings, content, oneOff).allSatisfy({ $0.counts.all == 0 }) {
                    throw Problem(
                        .notFound, "nobody on \(oneOff.channels.joined(separator: " or ")) has the tag \(tag)",
                        hint:
                            "Give it to yourself: printf 'address,tags\\nADDRESS,\(tag)\\n' | tellal subscribers import --channel \(oneOff.channels.first ?? "CHANNEL") -; `tellal subscribers list` shows addresses."
                    )
                }
                let command = ControlCommand.send(oneOff)
                let answer = try await ControlClient.with(settings, content: content) { try await $0.carryOut(command) }
                guard case .scheduled(let kept, let reach) = answer else { throw Problem.strange(answer) }
                if options.json { return Console.json(Sent(kept, reach)) }
                ReachLines.show(reach, json: false)
                Console.line(Console.printable(Self.line(kept, now: now)))
            }
        }

        static func line(_ oneOff: OneOff, now: Timestamp) -> String {
            let start = oneOff.followsPeople ? oneOff.at : max(oneOff.at, now)
            let clock = WallClock(named: oneOff.followsPeople ? "UTC" : oneOff.timeZone)
            let end = oneOff.quietHours?.nextAllowed(after: start, on: clock) ?? start
            let reason = end > start ? ", when its quiet hours end" : ""
            if oneOff.followsPeople {
                return "\(oneOff.name) goes out when their clocks show \(end.wallTime)\(reason)"
            }
            return end <= now ? "\(oneOff.name) goes out now" : "\(oneOff.name) goes out at \(end)\(reason)"
        }

        private func read(_ content: Content, _ now: Timestamp) throws -> OneOff {
            let isTest = test || testTag != nil
            if let timeZone, ZoneChoice.read(timeZone) == nil {
                throw Problem(
                    .usage, "--time-zone: unknown time zone \(timeZone)", hint: "Write a name such as Europe/Istanbul.")
            }
            let overrides = OneOffReader.Overrides(timeZone: timeZone, ignoresTime: isTest || at != nil)
            let (read, problems) = try ContentLoading.oneOff(file, overrides, of: content)
            guard var oneOff = read else {
                throw Problem(.badData, problems.map(\.description).joined(separator: "\n"))
            }
            if let at {
                switch OneOffReader.moment(
                    written: at, zone: oneOff.timeZone, followsPeople: oneOff.followsPeople, now: now)
                {
                case .success(let moment): oneOff.at = moment
                case .failure(let flaw): throw Problem(.usage, "--at: \(at) \(flaw.rawValue)", hint: flaw.hint)
                }
            }
            return oneOff
        }

        private func forecast(
            _ settings: Settings, _ content: LoadedContent, _ oneOff: OneOff
        ) async throws -> [ChannelReach] {
            let channels = content.content.channels.filter {
                $0.workspace == oneOff.workspace && oneOff.channels.contains($0.name)
            }
            return try await settings.readStore {
                try await CampaignEngine.Reach($0, time: SystemTime()).forecast(oneOff, on: channels)
            }
        }
    }

    private struct Sent: Encodable {
        var campaign: String
        var at: Timestamp
        var reach: [ChannelReach]

        init(_ oneOff: OneOff, _ reach: [ChannelReach]) {
            campaign = oneOff.name
            at = oneOff.at
            self.reach = reach
        }
    }

    struct Skip: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Has a run that waits for approval not go.",
            discussion: """
                What it would have told is done with.

                EXAMPLE:
                  tellal campaign skip news
                """)

        @Argument(help: "The campaign's name, or workspace/name.") var name: String
        @Option(name: .customLong("run"), help: "Another waiting run than the oldest.") var number: Int64?
        @OptionGroup var options: CommonOptions

        func run() async throws {
            try await reportingProblems(json: options.json) {
                try await decide(.skip, name, number, try await options.load(), nil, json: options.json)
            }
        }
    }

    struct Drafts: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Shows the runs that wait for approval, and what they would send.",
            discussion: """
                Reads only.

                EXAMPLES:
                  tellal campaign drafts
                  tellal campaign drafts --json
                """)

        @OptionGroup var options: CommonOptions

        private struct Draft: Encodable {
            var campaign: String
            var run: CampaignRunID
            var at: Timestamp
            var until: Timestamp
            var messages: [String]
        }

        func run() async throws {
            try await reportingProblems(json: options.json) {
                let runs = try await options.load().readStore { try await $0.runsToApprove() }
                for run in runs {
                    let texts = run.messages.map { $0.addressed { _ in nil }.plainText }
                    if options.json {
                        Console.json(
                            Draft(campaign: run.name, run: run.run, at: run.at, until: run.until, messages: texts))
                        continue
                    }
                    Console.line(
                        Console.printable("\(run.name), run \(run.run) of \(run.at), waits until \(run.until)"))
                    for text in texts {
                        for line in text.split(separator: "\n") { Console.line(Console.printable("  \(line)")) }
                    }
                }
                if runs.isEmpty, !options.json { Console.line("nothing waits for approval") }
            }
        }
    }

    struct Reschedule: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Has a message that waits go at another time.",
            discussion: """
                EXAMPLES:
                  tellal campaign reschedule sale --at "2026-12-02 10:00"
                  tellal campaign reschedule sale --at "2026-12-02 10:00" --time-zone subscriber
                """)

        @Argument(help: "The message's name, or workspace/name.") var name: String
        @Option(help: "When, by the time zone: 2026-12-01 09:00.") var at: String
        @Option(help: "Whose clock counts: Europe/Istanbul, or subscriber; the message's own if it is left out.")
        var timeZone: String?
        @OptionGroup var options: CommonOptions

        func run() async throws {
            try await reportingProblems(json: options.json) {
                let now = SystemTime().now()
                let command = ControlCommand.reschedule(campaign: name, at: at, timeZone: timeZone)
                let answer = try await ControlClient.with(try await options.load()) { try await $0.carryOut(command) }
                guard case .scheduled(let kept, _) = answer else { throw Problem.strange(answer) }
                if options.json { return Console.json(Sent(kept, [])) }
                Console.line(Console.printable(Send.line(kept, now: now)))
            }
        }
    }

    struct Reach: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Says whom a campaign would reach if it ran now, and how long that would take.",
            discussion: """
                Reads only. Of Messenger's paid messages, no platform says beforehand what they cost.

                EXAMPLES:
                  tellal campaign reach news
                  tellal campaign reach news --json
                """)

        @Argument(help: "The campaign's name, or workspace/name.") var name: String
        @OptionGroup var options: CommonOptions

        func run() async throws {
            try await reportingProblems(json: options.json) {
                let settings = try await options.load()
                let content = try ContentLoading.load(feeds: settings.feeds, templates: settings.templates).checked()
                let campaign = try content.content.campaigns.one(called: name, kind: "campaign")
                let channels = try campaign.channels.map {
                    try content.content.channels.one(called: "\(campaign.workspace)/\($0)", kind: "channel")
                }
                let reach = try await ReachLines.forecast(
                    settings, campaign.audience, of: "\(campaign.workspace)/\(campaign.name)", on: channels)
                ReachLines.show(reach, json: options.json)
            }
        }
    }
}

/// Decides about a run that waits for approval, and tells it.
private func decide(
    _ decision: Approval.Decision, _ name: String, _ run: Int64?, _ settings: Settings, _ content: LoadedContent?,
    json: Bool
) async throws {
    let command = ControlCommand.approve(campaign: name, run: run.map(CampaignRunID.init(rawValue:)), decision)
    let answer = try await ControlClient.with(settings, content: content) { try await $0.carryOut(command) }
    guard case .approved(let campaign, let run, let decision) = answer else { throw Problem.strange(answer) }
    struct Decided: Encodable {
        let campaign: String
        let run: CampaignRunID
        let decision: Approval.Decision
    }
    if json { return Console.json(Decided(campaign: campaign, run: run, decision: decision)) }
    Console.line(
        Console.printable(
            decision == .send ? "run \(run) of \(campaign) goes out" : "run \(run) of \(campaign) is skipped"))
}

extension Message {
    /// What people would read, without pictures and buttons.
    fileprivate var plainText: String {
        modules.map { module in
            switch module {
            case .text(let text, _): text.plainText
            case .media(let media): "[\(media.kind.rawValue)] \(media.caption?.plainText ?? "")"
            case .cards(let cards):
                cards.map { card in
                    [card.title, card.subtitle?.plainText].compactMap(\.self).joined(separator: " – ")
                }.joined(separator: "\n")
            }
        }.joined(separator: "\n")
    }
}
