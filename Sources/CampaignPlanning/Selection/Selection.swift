package import CampaignModel

/// The decision of a campaign run about its changes. Each change is in exactly one of the lists.
package struct Selection: Sendable, Hashable {
    /// Changes to send, in sending order: one for each item, with the present item.
    package var chosen: [LoggedChange]
    /// Changes that the next run sees again, as logged, in log order.
    package var waiting: [LoggedChange]
    /// Messages to edit, in log order.
    package var edits: [Edit] = []
    /// Changes that are not sent, with reasons.
    package var skipped: [Skipped]
    /// Prices that people know of items that are cheaper now and were not told of: later falls are compared with them, so that
    /// many small steps add up. Nil for items of which that is over. Only of a campaign with a threshold.
    package var comparedPrices: [ItemPlace: Money?] = [:]

    /// A message to edit so that it shows the present item.
    package struct Edit: Sendable, Hashable {
        /// The newest update, which leads to the edit.
        package var update: LoggedChange
        /// The change that the message reported, with the present item.
        package var change: Change
        package var told: ToldMessage
    }

    /// A change that is not sent, and the reason.
    package struct Skipped: Sendable, Hashable {
        package var change: LoggedChange
        package var reason: SkipReason
    }

    /// The results of earlier runs over the same log. A long log is processed in several runs, and the campaign's
    /// limits apply to all of them together.
    package struct Earlier: Sendable, Hashable {
        package var chosen: [LoggedChange]
        package var edits: Int

        package init(chosen: [LoggedChange] = [], edits: Int = 0) {
            self.chosen = chosen
            self.edits = edits
        }
    }

    /// Decides about all changes of one campaign run.
    ///
    /// - Parameters:
    ///   - campaign: The campaign, with its kinds, filter, threshold and choice of items.
    ///   - changes: The changes after the campaign's cursor and those that wait, in log order.
    ///   - alreadySent: The campaign's earlier announcements; an item is announced as `new` at most once.
    ///   - told: The latest message about each item, for a campaign with ``UpdateRule/edit``.
    ///   - latest: Present items, where the last change does not contain them.
    ///   - returned: Log positions of removals after which the item came back.
    ///   - earlier: The results of earlier runs, which count towards this run's limits.
    ///   - now: The present time, for ages and future dates.
    ///   - html: Turns HTML into rich text, so that filters search what people would read.
    /// - Returns: The decision about each change.
    package static func choose(
        _ campaign: Campaign, changes: [LoggedChange], alreadySent: Set<Announcement> = [], told: [ToldMessage] = [],
        latest: [ItemPlace: Item] = [:], returned: Set<Int64> = [], earlier: Earlier = Earlier(), now: Timestamp,
        html: @escaping HTMLReading
    ) -> Selection {
        var selection = Selection(chosen: [], waiting: [], skipped: [])
        var candidates: [ItemHistory.Candidate] = []
        let edited = campaign.onUpdate == .edit ? told : []
        let told = Dictionary(edited.map { (ItemPlace($0.change), $0) }) { _, last in last }
        let filter = FilterMatcher(campaign.filter, html: html)
        for var history in ItemHistory.group(changes) {
            history.latest = latest[history.identity]
            if campaign.comparesPrices, history.beginsAnew {
                selection.comparedPrices[history.identity] = .some(nil)
            }
            let candidate = history.candidate(for: campaign, alreadySent: alreadySent, returned: returned)
            if let told = told[history.identity], let update = history.update(returned: returned) {
                selection.judge(history, update, told) { item in
                    season(campaign, update, now: now) ?? filter.reason(against: item, loggedAt: nil, now: now)
                }
                history = history.withoutUpdates
            }
            switch candidate {
            case .failure(let refusal):
                selection.comparePrices(of: history, for: campaign)
                let isEditing = campaign.onUpdate == .edit && refusal.reason.code != .gone
                selection.skip(history.changes) {
                    isEditing && $0.change.kind == .updated ? .notTold : refusal.reason
                }
            case .success(var candidate):
                candidate.history = history
                let reason =
                    season(campaign, candidate.change, now: now)
                    ?? filter.reason(against: candidate.item, loggedAt: candidate.agesFrom, now: now)
                if let reason {
                    selection.comparePrices(of: history, for: campaign)
                    selection.skip(history.changes) { _ in reason }
                } else {
                    candidates.append(candidate)
                }
            }
        }
        selection.takeEdits(atMost: max(0, campaign.items.max - earlier.edits))
        selection.take(candidates, of: campaign, Places(campaign.items, taken: earlier.chosen), now: now)
        if campaign.comparesPrices {
            for change in selection.chosen { selection.comparedPrices[ItemPlace(change)] = .some(nil) }
        }
        selection.waiting.sort { $0.position < $1.position }
        selection.skipped.sort { $0.change.position < $1.change.position }
        return selection
    }

    /// Keeps the price that people know of an item that is cheaper now and is not told of.
    private mutating func comparePrices(of history: ItemHistory, for campaign: Campaign) {
        guard campaign.comparesPrices, !history.beginsAnew, let known = history.knownPrice, let now = history.price,
            now.currency == known.currency, now.amount < known.amount
        else { return }
        comparedPrices[history.identity] = .some(known)
    }

    /// Decides about the updates of an item that has a message.
    private mutating func judge(
        _ history: ItemHistory, _ update: LoggedChange, _ told: ToldMessage, against reason: (Item) -> SkipReason?
    ) {
        let others = history.changes.filter { $0.change.kind == .updated && $0.position != update.position }
        skip(others) { _ in .coalesced }
        // A message that waits for approval is approved as it is, and edited after that.
        guard !told.isDraft else { return waiting.append(update) }
        switch history.edit(told, because: update) {
        case .failure(let refusal): skip([update]) { _ in refusal.reason }
        case .success(let edit):
            if let reason = edit.change.after.flatMap(reason) {
                skip([update]) { _ in reason }
            } else {
                edits.append(edit)
            }
        }
    }

    /// Keeps the newest edits, up to `most`; the rest waits. A site whose articles were all reworked would block the
    /// channel for days otherwise.
    private mutating func takeEdits(atMost most: Int) {
        let newest = edits.sorted { $0.update.position > $1.update.position }
        waiting += newest.dropFirst(most).map(\.update)
        edits = newest.prefix(most).reversed()
    }

    /// The reason why a change lies outside the campaign's dates; nil if it lies inside.
    private static func season(_ campaign: Campaign, _ change: LoggedChange, now: Timestamp) -> SkipReason? {
        if let start = campaign.notBefore, change.at < start {
            return SkipReason(.beforeStart, "it happened before the campaign's not_before")
        }
        guard let end = campaign.until, now >= end else { return nil }
        return SkipReason(.afterEnd, "the campaign's until has passed")
    }

    private mutating func take(
        _ candidates: [ItemHistory.Candidate], of campaign: Campaign, _ free: Places, now: Timestamp
    ) {
        let choice = campaign.items
        var places = free
        var duplicates = ItemDuplicates(campaign)
        // A duplicate takes no place of its own: it shares the outcome of the item that it duplicates.
        var judged: [(candidate: ItemHistory.Candidate, duplicate: ItemDuplicates.Duplicate?, refusal: String?)] = []
        for candidate in choice.order.sorted(candidates, now: now) {
            let duplicate = duplicates.take(candidate)
            judged.append((candidate, duplicate, duplicate.map { judged[$0.place].refusal } ?? places.take(candidate)))
        }
        guard places.all >= choice.min else {
            waiting += candidates.flatMap(\.history.changes)
            return
        }
        for (candidate, duplicate, refusal) in judged {
            guard let refusal else {
                if let duplicate {
                    skip(candidate.history.changes) { _ in duplicate.reason }
                    continue
                }
                chosen.append(candidate.change)
                skip(candidate.history.changes.filter { $0.position != candidate.change.position }) { _ in .coalesced }
                continue
            }
            // A duplicate waits together with its original, which may be gone by the next run.
            if choice.overflow == .keep {
                waiting += candidate.history.changes
            } else {
                skip(candidate.history.changes) { _ in SkipReason(.overflow, refusal) }
            }
        }
    }

    /// The limits of one run, and how much of each is used.
    private struct Places {
        private let choice: ItemChoice
        private(set) var all = 0
        private var ofSource: [SourceID: Int] = [:]
        private var ofAuthor: [String: Int] = [:]

        init(_ choice: ItemChoice, taken: [LoggedChange]) {
            self.choice = choice
            for change in taken { add(change.source, names(change.change.after?.authors ?? [])) }
        }

        /// Counts an item if the limits allow it.
        ///
        /// - Returns: The reason why they do not; nil when the item was counted.
        mutating func take(_ candidate: ItemHistory.Candidate) -> String? {
            guard all < choice.max else { return "more items than the \(choice.max) that one run may send" }
            let source = candidate.change.source
            if let limit = choice.perSource, ofSource[source, default: 0] >= limit {
                return "more items of its source than the \(limit) that one run may send"
            }
            let authors = names(candidate.item.authors)
            if let limit = choice.perAuthor, authors.contains(where: { ofAuthor[$0, default: 0] >= limit }) {
                return "more items of its author than the \(limit) that one run may send"
            }
            add(source, authors)
            return nil
        }

        private func names(_ authors: [String]) -> Set<String> {
            choice.perAuthor == nil ? [] : Set(authors.map(FoldedText.name))
        }

        private mutating func add(_ source: SourceID, _ authors: Set<String>) {
            all += 1
            ofSource[source, default: 0] += 1
            for author in authors { ofAuthor[author, default: 0] += 1 }
        }
    }

    private mutating func skip(_ changes: [LoggedChange], because reason: (LoggedChange) -> SkipReason) {
        skipped += changes.map { Skipped(change: $0, reason: reason($0)) }
    }
}

extension ItemChoice.Order {
    /// Sorts candidates by this order. Those without a comparable value come last, newest first.
    fileprivate func sorted(_ candidates: [ItemHistory.Candidate], now: Timestamp) -> [ItemHistory.Candidate] {
        let keyed = candidates.map { (key: key($0), moment: $0.moment(now: now), candidate: $0) }
        return keyed.sorted { one, other in
            if one.key != other.key { return one.key < other.key }
            let (first, second) = self == .oldest ? (one, other) : (other, one)
            return (first.moment, first.candidate.change.position) < (second.moment, second.candidate.change.position)
        }.map(\.candidate)
    }

    /// The sort key; smaller keys come first.
    private func key(_ candidate: ItemHistory.Candidate) -> Key {
        let price = candidate.item.product?.effectivePrice
        switch self {
        case .newest, .oldest: return Key(isUnknown: false)
        case .cheapest:
            guard let price, price.amount.digits > 0 else { return Key() }
            return Key(isUnknown: false, currency: price.currency ?? Key.noCurrency, amount: price.amount)
        case .biggestDrop:
            guard let price, let before = candidate.change.change.before?.price, price.currency == before.currency
            else { return Key() }
            return Key(isUnknown: false, percent: -before.amount.percentDrop(to: price.amount))
        }
    }

    /// A sort key. Prices of different currencies cannot be compared, so they are grouped by currency; those without one come last.
    private struct Key: Comparable {
        /// Behind all letters.
        static let noCurrency = "~"

        var isUnknown = true
        var percent = 0
        var currency = ""
        var amount = DecimalAmount(digits: 0, scale: 0)

        static func < (one: Self, other: Self) -> Bool {
            if one.isUnknown != other.isUnknown { return !one.isUnknown }
            return (one.percent, one.currency, one.amount) < (other.percent, other.currency, other.amount)
        }
    }
}
