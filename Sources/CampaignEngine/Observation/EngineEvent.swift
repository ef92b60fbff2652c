package import CampaignModel
package import CampaignStore

/// An event of the engine, for the terminal, the log and `--json`.
package enum EngineEvent: Sendable {
    case polled(PollReport)
    case ran(RunReport)
    /// An event about the approval of a campaign's runs: one sentence.
    case asked(campaign: String, String)
    /// A message that was written by hand cannot be sent: one sentence.
    case waits(campaign: String, String)
    /// That many clicks were lost, since the database did not answer for long.
    case clicksLost(Int)
    /// That many runs of a campaign were missed and are skipped, as its owner wants it.
    case missed(campaign: String, runs: Int)
    case delivered(DeliveryReport)
    case hub(HubReport)
    /// People wrote, came or left.
    case heard(InboxReport)
    /// Telegram's updates cannot be fetched: one sentence, reported when it changes.
    case updatesFailing(channel: String, reason: String)
    /// An event about paid messages and agreements to them.
    case marketing(MarketingReport)
    /// Upkeep of the outbox changed something.
    case tidied(Upkeep)
    /// A channel pauses for a while.
    case slowed(TrafficReport)
    /// Progress of a long step.
    case progressed(ProgressReport)
    /// The owner gave a command.
    case controlled(ControlEvent)
}

/// The pause of a channel.
package struct TrafficReport: Sendable, Hashable {
    package var channel: String
    /// Length of the pause, from now on.
    package var rest: Duration
    /// Whether the platform does not answer; otherwise it asked for the pause.
    package var isUnanswered: Bool
    /// The platform's reason, or the failure: one sentence.
    package var reason: String?
}

/// A report about a channel's paid messages as a whole.
package struct MarketingReport: Sendable, Hashable {
    /// What happened.
    package enum Outcome: Sendable, Hashable {
        /// The Page's list of agreements was read.
        case listed(new: Int, ended: Int)
        /// The list cannot be read; reported when the reason changes.
        case notListed(String)
        /// Paid messages are stopped, until that time or until the owner acts.
        case stopped(String, until: Timestamp?)
        /// Nobody is asked for an agreement any more.
        case asksNobody(String)
    }

    package var channel: String
    package var outcome: Outcome
}

/// The result of a poll.
package struct PollReport: Sendable {
    /// How the poll ended.
    package enum Outcome: Sendable {
        case notModified
        /// The first whole document was stored as known; no item of it is new.
        case baseline(items: Int)
        case read(items: Int, changes: [ChangeKind: Int])
        /// Not polled: the host asked for no requests until then.
        case postponed(until: Timestamp)
        /// No change was reported: the owner has to decide.
        case held(HoldReason)
        case failed(Problem)
    }

    package var source: String
    package var outcome: Outcome
    /// Time of the next poll, and the reason for it.
    package var next: NextPoll
    /// New remarks for the owner.
    package var remarks: [SourceRemark] = []
    /// Number of warnings about the document and the compared items.
    package var warnings = 0
    /// Number of known items with a new id.
    package var recognised = 0
    /// Number of unknown items that are not new, since they are older than the source.
    package var old = 0
    /// Number of known items that changed, each counted once.
    package var changedItems = 0
    /// Whether another worker polls the source, or has just done so; this one did nothing.
    package var isElsewhere = false
    /// Duration of the poll, with reading and storing; nil when nothing was done.
    package var took: Duration?

    /// The problem with the source; nil for none.
    package var problem: Problem? {
        if case .failed(let problem) = outcome { problem } else { nil }
    }
}

/// A report about a source's hub.
package struct HubReport: Sendable, Hashable {
    /// What the hub did, or failed to do.
    package enum Outcome: Sendable, Hashable {
        case confirmed(until: Timestamp)
        case ended
        /// The hub sent a notification.
        case told
        /// A poll found a change without a notification of the hub.
        case missed
        /// The hub cannot be reached, or refuses: one sentence.
        case refused(String)
    }

    package var source: String
    package var outcome: Outcome
}

/// The results of a channel's deliveries in one round.
package struct DeliveryReport: Sendable, Hashable {
    package var channel: String
    package var sent = 0
    package var failed = 0
    package var unknown = 0
    package var held = 0
    package var suppressed = 0
    /// Deliveries that wait for another try.
    package var postponed = 0
    /// Why the channel was paused; nil if it was not.
    package var pausedReason: String?
    /// Reasons of deliveries that were not sent, each once, at most five.
    package var reasons: [String] = []

    /// Number of deliveries that ended, for now or for good.
    var ended: Int { sent + failed + unknown + held + suppressed }

    /// Whether nothing was tried and nothing was paused, so that no line is needed.
    package var isEmpty: Bool { ended + postponed == 0 && pausedReason == nil }
}
