import CampaignModel
import CampaignPlanning
import CampaignStore

/// The outcome of a run: its messages, and for its report each change in exactly one list.
struct RunOutcome {
    private(set) var messages: [PlannedMessage] = []
    /// Updates that lead to an edit.
    private(set) var edited: [LoggedChange] = []
    /// Changes that the selection skipped, or whose rendering was empty or unchanged.
    private(set) var skipped: [SkippedChange]
    private let campaign: Campaign
    private let selection: Selection
    private var told: [LoggedChange] = []

    /// - Parameters:
    ///   - campaign: The campaign.
    ///   - selection: The selection of the run.
    ///   - rendered: The messages for the chosen changes, in the order of the selection.
    ///   - edits: The messages for the edits, one each.
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

    /// The run's report.
    ///
    /// - Parameter seen: The number of changes that the run looked at.
    /// - Returns: The report.
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
