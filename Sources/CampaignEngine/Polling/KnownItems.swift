package import CampaignModel
package import CampaignPlanning
import CampaignStore

/// What is known of a source, wherever it is kept.
package protocol KnownItems: Sendable {
    /// Which items are known, and which of them have to be looked at whatever is stated of them.
    func index(at now: Timestamp) async throws -> SnapshotIndex
    /// What is known of these; absent for those that are not known.
    func entries(_ keys: [ItemKey]) async throws -> [ItemKey: SnapshotEntry]
    /// Looks among all known items for those that others may be, by what else they are known by.
    func search(_ search: AliasSearch) async throws -> AliasSearch
}

/// What the store knows of a source.
struct StoredItems: KnownItems {
    let store: Store
    let source: SourceID
    /// About how many there are.
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

/// What an earlier version of a document said; for comparing two documents without a database.
package struct DocumentItems: KnownItems {
    /// To be filled before it is compared with.
    package var known: [ItemKey: SnapshotEntry] = [:]

    package init() {}

    /// All of them, as present in the last document.
    package func index(at now: Timestamp) async throws -> SnapshotIndex {
        var index = SnapshotIndex()
        for entry in known.values {
            let isDue = entry.lookAgainAt.map { $0 <= now } ?? false
            index.add(entry.key, stated: isDue ? 0 : entry.stated, .present)
        }
        return index
    }

    /// Those of the keys that the earlier version had.
    package func entries(_ keys: [ItemKey]) async throws -> [ItemKey: SnapshotEntry] {
        Dictionary(keys.compactMap { key in known[key].map { (key, $0) } }) { first, _ in first }
    }

    /// Shows the search each item of the earlier version.
    package func search(_ search: AliasSearch) async throws -> AliasSearch {
        var search = search
        for entry in known.values { search.take(entry.key, entry.aliases) }
        return search
    }
}
