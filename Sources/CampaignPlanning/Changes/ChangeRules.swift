package import CampaignModel

/// Finds the changes of one item between two documents, with a small state machine each for text, price and
/// availability. Values are compared with those last reported, so that many small steps add up, and a step back and
/// forth is no change.
package struct ChangeRules: Sendable {
    /// The changes of one item, and its new snapshot entry.
    package struct Outcome: Sendable, Hashable {
        package var changes: [Change]
        package var entry: SnapshotEntry
    }

    private let policy: ChangePolicy
    private let now: Timestamp

    package init(_ policy: ChangePolicy, now: Timestamp) {
        self.policy = policy
        self.now = now
    }

    /// The snapshot entry of an item that was not known.
    ///
    /// - Parameters:
    ///   - item: The item as the document states it.
    ///   - stated: The hash of that statement; 0 to compare the item each time.
    /// - Returns: The entry.
    package func firstSight(of item: Item, stated: UInt64 = 0) -> SnapshotEntry {
        let product = item.product?.inForce(at: now)
        return SnapshotEntry(
            key: item.key, stated: stated, significance: item.significance, price: known(product?.effectivePrice),
            availability: known(product?.availability), aliases: item.aliases,
            lookAgainAt: item.product?.saleWindow?.nextBorder(after: now))
    }

    /// The change for an item that was not known; nil for one that is older than the source, or so old that it may have
    /// been known.
    package func news(_ item: Item) -> Change? {
        if let birth = item.birth {
            if let since = policy.newsSince, birth < since { return nil }
            if item.product == nil, let since = policy.forgottenBefore, birth < since { return nil }
        }
        var item = item
        item.product = item.product?.inForce(at: now)
        return Change(kind: .new, key: item.key, before: nil, after: item)
    }

    /// Compares an item with its snapshot entry.
    ///
    /// The result may be several changes: `updated` when words or pictures differ, one of `price_drop` and
    /// `price_rise`, and one of `back_in_stock` and `out_of_stock`.
    package func outcome(from before: SnapshotEntry, to item: Item, stated: UInt64 = 0) -> Outcome {
        var step = Step(before, firstSight(of: item, stated: stated), now)
        step.text(restless: ChangePolicy.restless)
        step.price(policy)
        step.availability(policy)
        step.entry.memory.unconfirmed = step.unconfirmed.isEmpty ? nil : step.unconfirmed
        if !step.unconfirmed.isEmpty { step.lookAgain(at: Timestamp(milliseconds: 0)) }
        guard !step.kinds.isEmpty else { return Outcome(changes: [], entry: step.entry) }
        var after = item
        after.product = item.product?.inForce(at: now)
        let told = Change.Before(price: before.toldPrice, availability: before.toldAvailability)
        return Outcome(
            changes: step.kinds.map { Change(kind: $0, key: item.key, before: told, after: after) }, entry: step.entry)
    }

    /// The outcome for an item that is missing from a whole document.
    ///
    /// - Parameters:
    ///   - before: The item's snapshot entry.
    ///   - document: The number of whole documents read from the source, this one included.
    /// - Returns: The change `removed`, once confirmed where that is required, and the new entry.
    package func absence(of before: SnapshotEntry, document: Int) -> Outcome {
        var entry = before
        let waited = before.memory.unconfirmed?.contains(.removed) == true
        if before.absence == nil { entry.absence = Absence(since: now, document: document) }
        entry.memory.unconfirmed = nil
        entry.lookAgainAt = nil
        guard waited || !policy.confirm.contains(.removed) else {
            entry.memory.unconfirmed = [.removed]
            entry.lookAgainAt = Timestamp(milliseconds: 0)
            return Outcome(changes: [], entry: entry)
        }
        let told = Change.Before(price: before.toldPrice, availability: before.toldAvailability)
        return Outcome(changes: [Change(kind: .removed, key: before.key, before: told, after: nil)], entry: entry)
    }

    /// The price, or nil for zero, by which shops say that they do not know it.
    private func known(_ price: Money?) -> Money? {
        guard let price, price.amount.digits > 0 else { return nil }
        return price
    }

    private func known(_ availability: Availability?) -> Availability? {
        availability == .unknown ? nil : availability
    }
}

/// The comparison of one item's present state with its snapshot entry.
private struct Step {
    let before: SnapshotEntry
    /// The new snapshot entry. At first the state in the document; the rules complete it.
    var entry: SnapshotEntry
    var kinds: [ChangeKind] = []
    var unconfirmed: [ChangeKind] = []
    private let now: Timestamp
    /// The price in the document; nil where it states none.
    private let price: Money?
    private let availability: Availability?

    init(_ before: SnapshotEntry, _ seen: SnapshotEntry, _ now: Timestamp) {
        self.before = before
        self.now = now
        price = seen.price
        availability = seen.availability
        entry = seen
        entry.price = seen.price ?? before.price
        entry.availability = seen.availability ?? before.availability
        entry.memory = before.memory
    }

    mutating func lookAgain(at moment: Timestamp) {
        entry.lookAgainAt = min(entry.lookAgainAt ?? moment, moment)
    }

    mutating func text(restless: Int) {
        guard entry.significance != before.significance else {
            // The statement changed but not its text, so the row of text changes ends.
            if before.stated != entry.stated { entry.memory.restlessness = nil }
            return
        }
        // A day without a text change ends the row, too, even if the document was not read meanwhile.
        let hasRested = before.memory.textChangedAt.map(isPast) ?? true
        let row = hasRested ? 1 : (before.memory.restlessness ?? 0) + 1
        entry.memory.textChangedAt = now
        entry.memory.restlessness = min(row, restless + 1)
        if row <= restless { kinds.append(.updated) }
    }

    mutating func price(_ policy: ChangePolicy) {
        guard let price else { return }
        let told = before.toldPrice
        entry.memory.toldPrice = nil
        if let lowest = entry.memory.lowest, isPast(lowest.at) { entry.memory.lowest = nil }
        // Prices of different currencies cannot be compared: the new price becomes the known one.
        guard let told, told.currency == price.currency, told.amount != price.amount else {
            if told?.currency != price.currency { entry.memory.lowest = nil }
            return
        }
        // Until the change is reported, the old price counts as the known one.
        entry.memory.toldPrice = told
        let isDrop = price.amount < told.amount
        if isDrop {
            guard told.amount.drops(to: price.amount, byPercent: policy.drop.percent, andAmount: policy.drop.amount)
            else { return }
            if let lowest = entry.memory.lowest, lowest.price.currency == price.currency,
                lowest.price.amount <= price.amount
            {
                return lookAgain(at: lowest.at + ChangePolicy.calm)
            }
        }
        guard isConfirmed(isDrop ? .priceDropped : .priceRaised, policy) else { return }
        entry.memory.toldPrice = nil
        // A later drop must go below the lower one of the two prices.
        let low = isDrop ? price : told
        if let lowest = entry.memory.lowest, lowest.price.amount < low.amount { return }
        entry.memory.lowest = PastPrice(price: low, at: now)
    }

    mutating func availability(_ policy: ChangePolicy) {
        guard let availability else { return }
        let told = before.toldAvailability
        entry.memory.toldAvailability = nil
        if let back = entry.memory.backAt, isPast(back) { entry.memory.backAt = nil }
        switch (told, availability) {
        case (.outOfStock, .inStock):
            entry.memory.toldAvailability = told
            if let back = entry.memory.backAt { return lookAgain(at: back + ChangePolicy.calm) }
            guard isConfirmed(.backInStock, policy) else { return }
            entry.memory.toldAvailability = nil
            entry.memory.backAt = now
        case (.inStock, .outOfStock), (.preorder, .outOfStock), (.backorder, .outOfStock):
            entry.memory.toldAvailability = told
            guard isConfirmed(.outOfStock, policy) else { return }
            entry.memory.toldAvailability = nil
        case (.outOfStock, .preorder), (.outOfStock, .backorder):
            // Preorder and backorder are not in stock: the item still counts as reported out of stock.
            entry.memory.toldAvailability = told
        default: break
        }
    }

    private func isPast(_ moment: Timestamp) -> Bool { now - moment >= ChangePolicy.calm || moment > now }

    private mutating func isConfirmed(_ kind: ChangeKind, _ policy: ChangePolicy) -> Bool {
        guard !policy.confirm.contains(kind) || before.memory.unconfirmed?.contains(kind) == true else {
            unconfirmed.append(kind)
            return false
        }
        kinds.append(kind)
        return true
    }
}

extension SnapshotEntry {
    /// The price last reported, or else first seen.
    fileprivate var toldPrice: Money? { memory.toldPrice ?? price }
    fileprivate var toldAvailability: Availability? { memory.toldAvailability ?? availability }
}

extension SaleWindow {
    /// The next beginning or end of the sale; nil once it is over.
    fileprivate func nextBorder(after now: Timestamp) -> Timestamp? {
        if now < from { return from }
        return now <= until ? Timestamp(milliseconds: until.milliseconds + 1) : nil
    }
}
