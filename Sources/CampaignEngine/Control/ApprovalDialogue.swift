import CampaignModel
import CampaignStore
import Synchronization

/// Asks a campaign's approver in their chat, and handles the answer.
struct ApprovalDialogue: Sendable {
    private let engine: Engine

    init(_ engine: Engine) { self.engine = engine }

    /// Shows the messages of runs that need approval and were not asked about yet, and asks.
    ///
    /// - Parameter entry: The campaign.
    /// - Throws: When the store fails.
    func ask(_ entry: ProvisionedContent.CampaignEntry) async throws {
        guard let approval = entry.campaign.approval, let address = approval.address,
            let channel = engine.content.channels.first(where: {
                $0.channel.name == approval.channel && $0.channel.workspace == entry.campaign.workspace
            })
        else { return }
        for run in try await engine.store.runsToApprove(of: entry.id, unasked: true) {
            guard try await engine.store.knows(address, on: channel.id) else {
                tellOfNobody(run.run, entry, address, on: channel)
                continue
            }
            try await ask(run, entry, address, on: channel)
        }
    }

    /// Reports a run whose approver is no subscriber, once for each run. Whether they subscribed meanwhile is checked
    /// each time.
    private func tellOfNobody(
        _ run: CampaignRunID, _ entry: ProvisionedContent.CampaignEntry, _ address: String,
        on channel: ProvisionedContent.ChannelEntry
    ) {
        guard engine.unasked.withLock({ $0.insert(run).inserted }) else { return }
        engine.report(
            .asked(
                campaign: entry.campaign.fullName,
                "nobody could be asked in the chat: \(channel.channel.name) knows nobody with the address \(address); they are asked when they press Start"
            ))
    }

    private func ask(
        _ run: WaitingRun, _ entry: ProvisionedContent.CampaignEntry, _ address: String,
        on channel: ProvisionedContent.ChannelEntry
    ) async throws {
        let now = engine.time.now()
        let reach = try await Reach(engine.store, time: engine.time).forecast(
            entry.campaign.audience, of: entry.id, on: entry.channels.map(\.channel))
        let count = run.messages.count
        let words =
            "\(entry.campaign.fullName), run \(run.run): \(count == 1 ? "the message" : "the \(count) messages") above would "
            + "\(Self.fate(of: run, reach.map(\.counts))). Without an answer, not after \(run.until)."
        let question = Message(modules: [
            .text(
                RichText(plain: words),
                buttons: [
                    MessageButton(title: "Send", action: .choice(Approval.Decision.send.payload(run.run))),
                    MessageButton(title: "Skip", action: .choice(Approval.Decision.skip.payload(run.run))),
                ])
        ])
        let shown = run.messages.map { $0.addressed { _ in nil } }
        try await engine.store.ask(
            shown + [question], about: run.run, to: address, on: channel.id, expiresAt: run.until, now: now)
    }

    /// A text about a run's audience, with edits after messages.
    private static func fate(of run: WaitingRun, _ counts: [AudienceCounts]) -> String {
        guard run.edits < run.messages.count else {
            return "take the place of \(run.edits == 1 ? "one that was" : "some that were") sent before"
        }
        let paid = counts.reduce(0) { $0 + $1.paid }
        let people = counts.reduce(paid) { $0 + $1.now + $1.later }
        let held = counts.reduce(0) { $0 + $1.held }
        var words = "go to \(people) \(people == 1 ? "person" : "people")"
        if paid > 0 { words += ", \(paid) of them by paid messages" }
        if held > 0 { words += "\(paid > 0 ? "," : "") and wait for \(held) more" }
        if run.edits > 0 {
            words += ", the last \(run.edits == 1 ? "one" : "\(run.edits)") in the place of what was sent before"
        }
        return words
    }

    /// Handles a button press.
    ///
    /// - Returns: The decision; nil when it was another button, or the person may not decide.
    func take(
        _ payload: String, by address: String, on channel: Channel, now: Timestamp
    ) -> EventEffects.Approved? {
        guard let (decision, run) = Approval.Decision.read(payload) else { return nil }
        let own = engine.content.campaigns.filter { entry in
            entry.campaign.workspace == channel.workspace && entry.campaign.approval?.channel == channel.name
                && entry.campaign.approval?.address == address
        }
        guard !own.isEmpty else { return nil }
        func reply(_ words: String) -> EventEffects.Reply {
            let message = Message(modules: [.text(RichText(plain: words), buttons: [])])
            return EventEffects.Reply(.answer, message, expiresAt: now + .hours(1))
        }
        return EventEffects.Approved(
            run: run, decision: decision, campaigns: Set(own.map(\.id)),
            done: reply(decision == .send ? "It goes out now." : "It is skipped."),
            tooLate: reply("It was decided before, or waited too long."))
    }
}
