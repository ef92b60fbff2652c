package import CampaignModel

/// Matches items with unknown keys to known items by alias (link or title), after a feed has moved or changed its ids.
/// Without that every item would be announced as new.
///
/// An alias counts only if it is unique: it must belong to one item of the document and to one known item.
package struct AliasSearch: Sendable {
    private enum Match: Sendable {
        case none
        case known(ItemKey)
        case ambiguous

        var key: ItemKey? { if case .known(let key) = self { key } else { nil } }
    }

    /// Indices of unknown items by alias; nil for an alias that several of them share.
    private var links: [UInt64: Int?] = [:]
    private var titles: [UInt64: Int?] = [:]
    private let same: [ItemKey?]
    /// Indices of unknown items by former key.
    private var formerPlaces: [ItemKey: Int] = [:]
    private let aliases: [[ItemAliases]]
    private var byFormer: [ItemKey?]
    private var byLink: [Match]
    private var byTitle: [Match]
    /// Whether a link alone is not enough: in a document of one item it may be the site's address instead of the
    /// item's.
    private let needsTitle: Bool
    private let index: SnapshotIndex

    /// - Parameters:
    ///   - unknown: For each item with an unknown key the aliases that it may be stored with.
    ///   - same: For each of them the known item with an equal statement, each used once; nil for none.
    ///   - former: For each of them its key under the identity policy before; nil for none. An id may belong to another
    ///     item by now, so a former key counts only together with an alias.
    ///   - documentItems: The number of items of the document.
    ///   - index: The index of known items, with those marked that the document has under their own keys.
    init(
        _ unknown: [[ItemAliases]], same: [ItemKey?], former: [ItemKey?], documentItems: Int, _ index: SnapshotIndex
    ) {
        self.index = index
        self.same = same
        aliases = unknown
        byFormer = Array(repeating: nil, count: unknown.count)
        for (place, key) in former.enumerated() {
            if let key, index.contains(key), !index.isSeen(key) { formerPlaces[key] = place }
        }
        byLink = Array(repeating: .none, count: unknown.count)
        byTitle = byLink
        needsTitle = documentItems < 2
        for (place, aliases) in unknown.enumerated() {
            for alias in aliases {
                if let link = alias.link { Self.enter(link, of: place, in: &links) }
                if let title = alias.title { Self.enter(title, of: place, in: &titles) }
            }
        }
    }

    private static func enter(_ alias: UInt64, of place: Int, in table: inout [UInt64: Int?]) {
        table.updateValue(table[alias, default: place] == place ? place : nil, forKey: alias)
    }

    /// Compares the aliases of one known item.
    package mutating func take(_ key: ItemKey, _ known: ItemAliases) {
        if let link = known.link, case .some(.some(let place)) = links[link] {
            byLink[place] = merged(byLink[place], key)
        }
        if let title = known.title, case .some(.some(let place)) = titles[title] {
            byTitle[place] = merged(byTitle[place], key)
        }
        if let place = formerPlaces[key], aliases[place].contains(where: { $0.shares(with: known) }) {
            byFormer[place] = key
        }
    }

    private func merged(_ match: Match, _ key: ItemKey) -> Match {
        // The document has the known item itself, too, so the two only share an address or a title.
        guard !index.isSeen(key), case .none = match else { return .ambiguous }
        return .known(key)
    }

    /// For each unknown item the known one that it is; nil for none. Each known item is used once.
    package func matches() -> [ItemKey?] {
        var found = same
        var taken = Set(same.compactMap(\.self))
        func pair(_ key: (Int) -> ItemKey?) {
            for place in found.indices where found[place] == nil {
                if let key = key(place), taken.insert(key).inserted { found[place] = key }
            }
        }
        // The strongest evidence first, so that a weaker match does not take the known item.
        if !needsTitle { pair { byLink[$0].key } }
        pair { byFormer[$0] }
        pair { byTitle[$0].key }
        return found
    }
}
