import CampaignModel

/// All changes of one item that a run sees, oldest first.
struct ItemHistory {
    struct Identity: Hashable {
        var source: SourceID
        var key: ItemKey

        init(_ change: LoggedChange) { (source, key) = (change.source, change.change.key) }
    }

    /// The one change that stands for an item, with the item as it is now.
    struct Candidate {
        var change: LoggedChange
        var item: Item
        var history: ItemHistory

        /// From when on it ages, where nothing says when it was published; nil where age does not matter: what was published
        /// long ago is no news, but that it is gone is.
        var agesFrom: Timestamp? { change.change.kind == .removed ? nil : change.at }

        /// When it happened: published, or else logged. A date in the future counts as now.
        func moment(now: Timestamp) -> Timestamp { min(item.published ?? change.at, now) }
    }

    struct Refusal: Error { var reason: SkipReason }

    var identity: Identity
    var changes: [LoggedChange]

    /// In the order of each item's first change.
    static func group(_ changes: [LoggedChange]) -> [ItemHistory] {
        var histories: [ItemHistory] = []
        var places: [Identity: Int] = [:]
        for change in changes {
            let identity = Identity(change)
            if let place = places[identity] {
                histories[place].changes.append(change)
            } else {
                places[identity] = histories.count
                histories.append(ItemHistory(identity: identity, changes: [change]))
            }
        }
        return histories
    }

    /// The most telling first: an item that is new and cheaper is told as new.
    private static let precedence: [ChangeKind] = [
        .removed, .new, .backInStock, .priceDropped, .outOfStock, .priceRaised, .updated,
    ]

    /// What to tell of the item: the most telling kind that the campaign asks for and that is still true.
    func candidate(for campaign: Campaign, alreadySent: Set<Announcement>) -> Result<Candidate, Refusal> {
        let isRemoved = changes.last?.change.kind == .removed
        // What came and went between two runs nobody knows of.
        guard !isRemoved || campaign.on.contains(.removed) && changes.first?.change.kind != .new else {
            return refuse(.gone, "the item is gone from its source")
        }
        guard let item = changes.last?.change.after else {
            return refuse(.notKnown, "the item is gone, and nothing is stored of it that could be shown")
        }
        var refusal: Result<Candidate, Refusal> = refuse(.kind, "the campaign is not about this kind of change")
        for kind in isRemoved ? [.removed] : Self.precedence where campaign.on.contains(kind) {
            guard let latest = changes.last(where: { $0.change.kind == kind }) else { continue }
            let announcement = Announcement(source: identity.source, key: identity.key, kind: kind)
            if kind == .new, alreadySent.contains(announcement) {
                refusal = refuse(.alreadySent, "the campaign has already announced this item as new")
                continue
            }
            guard let before = stillTrue(kind, item: item) else {
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

    /// The newest update of an item that is still there.
    var update: LoggedChange? {
        changes.last?.change.kind == .removed ? nil : changes.last { $0.change.kind == .updated }
    }

    /// How the message that told of the item tells of it now.
    ///
    /// - Parameters:
    ///   - told: The message, if there is one about this item alone.
    ///   - update: Why it is to be changed.
    /// - Returns: The edit, or why there is none.
    func edit(_ told: ToldMessage?, because update: LoggedChange) -> Result<Selection.Edit, Refusal> {
        guard let told, let item = changes.last?.change.after else {
            return .failure(
                Refusal(
                    reason: SkipReason(
                        .notTold, "the campaign has sent no message of this item alone that could be edited")))
        }
        var change = told.change.change
        guard change.holds(for: item) else {
            return .failure(
                Refusal(
                    reason: SkipReason(.noLongerTrue, "what the message told is no longer so, and it stays as it is")))
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

    /// What was known before, if the change holds when the first state is compared with the item as it is now.
    private func stillTrue(_ kind: ChangeKind, item: Item) -> Before? {
        switch kind {
        case .removed:
            let last = changes.last?.change
            return last?.kind == .removed ? Before(entry: last?.before) : nil
        case .new, .updated:
            return Before(entry: changes.first { $0.change.kind == kind }?.change.before)
        case .priceDropped, .priceRaised:
            // The price before the first change of price since the last run is the one that people know.
            let prices = changes.filter { $0.change.kind == .priceDropped || $0.change.kind == .priceRaised }
            guard let first = prices.first?.change else { return nil }
            let change = Change(kind: kind, key: first.key, before: first.before, after: item)
            return change.holds(for: item) ? Before(entry: first.before) : nil
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
    /// Whether what it says is true of the item as it is now.
    fileprivate func holds(for item: Item) -> Bool {
        switch kind {
        case .new, .updated: return true
        // It is in the document.
        case .removed: return false
        case .priceDropped, .priceRaised:
            guard let before = before?.price, let now = item.product?.effectivePrice, now.amount.digits > 0,
                before.currency == now.currency
            else { return false }
            return kind == .priceDropped ? now.amount < before.amount : now.amount > before.amount
        case .backInStock: return item.product?.availability != .outOfStock
        case .outOfStock: return item.product?.availability != .inStock
        }
    }
}
