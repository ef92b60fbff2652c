import CampaignModel
import CampaignPlanning
import CampaignStore

/// What a run makes of what was chosen and rendered: its messages, and every change in one place of its report.
struct RunOutcome {
    private(set) var messages: [PlannedMessage] = []
    /// The updates for which a message is changed.
    private(set) var edited: [LoggedChange] = []
    /// What the selection left out, and what was chosen and came out empty or as it was.
    private(set) var skipped: [SkippedChange]
    private let campaign: Campaign
    private let selection: Selection
    private var told: [LoggedChange] = []

    /// - Parameters:
    ///   - campaign: Whose run.
    ///   - selection: What it chose.
    ///   - rendered: What was made of the chosen ones, in the order in which they were chosen.
    ///   - edits: What was made of the edits, one each.
    init(
        _ campaign: Campaign, _ selection: Selection, _ rendered: [RenderedItemMessage], edits: [RenderedItemMessage]
    ) {
        self.campaign = campaign
        self.selection = selection
        skipped = selection.skipped.map { SkippedChange($0.change, $0.reason) }
        var rest = selection.chosen[...]
        for made in rendered {
            let chosen = rest.prefix(made.items.count)
            rest = rest.dropFirst(made.items.count)
            switch made.outcome {
            case .skipped(let reason): skipped += chosen.map { SkippedChange($0, reason) }
            case .message(let message):
                told += chosen
                messages.append(PlannedMessage(linked(message), positions: chosen.map(\.position)))
            }
        }
        for (made, edit) in zip(edits, selection.edits) {
            switch made.outcome {
            case .skipped(let reason): skipped.append(SkippedChange(edit.update, reason))
            case .message(let message) where linked(message) == edit.told.message:
                let same = SkipReason(.sameMessage, "the message that told of it would stay as it is")
                skipped.append(SkippedChange(edit.update, same))
            case .message(let message):
                edited.append(edit.update)
                messages.append(
                    PlannedMessage(linked(message), positions: [edit.update.position], edits: edit.told.id))
            }
        }
    }

    private func linked(_ message: Message) -> Message { campaign.utm?.added(to: message) ?? message }

    /// - Parameter seen: How many changes the run looked at.
    /// - Returns: What is told of the run.
    func report(seen: Int) -> RunReport {
        var report = RunReport(
            campaign: campaign.fullName, seen: seen, chosen: told.map { RunReport.Entry($0.change) },
            waiting: selection.waiting.map { RunReport.Entry($0.change) },
            skipped: skipped.map { RunReport.Entry($0.change.change, code: $0.code, reason: $0.reason) },
            messages: messages.count)
        report.edited = edited.isEmpty ? nil : edited.map { RunReport.Entry($0.change) }
        return report
    }
}

extension SkippedChange {
    fileprivate init(_ change: LoggedChange, _ reason: SkipReason) {
        self.init(change, code: reason.code.rawValue, reason: reason.sentence)
    }
}

extension RunReport.Entry {
    fileprivate init(_ change: Change, code: String? = nil, reason: String? = nil) {
        self.init(title: change.after?.title, key: change.key, kind: change.kind, code: code, reason: reason)
    }
}
