package import CampaignModel
package import CampaignStore

/// One sentence about an event, with its time and a stable code for machines.
package struct WhyLine: Sendable, Hashable, Codable {
    /// Time of the event; nil where it has none.
    package var at: Timestamp?
    package var code: String
    package var sentence: String
}

/// Explains from stored facts why an item was sent or not, and why a person got a message or did not.
package enum Why {
    /// The events of an item, in the order of time.
    package static func lines(_ trail: ItemTrail) -> [WhyLine] {
        var lines = trail.steps.map(line)
        let wasFound = trail.steps.contains { if case .found = $0 { true } else { false } }
        if !wasFound, trail.isKnown, trail.steps.isEmpty {
            lines.append(
                WhyLine(
                    code: "known",
                    sentence:
                        "It is known and was never told: the source's first document held it, and what that holds is "
                        + "taken as known."))
        }
        if let since = trail.absentSince {
            lines.append(WhyLine(at: since, code: "absent", sentence: "Since then it is missing from its document."))
        } else if !trail.isKnown {
            lines.append(
                WhyLine(
                    code: "forgotten",
                    sentence: "It is not known any more: it was gone for long, or has another id now."))
        }
        return lines
    }

    private static func line(_ step: ItemTrail.Step) -> WhyLine {
        switch step {
        case .found(let kind, let at):
            let words = kind.rawValue.replacing("_", with: " ")
            return WhyLine(
                at: at, code: kind.rawValue,
                sentence: kind == .new ? "It was found, new." : "A change was found: \(words).")
        case .noted(.old, _, let at):
            return WhyLine(
                at: at, code: "old",
                sentence:
                    "It was found and not told: it is dated before the oldest item of the source's first document.")
        case .noted(let code, let older, let at):
            let rule = code == .sameLink ? "its address is the same" : "its title and path are the same"
            let known = older.map { " (\($0))" } ?? ""
            return WhyLine(
                at: at, code: code.rawValue,
                sentence: "It was recognised as a known item under another id\(known): \(rule). It is no news.")
        case .decided(let campaign, let run, let fate, let code, let reason, let at, let approval, let deliveries):
            let sentence =
                switch fate {
                case "chosen":
                    "\(campaign) chose it in run \(run)\(withheld(approval).map { ", which \($0.words)." } ?? outcome(deliveries))"
                case "edited":
                    "\(campaign) changed the message that told of it, in run \(run)\(withheld(approval).map { ", which \($0.words)." } ?? outcome(deliveries))"
                case "waiting": "\(campaign) lets it wait for a later run."
                default: "\(campaign) skipped it in run \(run): \((reason ?? "no reason is stored").withoutLastPoint)."
                }
            return WhyLine(at: at, code: code ?? fate, sentence: sentence)
        case .unseen(let campaign, let state):
            return WhyLine(
                code: "unseen",
                sentence: state == "paused"
                    ? "\(campaign) is paused and has not looked at it."
                    : "\(campaign) has not looked at it yet; it will at its next run.")
        }
    }

    /// The reason why a run that needs approval sent nothing; nil when it was approved or needs none.
    private static func withheld(_ approval: String?) -> (code: String, words: String)? {
        switch approval {
        case "waiting"?: ("waiting", "waits for somebody's approval")
        case "skip"?: ("skipped", "was skipped by whoever approves")
        case "expired"?: ("unanswered", "did not go: nobody approved it in time")
        default: nil
        }
    }

    private static func outcome(_ deliveries: [String: Int]) -> String {
        guard !deliveries.isEmpty else { return ", and there was nobody to send it to." }
        return "; the run's deliveries: \(Delivery.State.tally(deliveries))."
    }

    /// The results of runs, newest first.
    package static func lines(_ runs: [ListedRun]) -> [WhyLine] {
        runs.map { run in
            let report = run.report
            let head = "run \(run.id)\(report.missed.map { ", which makes up for \($0) missed ones," } ?? "") "
            guard report.messages > 0 else {
                return WhyLine(at: run.at, code: "silent", sentence: head + silence(report))
            }
            if let (code, words) = withheld(run.approval) {
                return WhyLine(at: run.at, code: code, sentence: "\(head)\(words).")
            }
            let edited = report.edited?.count ?? 0
            let edits =
                "changed \(edited == 1 ? "1 message" : "\(edited) messages") of before\(outcome(run.edits ?? [:]))"
            guard edited < report.messages else {
                return WhyLine(at: run.at, code: "edited", sentence: head + edits)
            }
            let what = report.chosen.isEmpty ? "the message" : "\(report.chosen.count) of \(report.seen) changes"
            let also = edited > 0 ? " It \(edits)" : ""
            return WhyLine(at: run.at, code: "sent", sentence: head + "chose \(what)\(outcome(run.deliveries))\(also)")
        }
    }

    private static func silence(_ report: RunReport) -> String {
        if report.seen == 0 { return "said nothing: nothing had changed since the run before." }
        let reasons = Dictionary(grouping: report.skipped, by: { $0.reason ?? "" }).mapValues(\.count)
            .sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(3)
            .map { "\($0.value) skipped: \($0.key)" }
        let waits = report.waiting.isEmpty ? [] : ["\(report.waiting.count) wait, there are too few for a run"]
        return "said nothing of \(report.seen) changes: \((reasons + waits).joined(separator: "; "))."
    }

    /// The results of polls, newest first; equal results in a row make one line.
    package static func lines(_ polls: [StoredPoll]) -> [WhyLine] {
        var lines: [WhyLine] = []
        var earlier: (sentence: String, since: Timestamp, count: Int)?
        for poll in polls {
            let sentence = sentence(poll)
            if let before = earlier, before.sentence == sentence, poll.outcome != .read {
                earlier = (sentence, poll.at, before.count + 1)
                lines[lines.count - 1].sentence =
                    "\(sentence.withoutLastPoint), \(before.count + 1) times since \(poll.at)."
            } else {
                earlier = (sentence, poll.at, 1)
                lines.append(WhyLine(at: poll.at, code: poll.outcome.rawValue, sentence: sentence))
            }
        }
        return lines
    }

    private static func sentence(_ poll: StoredPoll) -> String {
        let detail = (poll.detail ?? "no reason is stored").withoutLastPoint
        switch poll.outcome {
        case .failed: return "The poll failed: \(detail)."
        case .held: return "The poll was held: \(detail)."
        case .read:
            let items = poll.items == 1 ? "1 item" : "\(poll.items) items"
            let changes =
                switch poll.changes {
                case 0: "nothing to tell of"
                case 1: "1 change"
                default: "\(poll.changes) changes"
                }
            return "Its document was read: \(items), \(changes)."
        }
    }

    /// The results of runs for a person, newest first.
    package static func lines(_ trail: PersonTrail) -> [WhyLine] {
        trail.runs.flatMap { run in
            guard !run.deliveries.isEmpty else { return [absence(of: run, trail)] }
            return run.deliveries.map { delivery in
                let reason = delivery.reason.map { ": \($0.withoutLastPoint)" } ?? ""
                let head = "\(run.campaign), run \(run.run): "
                let sentence =
                    switch Delivery.State(rawValue: delivery.state) {
                    case .sent: delivery.isEdit ? "the message that they have was changed." : "sent."
                    case .queued: "waits until \(delivery.notBefore?.description ?? "its turn")\(reason)."
                    case .held: "held\(reason)."
                    case .unknown: "it is not known whether it arrived\(reason)."
                    case .failed: "refused\(reason)."
                    case .expired: "not sent, it grew too old\(reason)."
                    case .suppressed: "not sent\(reason)."
                    default: "being sent."
                    }
                return WhyLine(at: delivery.at, code: delivery.code ?? delivery.state, sentence: head + sentence)
            }
        }
    }

    /// The reason why due campaign messages wait while a channel's updates fail; nil when they do not.
    package static func wait(for failure: UpdatesFailure?, at now: Timestamp) -> WhyLine? {
        guard let failure, failure.holdsBack(at: now) else { return nil }
        return WhyLine(
            at: failure.refusedSince, code: "updates_failing",
            sentence: "Since then nobody hears what people write to the channel: \(failure.reason.withoutLastPoint). "
                + "What campaigns have for it waits, for nobody can say who has left.")
    }

    private static func absence(of run: PersonTrail.Run, _ trail: PersonTrail) -> WhyLine {
        let head = "\(run.campaign), run \(run.run): nothing was made for them: "
        func line(_ code: String, _ reason: String) -> WhyLine {
            WhyLine(at: run.at, code: code, sentence: head + reason)
        }
        if let (code, words) = withheld(run.approval) { return line(code, "it \(words).") }
        let before = trail.consent.last { $0.at <= run.at }
        if let created = trail.createdAt, created > run.at {
            return line("later", "they came after it, at \(created).")
        }
        if before == nil { return line("no_consent", "they had not subscribed.") }
        if before?.kind == .withdrawn { return line("left", "they had left at \(before?.at.description ?? "").") }
        if run.isUnwanted { return line("unwanted", "they turned this topic off.") }
        if !run.isInAudience { return line("audience", "they do not belong to its audience.") }
        if let until = trail.subscriber.preferences.pausedUntil, until > run.at {
            return line("paused_by_person", "they asked for a pause until \(until).")
        }
        if trail.subscriber.state == .blocked { return line("blocked", "they could not be reached.") }
        return line("unknown", "they did not belong to its audience then, or could not be reached.")
    }
}

extension String {
    /// The sentence without its full stop, to be continued.
    fileprivate var withoutLastPoint: Substring { hasSuffix(".") ? dropLast() : self[...] }
}
