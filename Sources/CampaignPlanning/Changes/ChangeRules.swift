package import CampaignModel

/// What became of one item between two documents: a small state machine for each concern, which compares with what was
/// last told, so that many small steps add up and a step to and fro is nothing.
package struct ChangeRules: Sendable {
    /// The changes of one item, and what to remember of it.
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

    /// What to remember of an item that was not known.
    ///
    /// - Parameters:
    ///   - item: As the document states it.
    ///   - stated: Stands for that; 0 for nothing that could stay the same.
    /// - Returns: Its row.
    package func firstSight(of item: Item, stated: UInt64 = 0) -> SnapshotEntry {
        let product = item.product?.inForce(at: now)
        return SnapshotEntry(
            key: item.key, stated: stated, significance: item.significance, price: known(product?.effectivePrice),
            availability: known(product?.availability), aliases: item.aliases,
            lookAgainAt: item.product?.saleWindow?.nextBorder(after: now))
    }

    /// The change that an item makes that was not known; nil for one that is older than the source's first document, or so
    /// old that it may have been known.
    package func news(_ item: Item) -> Change? {
        if let birth = item.birth {
            if let since = policy.newsSince, birth < since { return nil }
            if item.product == nil, let since = policy.forgottenBefore, birth < since { return nil }
        }
        var item = item
        item.product = item.product?.inForce(at: now)
        return Change(kind: .new, key: item.key, before: nil, after: item)
    }

    /// Compares an item with what is known of it.
    ///
    /// It may make several changes: `updated` when its words or pictures differ, one of `price_drop` and `price_rise`, and
    /// one of `back_in_stock` and `out_of_stock`.
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

    /// What becomes of an item that a whole document lacks.
    ///
    /// - Parameters:
    ///   - before: What is known of it.
    ///   - document: How many whole documents of the source were read, this one included.
    /// - Returns: `removed`, once it is confirmed where that is wanted, and what to remember.
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

    /// Zero is how shops say that they do not know; it is no price.
    private func known(_ price: Money?) -> Money? {
        guard let price, price.amount.digits > 0 else { return nil }
        return price
    }

    private func known(_ availability: Availability?) -> Availability? {
        availability == .unknown ? nil : availability
    }
}

/// One item's way from what was known of it to what is seen now.
private struct Step {
    let before: SnapshotEntry
    /// Begins as what is seen now, and ends as what to remember.
    var entry: SnapshotEntry
    var kinds: [ChangeKind] = []
    var unconfirmed: [ChangeKind] = []
    private let now: Timestamp
    /// What is seen now; nil where the document does not say.
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
            // Only a new statement is looked at: one that is the same in words ends the row.
            if before.stated != entry.stated { entry.memory.restlessness = nil }
            return
        }
        // What rests for a day begins anew, also where the document was never looked at meanwhile.
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
        // Another currency says nothing about dear or cheap: from now on this price is the known one.
        guard let told, told.currency == price.currency, told.amount != price.amount else {
            if told?.currency != price.currency { entry.memory.lowest = nil }
            return
        }
        // Until it is told, people know the old price.
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
        // The lower of the two is what a later drop has to beat.
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
            // It can be ordered, which is not to be had: people still know it as out of stock.
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
    /// What people were last told, or found when the item was first seen.
    fileprivate var toldPrice: Money? { memory.toldPrice ?? price }
    fileprivate var toldAvailability: Availability? { memory.toldAvailability ?? availability }
}

extension SaleWindow {
    /// When the sale begins or ends next.
    fileprivate func nextBorder(after now: Timestamp) -> Timestamp? {
        if now < from { return from }
        return now <= until ? Timestamp(milliseconds: until.milliseconds + 1) : nil
    }
}
