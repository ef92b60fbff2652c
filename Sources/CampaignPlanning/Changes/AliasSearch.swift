package import CampaignModel

/// Finds out which items of a document are known ones under another id: a feed that moved, or whose ids changed.
///
/// An alias that two items of the document share, or two known ones, says nothing of who they are.
package struct AliasSearch: Sendable {
    private enum Match: Sendable {
        case none
        case known(ItemKey)
        case ambiguous

        var key: ItemKey? { if case .known(let key) = self { key } else { nil } }
    }

    /// The unknown items by alias; nil for an alias that is not theirs alone.
    private var links: [UInt64: Int?] = [:]
    private var titles: [UInt64: Int?] = [:]
    private let same: [ItemKey?]
    /// Where an item stands whose former key that is, and all that it may be known by.
    private var formerPlaces: [ItemKey: Int] = [:]
    private let aliases: [[ItemAliases]]
    private var byFormer: [ItemKey?]
    private var byLink: [Match]
    private var byTitle: [Match]
    /// A document of one item has no other to tell whether its address is the item's or the site's.
    private let needsTitle: Bool
    private let index: SnapshotIndex

    /// - Parameters:
    ///   - unknown: The aliases of the document's items that are not known by their key, as they may be stored.
    ///   - same: The known item of which just what each of these states was stated; no two of them the same.
    ///   - former: The key that each of these had until items came to be known otherwise. An id may have been given to
    ///     another item meanwhile, so it counts only together with one of the aliases.
    ///   - documentItems: How many items the document has.
    ///   - index: Tells which known items the document has under their own keys.
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

    /// Takes one of the known items.
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
        // Its own item stands beside it: they only share an address or a name.
        guard !index.isSeen(key), case .none = match else { return .ambiguous }
        return .known(key)
    }

    /// The known item that each unknown one is; nil for news. No known item is given to two.
    package func matches() -> [ItemKey?] {
        var found = same
        var taken = Set(same.compactMap(\.self))
        func pair(_ key: (Int) -> ItemKey?) {
            for place in found.indices where found[place] == nil {
                if let key = key(place), taken.insert(key).inserted { found[place] = key }
            }
        }
        // What tells most comes first, so that no other item takes its place.
        if !needsTitle { pair { byLink[$0].key } }
        pair { byFormer[$0] }
        pair { byTitle[$0].key }
        return found
    }
}
