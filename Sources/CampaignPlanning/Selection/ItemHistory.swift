package import CampaignModel

/// All changes of one item that a run sees, oldest first.
struct ItemHistory {
    /// The one change that stands for an item, with the item as it is now.
    struct Candidate {
        var change: LoggedChange
        var item: Item
        var history: ItemHistory

        /// The date from which the age of an item without a publication date counts; nil for a removal, whose age does
        /// not matter.
        var agesFrom: Timestamp? { change.change.kind == .removed ? nil : change.at }

        /// The date for sorting: of publication, or else of the log entry. A future date counts as now.
        func moment(now: Timestamp) -> Timestamp { min(item.published ?? change.at, now) }
    }

    struct Refusal: Error { var reason: SkipReason }

    var identity: ItemPlace
    var changes: [LoggedChange]
    /// The present item, where the last change does not contain it.
    var latest: Item?

    /// Groups changes by item, in the order of each item's first change.
    static func group(_ changes: [LoggedChange]) -> [ItemHistory] {
        var histories: [ItemHistory] = []
        var places: [ItemPlace: Int] = [:]
        for change in changes {
            let identity = ItemPlace(change)
            if let place = places[identity] {
                histories[place].changes.append(change)
            } else {
                places[identity] = histories.count
                histories.append(ItemHistory(identity: identity, changes: [change]))
            }
        }
        return histories
    }

    /// Kinds of change, the most important first: an item that is new and cheaper is reported as new.
    private static let precedence: [ChangeKind] = [
        .removed, .new, .backInStock, .priceDropped, .outOfStock, .priceRaised, .updated,
    ]

    /// Chooses the change to report: the most important kind that the campaign asks for and that is still true.
    ///
    /// - Parameters:
    ///   - campaign: The campaign.
    ///   - alreadySent: The campaign's earlier announcements.
    ///   - returned: Log positions of removals after which the item came back, of which the log has no other entry.
    /// - Returns: The change to report, or the reason why there is none.
    func candidate(
        for campaign: Campaign, alreadySent: Set<Announcement>, returned: Set<Int64>
    ) -> Result<Candidate, Refusal> {
        let lasting = changes.lastIndex { !returned.contains($0.position) }.map { changes[...$0] } ?? []
        guard let last = lasting.last else {
            return refuse(.noLongerTrue, "the item is there again")
        }
        let isRemoved = last.change.kind == .removed
        // An item that came and went between two runs was never announced, so neither is its removal.
        guard !isRemoved || campaign.on.contains(.removed) && changes.first?.change.kind != .new else {
            return refuse(.gone, "the item is gone from its source")
        }
        guard let item = latest ?? last.change.after else {
            return refuse(.notKnown, "the item is gone, and nothing is stored of it that could be shown")
        }
        var refusal: Result<Candidate, Refusal> = refuse(.kind, "the campaign is not about this kind of change")
        for kind in isRemoved ? [.removed] : Self.precedence where campaign.on.contains(kind) {
            guard let latest = changes.last(where: { $0.change.kind == kind }) else { continue }
            let announcement = Announcement(source: identity.source, key: identity.key, kind: kind)
            if kind == .new || kind == .removed, alreadySent.contains(announcement) {
                let what = kind == .new ? "this item as new" : "that this item is gone"
                refusal = refuse(.alreadySent, "the campaign has already announced \(what)")
                continue
            }
            guard let before = stillTrue(kind, item: item, isRemoved: isRemoved) else {
                refusal = refuse(.noLongerTrue, "the change was undone before it could be sent")
                continue
            }
            if kind == .priceDropped, !passes(campaign.priceDrop, before: before.price, item: item) {
                refusal = refuse(.belowThreshold, "the price fell by less than the campaign's price_drop asks for")
                continue
            }
            var change = latest
            change.change.before = before.entry
            change.change.after = item
            return .success(Candidate(change: change, item: item, history: self))
        }
        return refusal
    }

    private var priceChanges: [LoggedChange] {
        changes.filter { $0.change.kind == .priceDropped || $0.change.kind == .priceRaised }
    }

    /// The price before the first change of price since the last run: the one that people know.
    var knownPrice: Money? { priceChanges.first?.change.before?.price }

    /// The item as it is now, or was last.
    private var item: Item? { latest ?? changes.last { $0.change.after != nil }?.change.after }

    /// The price as it is now.
    var price: Money? { item?.product?.effectivePrice }

    /// Whether what was known of its price counts no more.
    var beginsAnew: Bool { changes.contains { $0.change.kind == .new || $0.change.kind == .removed } }

    /// The history without updates, which an edit handles.
    var withoutUpdates: ItemHistory {
        ItemHistory(identity: identity, changes: changes.filter { $0.change.kind != .updated })
    }

    /// The newest update; nil when there is none, or the item is gone.
    func update(returned: Set<Int64>) -> LoggedChange? {
        let last = changes.last { !returned.contains($0.position) }
        return last?.change.kind == .removed ? nil : changes.last { $0.change.kind == .updated }
    }

    /// The edit of the message that announced the item.
    ///
    /// - Parameters:
    ///   - told: The message.
    ///   - update: The update that leads to the edit.
    /// - Returns: The edit, or the reason why there is none.
    func edit(_ told: ToldMessage, because update: LoggedChange) -> Result<Selection.Edit, Refusal> {
        var change = told.change.change
        guard let item, change.canBeToldAgain(of: item) else {
            return .failure(
                Refusal(
                    reason: SkipReason(
                        .noLongerTrue, "what the message told is no longer so, or was of a price, and it stays as it is"
                    )))
        }
        change.after = item
        return .success(Selection.Edit(update: update, change: change, told: told))
    }

    private func refuse(_ code: SkipReason.Code, _ sentence: String) -> Result<Candidate, Refusal> {
        .failure(Refusal(reason: SkipReason(code, sentence)))
    }

    private struct Before {
        var entry: Change.Before?
        var price: Money? { entry?.price }
    }

    /// The state before the change, if the change still holds for the present item; nil otherwise.
    private func stillTrue(_ kind: ChangeKind, item: Item, isRemoved: Bool) -> Before? {
        switch kind {
        case .removed:
            return isRemoved ? Before(entry: changes.last { $0.change.kind == .removed }?.change.before) : nil
        case .new, .updated:
            return Before(entry: changes.first { $0.change.kind == kind }?.change.before)
        case .priceDropped, .priceRaised:
            guard let first = priceChanges.first?.change else { return nil }
            guard let before = first.before?.price, let now = item.product?.effectivePrice, now.amount.digits > 0,
                before.currency == now.currency
            else { return nil }
            let holds = kind == .priceDropped ? now.amount < before.amount : now.amount > before.amount
            return holds ? Before(entry: first.before) : nil
        case .backInStock, .outOfStock:
            let last = changes.last { $0.change.kind == .backInStock || $0.change.kind == .outOfStock }
            guard let last, last.change.kind == kind else { return nil }
            return Before(entry: last.change.before)
        }
    }

    private func passes(_ threshold: PriceDropThreshold, before: Money?, item: Item) -> Bool {
        guard let before, let now = item.product?.effectivePrice, now.currency == before.currency else { return false }
        return before.amount.drops(to: now.amount, byPercent: threshold.percent, andAmount: threshold.amount)
    }
}

extension Change {
    /// Whether a message about such a change may be rendered again with the present item.
    package func canBeToldAgain(of item: Item) -> Bool {
        switch kind {
        case .new, .updated: true
        // The message names two prices of that time.
        case .priceDropped, .priceRaised: false
        case .backInStock: item.product?.availability != .outOfStock
        case .outOfStock: item.product?.availability != .inStock
        // The item is in the document again.
        case .removed: false
        }
    }
}
