package import CampaignModel

/// Compares a document, item by item, with the known items of its source.
///
/// The caller calls ``see(_:stated:)`` for each item, and ``compare(_:stated:with:)`` or
/// ``takeUnknown(_:stated:former:)`` for those that differ or are unknown; at the document's end ``aliasSearch``,
/// ``settle(_:_:)``, and ``takeGone(_:)`` for each of ``gone``; then ``finish()``. Memory grows with the number of
/// differing items only.
package struct DocumentDiff {
    /// The result of the comparison.
    package struct Result: Sendable {
        /// Snapshot entries to store: those of new items, and those that differ.
        package var entries: [SnapshotEntry] = []
        /// Keys of entries whose items have another key now.
        package var replaced: [ItemKey] = []
        /// Changes in the document's order.
        package var changes: [Change] = []
        /// Number of unknown items that are not new, since they are older than the source or may have been known.
        package var old = 0
        /// Notes on items with unknown keys that are not new.
        package var notes: [ItemNote] = []
        /// Time from which the next poll needs the whole document even if it is unchanged, since an item waits for a
        /// time or for confirmation.
        package var nextLook: Timestamp?
        /// Counts for the circuit breaker.
        package var load = PollCircuitBreaker.Load()

        /// Number of known items that changed, each counted once.
        package var changedItems: Int {
            Set(changes.lazy.filter { $0.kind != .new && $0.kind != .removed }.map(\.key)).count
        }
    }

    /// An item with an unknown key.
    private struct Unknown {
        var item: Item
        var stated: UInt64
        var former: ItemKey?
        /// Number of changes before the item, to keep the document's order.
        var place: Int
    }

    private let rules: ChangeRules
    private let tellsArticles: Bool
    private var index: SnapshotIndex
    private let lastGoodPoll: Timestamp?
    private let documents: Int
    private var result = Result()
    private var unknown: [Unknown] = []
    private var newProducts: Set<UInt64> = []

    /// - Parameters:
    ///   - index: The index of known items.
    ///   - policy: The rules by which changes count.
    ///   - lastGoodPoll: Time at which the source was last read whole.
    ///   - documents: The number of whole documents read from the source, this one included.
    ///   - now: The current time.
    package init(
        _ index: SnapshotIndex, policy: ChangePolicy, lastGoodPoll: Timestamp?, documents: Int, now: Timestamp
    ) {
        self.index = index
        self.lastGoodPoll = lastGoodPoll
        self.documents = documents
        rules = ChangeRules(policy, now: now)
        tellsArticles = policy.tellsRemovedArticles
        result.load.present = index.presentCount
    }

    /// Looks up the next item of the document.
    package mutating func see(_ key: ItemKey, stated: UInt64) -> SnapshotIndex.Sight {
        result.load.items += 1
        return index.see(key, stated: stated)
    }

    /// Compares a known item whose statement differs from the stored one.
    package mutating func compare(_ item: Item, stated: UInt64, with before: SnapshotEntry) {
        note(item)
        let outcome = rules.outcome(from: before, to: item, stated: stated)
        notePrice(outcome.entry.price, after: before.price)
        result.changes += outcome.changes
        if outcome.entry != before { result.entries.append(outcome.entry) }
    }

    /// Adds an item with an unknown key; ``settle(_:_:)`` decides about it.
    ///
    /// - Parameters:
    ///   - item: The item as the document states it.
    ///   - stated: The hash of that statement.
    ///   - former: The item's key under the identity policy before, if the policy changes with this document.
    package mutating func takeUnknown(_ item: Item, stated: UInt64, former: ItemKey? = nil) {
        note(item)
        unknown.append(Unknown(item: item, stated: stated, former: former, place: result.changes.count))
    }

    private mutating func note(_ item: Item) {
        if item.product != nil { result.load.isCatalog = true }
    }

    private mutating func notePrice(_ price: Money?, after before: Money?) {
        guard let price, let before, price.currency == before.currency else { return }
        if price.amount.isFar(from: before.amount, byFactor: PollCircuitBreaker.leap) { result.load.repriced += 1 }
    }

    /// The search to run over all known items; nil when no item has an unknown key, or none is known.
    package var aliasSearch: AliasSearch? {
        guard !unknown.isEmpty, index.count > 0 else { return nil }
        return AliasSearch(
            unknown.map(\.item.storedAliases), same: restated, former: unknown.map(\.former),
            documentItems: result.load.items, index)
    }

    /// For each unknown item a known one with an equal statement that the document lacks; its key is made otherwise
    /// now. Several with equal statements are interchangeable.
    private var restated: [ItemKey?] {
        var stating = index.unseen(stating: Set(unknown.map(\.stated)))
        return unknown.map { stating[$0.stated]?.popLast() }
    }

    /// Decides about the items with unknown keys: known under another key, old, or new.
    ///
    /// - Parameters:
    ///   - matches: For each of them the key of the known item that it is; empty if no search was needed.
    ///   - entries: The snapshot entries of these keys.
    package mutating func settle(_ matches: [ItemKey?], _ entries: [ItemKey: SnapshotEntry]) {
        var merged: [Change] = []
        var told = 0
        for (number, found) in unknown.enumerated() {
            merged += result.changes[told..<found.place]
            told = found.place
            if number < matches.count, let old = matches[number], let entry = entries[old],
                let code = recognition(of: found.item, as: entry)
            {
                _ = index.see(old, stated: 0)
                result.replaced.append(old)
                result.notes.append(ItemNote(code, found.item, older: old))
                let outcome = rules.outcome(from: entry, to: found.item, stated: found.stated)
                notePrice(outcome.entry.price, after: entry.price)
                merged += outcome.changes
                result.entries.append(outcome.entry)
                continue
            }
            result.entries.append(rules.firstSight(of: found.item, stated: found.stated))
            guard let change = rules.news(found.item) else {
                result.old += 1
                result.notes.append(ItemNote(.old, found.item))
                continue
            }
            merged.append(change)
            count(found.item)
        }
        merged += result.changes[told...]
        result.changes = merged
        unknown = []
        gone = index.vanished
        result.load.vanished = index.vanishedCount
    }

    /// The reason why an item with a known link or title is that known item; nil when it is a new one.
    private func recognition(of item: Item, as known: SnapshotEntry) -> ItemNote.Code? {
        let aliases = item.storedAliases
        let isSameLink = known.aliases.link != nil && aliases.contains { $0.link == known.aliases.link }
        // A title may be reused for another item once the first one is gone.
        guard isSameLink || known.absence == nil else { return nil }
        // A link may be reused, too: an item published since the last good poll needs both the same link and the same
        // title.
        if let published = item.published, let last = lastGoodPoll, published > last, !aliases.contains(known.aliases) {
            return nil
        }
        return isSameLink ? .sameLink : .sameTitle
    }

    /// Counts an item that would be announced as new, for the circuit breaker. `birth` may be the date of an update;
    /// there is no better date.
    private mutating func count(_ new: Item) {
        // Variants of one product count once.
        let marks = new.variantMarks
        defer { newProducts.formUnion(marks) }
        guard newProducts.isDisjoint(with: marks) else { return }
        result.load.new += 1
        guard let birth = new.birth, let last = lastGoodPoll else { return }
        if birth > last { result.load.recent += 1 }
        guard new.product == nil, birth <= last else { return }
        result.load.earlier += 1
        if birth < last - PollCircuitBreaker.lag { result.load.old += 1 }
    }

    /// Keys of the known items that the document lacks; filled by ``settle(_:_:)``.
    package private(set) var gone: [ItemKey] = []

    /// Adds the snapshot entry of an item that is gone.
    package mutating func takeGone(_ before: SnapshotEntry) {
        let outcome = rules.absence(of: before, document: documents)
        let isProduct = before.price != nil || before.availability != nil
        if isProduct { result.load.isCatalog = true }
        // An article that left its feed still exists on its site; a product that left the catalog is gone.
        if isProduct || tellsArticles { result.changes += outcome.changes }
        if outcome.entry != before { result.entries.append(outcome.entry) }
    }

    /// Ends the comparison; call it after ``settle(_:_:)`` and ``takeGone(_:)``.
    package consuming func finish() -> Result {
        var result = result
        result.nextLook = ([index.nextLook] + result.entries.map(\.lookAgainAt)).compactMap(\.self).min()
        return result
    }
}
