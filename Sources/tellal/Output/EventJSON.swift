import CampaignEngine
import CampaignModel
import CampaignStore
import Logging

/// The engine's events as `--json` and `log.format: json` print them, each with `at` and `level`: `{"poll":{…}}`, `{"run":{…}}`, `{"batch":{…}}`, `{"outbox":{…}}`,
/// `{"hub":{…}}`, `{"inbox":{…}}`, `{"updates_failing":{…}}`, `{"marketing":{…}}`, `{"traffic":{…}}`, `{"progress":{…}}`,
/// `{"control":{…}}`, `{"missed":{…}}`.
struct EventJSON: Encodable {
    struct Poll: Encodable {
        var source: String
        var outcome: String
        /// How long it took.
        var secs: Double?
        var items: Int?
        var changes: [String: Int]?
        var warnings: Int
        var recognised: Int?
        var old: Int?
        var code: String?
        var error: String?
        var message: String?
        /// Nil when it is not polled any more.
        var nextPollAt: Timestamp?
        var nextCode: String
        var nextReason: String
        var remarks: [SourceRemark]?

        private enum CodingKeys: String, CodingKey {
            case source, outcome, secs, items, changes, warnings, recognised, old, code, error, message, remarks
            case nextPollAt = "next_poll_at"
            case nextCode = "next_code"
            case nextReason = "next_reason"
        }
    }

    struct Batch: Encodable {
        var channel: String
        var sent: Int
        var failed: Int
        var unknown: Int
        var held: Int
        var suppressed: Int
        var postponed: Int
        var paused: String?
        var reasons: [String]
    }

    struct Traffic: Encodable {
        var channel: String
        var rest_seconds: Double
        var cause: String
        var message: String?
    }

    struct Outbox: Encodable {
        var requeued: Int
        var unknown: Int
        var reopened: Int
        var expired: Int
        var resent: Int?
    }

    struct Progress: Encodable {
        var campaign: String
        /// `sending` or `planning`.
        var step: String
        var channel: String?
        var done: Int
        var left: Int?
        var perSecond: Double?
        var secondsLeft: Int?

        private enum CodingKeys: String, CodingKey {
            case campaign, step, channel, done, left
            case perSecond = "per_second"
            case secondsLeft = "seconds_left"
        }
    }

    struct OfCampaign: Encodable {
        let campaign: String
        let message: String
    }

    struct Missed: Encodable {
        var campaign: String
        var runs: Int
    }

    struct Control: Encodable {
        var code: String
        var message: String
    }

    struct Inbox: Encodable {
        var events: Int
        var came: Int
        var left: Int
        var replies: Int
        var settled: Int
        var reopened: Int
        var restrictions: [String]?
    }

    /// A bot whose updates cannot be had.
    struct UpdatesFailing: Encodable {
        var channel: String
        var message: String
    }

    struct Marketing: Encodable {
        var channel: String
        var outcome: String
        var new: Int?
        var ended: Int?
        var until: Timestamp?
        var message: String?

        init(_ report: MarketingReport) {
            channel = report.channel
            switch report.outcome {
            case .listed(let new, let ended): (outcome, self.new, self.ended) = ("listed", new, ended)
            case .notListed(let reason): (outcome, message) = ("not_listed", reason)
            case .stopped(let reason, let until): (outcome, message, self.until) = ("stopped", reason, until)
            case .asksNobody(let reason): (outcome, message) = ("asks_nobody", reason)
            }
        }
    }

    struct Hub: Encodable {
        var source: String
        var outcome: String
        var until: Timestamp?
        var message: String?
    }

    var at: Timestamp
    var level: String
    var poll: Poll?
    var run: RunReport?
    var missed: Missed?
    var clicks_lost: Int?
    /// About a campaign whose runs somebody must let go.
    var asked: OfCampaign?
    /// About a message that was written by hand and cannot go.
    var waits: OfCampaign?
    var batch: Batch?
    var outbox: Outbox?
    var hub: Hub?
    var inbox: Inbox?
    var updates_failing: UpdatesFailing?
    var marketing: Marketing?
    var traffic: Traffic?
    var progress: Progress?
    var control: Control?

    init(_ event: EngineEvent, at now: Timestamp) {
        at = now
        level = Logger.Level.of(event).rawValue
        switch event {
        case .polled(let report): poll = Poll(report)
        case .ran(let report): run = report
        case .clicksLost(let count): clicks_lost = count
        case .asked(let campaign, let what): asked = OfCampaign(campaign: campaign, message: what)
        case .waits(let campaign, let why): waits = OfCampaign(campaign: campaign, message: why)
        case .missed(let campaign, let runs): missed = Missed(campaign: campaign, runs: runs)
        case .hub(let report): hub = Hub(report)
        case .heard(let report):
            inbox = Inbox(
                events: report.events, came: report.came, left: report.left, replies: report.replies,
                settled: report.settled, reopened: report.reopened,
                restrictions: report.restrictions.isEmpty ? nil : report.restrictions)
        case .marketing(let report): marketing = Marketing(report)
        case .updatesFailing(let channel, let reason):
            updates_failing = UpdatesFailing(channel: channel, message: reason)
        case .delivered(let report):
            batch = Batch(
                channel: report.channel, sent: report.sent, failed: report.failed, unknown: report.unknown,
                held: report.held, suppressed: report.suppressed, postponed: report.postponed,
                paused: report.pausedReason, reasons: report.reasons)
        case .tidied(let upkeep):
            outbox = Outbox(
                requeued: upkeep.requeued, unknown: upkeep.unknown, reopened: upkeep.reopened, expired: upkeep.expired,
                resent: upkeep.resent > 0 ? upkeep.resent : nil)
        case .slowed(let report):
            traffic = Traffic(
                channel: report.channel, rest_seconds: report.rest / .seconds(1),
                cause: report.isUnanswered ? "no_answer" : "asked", message: report.reason)
        case .progressed(let report): progress = Progress(report)
        case .controlled(let event): control = Control(code: event.code, message: event.message)
        }
    }
}

extension EventJSON.Poll {
    init(_ report: PollReport) {
        source = report.source
        outcome = report.outcome.word
        secs = report.took.map { ($0 / .milliseconds(1)).rounded() / 1000 }
        warnings = report.warnings
        nextPollAt = report.next.at == NextPoll.never ? nil : report.next.at
        nextCode = report.next.code
        nextReason = report.next.reason
        if !report.remarks.isEmpty { remarks = report.remarks }
        switch report.outcome {
        case .notModified: break
        case .baseline(let count): items = count
        case .read(let count, let kinds):
            items = count
            changes = Dictionary(kinds.map { ($0.key.rawValue, $0.value) }) { first, _ in first }
            if report.recognised > 0 { recognised = report.recognised }
            if report.old > 0 { old = report.old }
        case .postponed(let until):
            message = "its host asks not to be asked before \(until)"
        case .held(let reason):
            code = reason.code
            message = reason.sentence
        case .failed(let problem):
            error = problem.code.rawValue
            message = problem.message
        }
    }
}

extension EventJSON.Progress {
    init(_ report: ProgressReport) {
        campaign = report.campaign
        done = report.done
        left = report.left
        secondsLeft = report.secondsLeft
        switch report.step {
        case .planning: step = "planning"
        case .sending(let name, let rate):
            step = "sending"
            channel = name
            perSecond = rate
        }
    }
}

extension EventJSON.Hub {
    init(_ report: HubReport) {
        source = report.source
        switch report.outcome {
        case .confirmed(let end):
            outcome = "confirmed"
            until = end
        case .ended: outcome = "ended"
        case .told: outcome = "told"
        case .missed: outcome = "missed"
        case .refused(let reason):
            outcome = "refused"
            message = reason
        }
    }
}
