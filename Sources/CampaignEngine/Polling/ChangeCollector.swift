package import CampaignModel
package import CampaignPlanning
package import FeedReading

/// Compares a document's items with the known ones of its source while the document is read. An unchanged item costs
/// one lookup; texts are made only for items that differ.
package struct ChangeCollector {
    private static let batch = 500

    private let known: any KnownItems
    private var diff: DocumentDiff
    private var pending: [FoundItem] = []

    /// The document's description of itself.
    package private(set) var feed: FeedDescription?
    /// Number of warnings about the items that were compared.
    package private(set) var warnings = 0

    package init(
        _ known: any KnownItems, policy: ChangePolicy, lastGoodPoll: Timestamp?, documents: Int, now: Timestamp
    ) async throws {
        self.known = known
        diff = DocumentDiff(
            try await known.index(at: now), policy: policy, lastGoodPoll: lastGoodPoll, documents: documents, now: now)
    }

    /// Compares the items of a reader that makes texts lazily.
    ///
    /// - Throws: When the known items cannot be read.
    package mutating func take(_ events: [ReadEvent]) async throws {
        for event in events {
            switch event {
            case .feed(let feed): self.feed = feed
            case .found(let found): take(found)
            // A lazy reader reports `found`, not `item`.
            case .item, .end: break
            }
        }
        if pending.count >= Self.batch { try await compare() }
    }

    private mutating func take(_ found: FoundItem) {
        switch diff.see(found.key, stated: found.stated) {
        case .same: break
        case .different: pending.append(found)
        case .unknown:
            let item = found.item { _ in warnings += 1 }
            if !item.isBlank { diff.takeUnknown(item, stated: found.stated, former: found.formerKey) }
        }
    }

    private mutating func compare() async throws {
        let items = pending
        pending = []
        guard !items.isEmpty else { return }
        let entries = try await known.entries(items.map(\.key))
        for found in items {
            guard let entry = entries[found.key] else { continue }
            diff.compare(found.item { _ in warnings += 1 }, stated: found.stated, with: entry)
        }
    }

    /// Ends the comparison after the last item: matches unknown items with known ones, and finds those that are gone.
    package mutating func finish() async throws -> DocumentDiff.Result {
        try await compare()
        if let search = diff.aliasSearch {
            let matches = try await known.search(search).matches()
            diff.settle(matches, try await known.entries(matches.compactMap(\.self)))
        } else {
            diff.settle([], [:])
        }
        let gone = diff.gone
        for start in stride(from: 0, to: gone.count, by: Self.batch) {
            let keys = Array(gone[start..<min(start + Self.batch, gone.count)])
            let entries = try await known.entries(keys)
            for key in keys { if let entry = entries[key] { diff.takeGone(entry) } }
        }
        return diff.finish()
    }
}

extension FoundItem {
    /// The hash of the item's statement for the snapshot; never 0, which means "always compare".
    package var stated: UInt64 { statedFingerprint.low == 0 ? 1 : statedFingerprint.low }
}
