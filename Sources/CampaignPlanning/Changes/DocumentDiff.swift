package import CampaignModel

/// Compares a document, item by item, with what is known of its source.
///
/// Who drives it asks ``see(_:stated:)`` for each item, hands in those that differ or are unknown, and when the document
/// is whole the aliases of what is known, if any are needed, and what is gone. Memory grows with what is different.
package struct DocumentDiff {
    /// The document's news.
    package struct Result: Sendable {
        /// What to remember: new rows, and known ones that differ.
        package var entries: [SnapshotEntry] = []
        /// Rows of items that go on under another key.
        package var replaced: [ItemKey] = []
        /// In the document's order.
        package var changes: [Change] = []
        /// New items that are older than the source's first document, or may have been known.
        package var old = 0
        /// Of items that are no news though nobody knew their key.
        package var notes: [ItemNote] = []
        /// When a document is wanted whole, though it may be the same: something waits for the clock or for confirmation.
        package var nextLook: Timestamp?
        /// What the circuit breaker looks at.
        package var load = PollCircuitBreaker.Load()

        /// Known items that changed, in however many ways.
        package var changedItems: Int {
            Set(changes.lazy.filter { $0.kind != .new && $0.kind != .removed }.map(\.key)).count
        }
    }

    /// An item that is not known by its key.
    private struct Unknown {
        var item: Item
        var stated: UInt64
        var former: ItemKey?
        /// How many changes came before it.
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
    ///   - index: What is known of the source.
    ///   - policy: What counts as a change.
    ///   - lastGoodPoll: When the source was last read whole.
    ///   - documents: How many whole documents of it were read, this one included.
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

    /// Meets the next item of the document.
    package mutating func see(_ key: ItemKey, stated: UInt64) -> SnapshotIndex.Sight {
        result.load.items += 1
        return index.see(key, stated: stated)
    }

    /// Takes a known item that is stated otherwise than before.
    package mutating func compare(_ item: Item, stated: UInt64, with before: SnapshotEntry) {
        note(item)
        let outcome = rules.outcome(from: before, to: item, stated: stated)
        notePrice(outcome.entry.price, after: before.price)
        result.changes += outcome.changes
        if outcome.entry != before { result.entries.append(outcome.entry) }
    }

    /// Takes an item that is not known by its key.
    ///
    /// - Parameters:
    ///   - item: As the document states it.
    ///   - stated: Stands for that.
    ///   - former: The key that it had until the items of its source came to be known otherwise, if they just did.
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

    /// To be shown all known items, when some of the document's may be known ones under another id.
    package var aliasSearch: AliasSearch? {
        guard !unknown.isEmpty, index.count > 0 else { return nil }
        return AliasSearch(
            unknown.map(\.item.storedAliases), same: restated, former: unknown.map(\.former),
            documentItems: result.load.items, index)
    }

    /// The known items of which just the same is stated: their keys are made otherwise now. Where that is so of several, they
    /// may stand for each other.
    private var restated: [ItemKey?] {
        var stating = index.unseen(stating: Set(unknown.map(\.stated)))
        return unknown.map { stating[$0.stated]?.popLast() }
    }

    /// Decides about the unknown items.
    ///
    /// - Parameters:
    ///   - matches: For each, the key it is known by; empty for none at all.
    ///   - entries: What is known of these.
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

    /// What makes a known item of one that has its address or its title; nil for news.
    private func recognition(of item: Item, as known: SnapshotEntry) -> ItemNote.Code? {
        let aliases = item.storedAliases
        let isSameLink = known.aliases.link != nil && aliases.contains { $0.link == known.aliases.link }
        // A title is used again for something else, once it is gone.
        guard isSameLink || known.absence == nil else { return nil }
        // An address is, too: what came out since the last look is known only when both are the same.
        if let published = item.published, let last = lastGoodPoll, published > last, !aliases.contains(known.aliases) {
            return nil
        }
        return isSameLink ? .sameLink : .sameTitle
    }

    /// Counts an item that would be announced as new. One that was updated since need not have come since, but nothing tells
    /// better.
    private mutating func count(_ new: Item) {
        // A shirt in twelve sizes is one novelty.
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

    /// The items that the document lacks, once the unknown ones are settled.
    package private(set) var gone: [ItemKey] = []

    /// Takes what is known of an item that is gone.
    package mutating func takeGone(_ before: SnapshotEntry) {
        let outcome = rules.absence(of: before, document: documents)
        let isProduct = before.price != nil || before.availability != nil
        if isProduct { result.load.isCatalog = true }
        // An article that has left the newest ten is not gone from its blog; a product that has left the catalog is.
        if isProduct || tellsArticles { result.changes += outcome.changes }
        if outcome.entry != before { result.entries.append(outcome.entry) }
    }

    /// Ends the comparison, once the unknown items are settled and all that is gone was taken.
    package consuming func finish() -> Result {
        var result = result
        result.nextLook = ([index.nextLook] + result.entries.map(\.lookAgainAt)).compactMap(\.self).min()
        return result
    }
}
