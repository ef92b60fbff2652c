import ArgumentParser
import CampaignEngine
import CampaignModel
import CampaignStore

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "What is waiting, what goes wrong, and what is next.",
        discussion: """
            Reads only, so it also works while `tellal serve` runs.

            EXAMPLES:
              tellal status
              tellal status --json
            """
    )

    @OptionGroup var options: CommonOptions

    func run() async throws {
        try await reportingProblems(json: options.json) {
            let settings = try await options.load()
            let now = SystemTime().now()
            var status = try await settings.readStore { try await $0.status(at: now) }
            if settings.publicURL == nil {
                for place in status.sources.indices { status.sources[place].hub = nil }
            }
            SourceRemarks.add(to: &status, now: now)
            if options.json {
                Console.json(status)
            } else {
                for line in StatusLines.lines(status, at: now) { Console.line(Console.printable(line)) }
            }
        }
    }
}

/// A status as people read it.
enum StatusLines {
    static func lines(_ status: StatusReport, at now: Timestamp) -> [String] {
        var all = ["Sources"]
        all += status.sources.flatMap(lines)
        all.append("Channels")
        for channel in status.channels { all += lines(channel, at: now) }
        all.append("Campaigns")
        all += status.campaigns.flatMap(lines)
        all.append(waiting(status))
        return all
    }

    private static func lines(_ source: StatusReport.SourceLine) -> [String] {
        guard !source.isWithdrawn else { return ["  \(source.name): no longer in feeds/: not polled"] }
        let next = source.nextPollAt.map { "next \($0)" } ?? "not polled any more"
        let polled = source.lastPollAt.map { "polled \($0), \(next)" } ?? "not polled yet"
        var lines = ["  \(source.name): \(EventLines.counted(source.items, "item")), \(polled)"]
        if let reason = source.nextReason, source.lastPollAt != nil { lines.append("    \(reason)") }
        if let hold = source.hold {
            lines.append(
                "    HELD since \(hold.at): \(hold.reason). Decide with `tellal source accept|skip|latest N \(source.name)`"
            )
        }
        if let hub = source.hub { lines.append("    its hub \(hub.url) \(said(hub))") }
        return lines
            + source.remarks.filter { $0.code != .held }.map {
                "    \(EventLines.reason($0.sentence, of: source.name))"
            }
    }

    private static func lines(_ channel: StatusReport.ChannelLine, at now: Timestamp) -> [String] {
        let name = "  \(channel.name) (\(channel.platform)): "
        guard !channel.isWithdrawn else { return [name + "no longer in feeds/: neither sends nor hears"] }
        let marketing = channel.marketing > 0 ? ", \(channel.marketing) of them agreed to paid messages" : ""
        var lines = [name + EventLines.counted(channel.subscribers, "subscriber") + marketing]
        if let outbox = channel.outbox, outbox.queued + outbox.held > 0 { lines.append("    \(said(outbox))") }
        if let reason = channel.pausedReason { lines.append("    paused: \(reason)") }
        if let end = channel.restsUntil { lines.append("    rests until \(end): its platform asked for it") }
        if let failure = channel.updatesFailing, failure.isLasting(at: now) {
            let wait = failure.holdsBack(at: now) ? "; campaigns wait, for nobody can say who has left" : ""
            lines.append("    NO UPDATES since \(failure.since): \(failure.reason)\(wait)")
        }
        if let reason = channel.paidStoppedReason { lines.append("    no paid messages: \(reason)") }
        return lines
    }

    private static func lines(_ campaign: StatusReport.CampaignLine) -> [String] {
        let last = campaign.lastRunAt.map { "last run \($0)" } ?? "no run yet"
        let withdrawn = campaign.state == "withdrawn" ? ", no longer in feeds/: sends nothing" : ""
        var lines = [
            "  \(campaign.name): \(last), \(EventLines.counted(campaign.waiting, "change")) waiting\(withdrawn)"
        ]
        if let reason = campaign.pausedReason {
            let since = campaign.pausedAt.map { " since \($0)" } ?? ""
            lines.append("    PAUSED\(since): \(reason). Go on with `tellal campaign resume \(campaign.name)`")
        }
        if let until = campaign.draftsUntil {
            let wait = campaign.drafts == 1 ? "run waits" : "runs wait"
            lines.append("    \(campaign.drafts) \(wait) for approval until \(until): see `tellal campaign drafts`")
        } else if campaign.lastApproval == "expired" {
            lines.append("    its last run did not go: nobody approved it in time")
        }
        if campaign.outbox?.isPlanning ?? false { lines.append("    its deliveries are still being planned") }
        return lines
    }

    static func said(_ outbox: ChannelOutbox) -> String {
        let held = outbox.held > 0 ? ", \(outbox.held) held" : ""
        let rate = outbox.perSecond > 0 ? "; \(EventLines.rate(outbox.perSecond)) over the last minute" : ""
        let end = outbox.secondsLeft.map { ", done in about \(EventLines.length($0))" } ?? ""
        return "\(outbox.queued) queued, \(outbox.due) of them due\(held)\(rate)\(end)"
    }

    private static func said(_ hub: StatusReport.HubLine) -> String {
        if let problem = hub.problem { return "cannot be had: \(problem)" }
        guard let until = hub.until else { return "has not yet said that it tells of changes" }
        if let missed = hub.missedAt { return "is not relied on since it kept a change to itself on \(missed)" }
        return "tells of changes until \(until)" + (hub.lastToldAt.map { ", last on \($0)" } ?? "")
    }

    static func waiting(_ status: StatusReport) -> String {
        let tally = Delivery.State.tally(status.deliveries)
        return "Deliveries: \(tally.isEmpty ? "none yet" : tally)"
    }
}
