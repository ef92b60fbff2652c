package import CampaignModel
package import CampaignStore

/// A step that was done, for the terminal, the log and `--json`.
package enum EngineEvent: Sendable {
    case polled(PollReport)
    case ran(RunReport)
    /// Something about who lets a campaign's runs go.
    case asked(campaign: String, String)
    /// A message that was written by hand cannot go: one sentence.
    case waits(campaign: String, String)
    /// So many clicks could not be kept, for the database did not answer for long.
    case clicksLost(Int)
    /// So many runs of a campaign were missed and are not made up for, as its owner wants it.
    case missed(campaign: String, runs: Int)
    case delivered(DeliveryReport)
    case hub(HubReport)
    /// People wrote, came or left.
    case heard(InboxReport)
    /// Telegram's updates cannot be had: one sentence, told when it changes.
    case updatesFailing(channel: String, reason: String)
    /// Paid messages, and what the platform knows of who wants them.
    case marketing(MarketingReport)
    /// The outbox was put in order and something had to be.
    case tidied(Upkeep)
    /// Nothing of a channel leaves for a while.
    case slowed(TrafficReport)
    /// Something takes long.
    case progressed(ProgressReport)
    /// The owner decided something.
    case controlled(ControlEvent)
}

/// Why a channel is quiet.
package struct TrafficReport: Sendable, Hashable {
    package var channel: String
    /// For how long nothing leaves, from now on.
    package var rest: Duration
    /// The platform does not answer; otherwise it asked for it.
    package var isUnanswered: Bool
    /// The platform's, or what is in the way: one sentence.
    package var reason: String?
}

/// What became of a channel's paid messages as a whole.
package struct MarketingReport: Sendable, Hashable {
    /// What happened.
    package enum Outcome: Sendable, Hashable {
        /// The Page's list of those who agreed was read.
        case listed(new: Int, ended: Int)
        /// It cannot be read: told when it changes.
        case notListed(String)
        /// None goes any more, until then or until the owner acts.
        case stopped(String, until: Timestamp?)
        /// Nobody is asked any more.
        case asksNobody(String)
    }

    package var channel: String
    package var outcome: Outcome
}

/// What a poll found.
package struct PollReport: Sendable {
    /// How the poll ended.
    package enum Outcome: Sendable {
        case notModified
        /// The first whole document was taken as known; nothing of it is news.
        case baseline(items: Int)
        case read(items: Int, changes: [ChangeKind: Int])
        /// Not asked: its host wants to be left alone until then.
        case postponed(until: Timestamp)
        /// Nothing was told: the owner has to decide.
        case held(HoldReason)
        case failed(Problem)
    }

    package var source: String
    package var outcome: Outcome
    /// When the source is looked at next, and why then.
    package var next: NextPoll
    /// What the owner may want to look into, and did not hear before.
    package var remarks: [SourceRemark] = []
    /// Oddities of the document, and of those items that were looked at.
    package var warnings = 0
    /// Items that the document calls by another id than before.
    package var recognised = 0
    /// Items that are new in the document but older than the source's first one: known, not told.
    package var old = 0
    /// Known items that changed, in however many ways.
    package var changedItems = 0
    /// Another worker polls it, or has just done so; nothing was done here.
    package var isElsewhere = false
    /// How long it took, with reading and storing; nil when nothing was done.
    package var took: Duration?

    /// What went wrong, if it did.
    package var problem: Problem? {
        if case .failed(let problem) = outcome { problem } else { nil }
    }
}

/// What a source's hub says.
package struct HubReport: Sendable, Hashable {
    /// What the hub did, or failed to do.
    package enum Outcome: Sendable, Hashable {
        case confirmed(until: Timestamp)
        case ended
        /// Something changed.
        case told
        /// A poll found a change that the hub had not told of.
        case missed
        /// It cannot be asked, or does not want to: one sentence.
        case refused(String)
    }

    package var source: String
    package var outcome: Outcome
}

/// What became of the deliveries of one channel in one go.
package struct DeliveryReport: Sendable, Hashable {
    package var channel: String
    package var sent = 0
    package var failed = 0
    package var unknown = 0
    package var held = 0
    package var suppressed = 0
    /// Waits for another try.
    package var postponed = 0
    /// Why the channel was stopped, if it was.
    package var pausedReason: String?
    /// The reasons of what was not sent, each once, at most a handful.
    package var reasons: [String] = []

    /// How many came to an end, for now or for good.
    var ended: Int { sent + failed + unknown + held + suppressed }

    /// Whether nothing was tried and nothing was stopped: not worth a line.
    package var isEmpty: Bool { ended + postponed == 0 && pausedReason == nil }
}
