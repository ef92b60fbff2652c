package import CampaignModel

/// What a campaign run does with the changes that it sees: every one of them is in exactly one place.
package struct Selection: Sendable, Hashable {
    /// To be sent, in sending order: one change an item, with the item as it is now.
    package var chosen: [LoggedChange]
    /// To be seen again by the next run, as they were logged, in log order.
    package var waiting: [LoggedChange]
    /// Done with.
    package var skipped: [Skipped]

    package struct Skipped: Sendable, Hashable {
        package var change: LoggedChange
        package var reason: SkipReason
    }

    /// Decides about all changes of one campaign run.
    ///
    /// - Parameters:
    ///   - campaign: its kinds, filter, threshold and choice of items.
    ///   - changes: those after the campaign's cursor and those that wait, in log order.
    ///   - alreadySent: what the campaign has announced; an item is `new` at most once.
    ///   - now: the current time, for ages and dates in the future.
    ///   - html: turns HTML into rich text, so that filters look at what people would read.
    /// - Returns: what to send, what waits and what is done with, and why.
    package static func choose(
        _ campaign: Campaign, changes: [LoggedChange], alreadySent: Set<Announcement> = [], now: Timestamp,
        html: @escaping HTMLReading
    ) -> Selection {
        var selection = Selection(chosen: [], waiting: [], skipped: [])
        var candidates: [ItemHistory.Candidate] = []
        let filter = FilterMatcher(campaign.filter, html: html)
        for history in ItemHistory.group(changes) {
            switch history.candidate(for: campaign, alreadySent: alreadySent) {
            case .failure(let refusal): selection.skip(history.changes) { _ in refusal.reason }
            case .success(let candidate):
                if let reason = season(campaign, candidate, now: now) {
                    selection.skip(history.changes) { _ in reason }
                } else if let reason = filter.reason(against: candidate.item, loggedAt: candidate.change.at, now: now) {
                    selection.skip(history.changes) { _ in reason }
                } else {
                    candidates.append(candidate)
                }
            }
        }
        selection.take(candidates, by: campaign.items, now: now)
        selection.waiting.sort { $0.position < $1.position }
        selection.skipped.sort { $0.change.position < $1.change.position }
        return selection
    }

    /// Why the campaign does not speak of what happened then.
    private static func season(_ campaign: Campaign, _ candidate: ItemHistory.Candidate, now: Timestamp) -> SkipReason? {
        if let start = campaign.notBefore, candidate.change.at < start {
            return SkipReason(.beforeStart, "it happened before the campaign's not_before")
        }
        guard let end = campaign.until, now >= end else { return nil }
        return SkipReason(.afterEnd, "the campaign's until has passed")
    }

    private mutating func take(_ candidates: [ItemHistory.Candidate], by choice: ItemChoice, now: Timestamp) {
        guard candidates.count >= choice.min else {
            waiting += candidates.flatMap(\.history.changes)
            return
        }
        let dated = candidates.map { (moment: $0.moment(now: now), candidate: $0) }
        let sorted = dated.sorted { one, other in
            let (first, second) = choice.order == .oldest ? (one, other) : (other, one)
            return (first.moment, first.candidate.change.position) < (second.moment, second.candidate.change.position)
        }
        for (index, element) in sorted.enumerated() {
            let candidate = element.candidate
            if index < choice.max {
                chosen.append(candidate.change)
                skip(candidate.history.changes.filter { $0.position != candidate.change.position }) { _ in
                    SkipReason(.coalesced, "told together with another change of the same item")
                }
            } else if choice.overflow == .keep {
                waiting += candidate.history.changes
            } else {
                skip(candidate.history.changes) { _ in
                    SkipReason(.overflow, "more items than the \(choice.max) that one run may send")
                }
            }
        }
    }

    private mutating func skip(_ changes: [LoggedChange], because reason: (LoggedChange) -> SkipReason) {
        skipped += changes.map { Skipped(change: $0, reason: reason($0)) }
    }
}
