package import CampaignModel
package import CampaignPlanning
import CampaignStore

/// The known items of a source, in the store or in memory.
package protocol KnownItems: Sendable {
    /// The index of known items. Items that are due for another look have a statement that matches nothing.
    func index(at now: Timestamp) async throws -> SnapshotIndex
    /// The entries of these items; unknown ones are absent from the result.
    func entries(_ keys: [ItemKey]) async throws -> [ItemKey: SnapshotEntry]
    /// Runs a search for unknown items by alias over all known items.
    func search(_ search: AliasSearch) async throws -> AliasSearch
}

/// The known items of a source in the store.
struct StoredItems: KnownItems {
    let store: Store
    let source: SourceID
    /// Expected number of items.
    let expected: Int

    func index(at now: Timestamp) async throws -> SnapshotIndex {
        try await store.snapshotIndex(of: source, at: now, expecting: expected)
    }

    func entries(_ keys: [ItemKey]) async throws -> [ItemKey: SnapshotEntry] {
        try await store.snapshot(of: source, keys: keys)
    }

    func search(_ search: AliasSearch) async throws -> AliasSearch {
        try await store.withAliases(of: source, search) { $0.take($1, $2) }
    }
}

/// The items of an earlier document as the known ones, to compare two documents without a database.
package struct DocumentItems: KnownItems {
    /// The items by key; to be filled before the comparison.
    package var known: [ItemKey: SnapshotEntry] = [:]

    package init() {}

    /// The index of all items, as present in the last document.
    package func index(at now: Timestamp) async throws -> SnapshotIndex {
        var index = SnapshotIndex()
        for entry in known.values {
            let isDue = entry.lookAgainAt.map { $0 <= now } ?? false
            index.add(entry.key, stated: isDue ? 0 : entry.stated, .present)
        }
        return index
    }

    /// The entries of those keys that the earlier document had.
    package func entries(_ keys: [ItemKey]) async throws -> [ItemKey: SnapshotEntry] {
        Dictionary(keys.compactMap { key in known[key].map { (key, $0) } }) { first, _ in first }
    }

    /// Runs a search over all items of the earlier document.
    package func search(_ search: AliasSearch) async throws -> AliasSearch {
        var search = search
        for entry in known.values { search.take(entry.key, entry.aliases) }
        return search
    }
}
