import CampaignModel

/// Finds out which items of a document are known ones under another id: a feed that moved, or whose ids changed.
///
/// An alias that two items of the document share, or two known ones, says nothing of who they are.
struct AliasMatching {
    private enum Match {
        case none
        case known(ItemKey)
        case ambiguous
    }

    /// The unknown items by alias; nil for an alias that is not theirs alone.
    private var links: [UInt64: Int?] = [:]
    private var titles: [UInt64: Int?] = [:]
    private var byLink: [Match]
    private var byTitle: [Match]
    private let aliases: [ItemAliases]
    /// A document of one item has no other to tell whether its address is the item's or the site's.
    private let needsTitle: Bool

    /// - Parameters:
    ///   - unknown: The aliases of the document's items that are not known by their key.
    ///   - documentItems: How many items the document has.
    init(_ unknown: [ItemAliases], documentItems: Int) {
        aliases = unknown
        byLink = Array(repeating: .none, count: unknown.count)
        byTitle = byLink
        needsTitle = documentItems < 2
        for (place, alias) in unknown.enumerated() {
            if let link = alias.link { links[link] = links[link] == nil ? .some(place) : .some(nil) }
            if let title = alias.title { titles[title] = titles[title] == nil ? .some(place) : .some(nil) }
        }
    }

    /// Takes one of the known items.
    ///
    /// - Parameters:
    ///   - key: Its own key.
    ///   - known: What else it is known by.
    ///   - isInDocument: Whether the document has it under its own key.
    mutating func take(_ key: ItemKey, _ known: ItemAliases, isInDocument: Bool) {
        if let link = known.link, case .some(.some(let place)) = links[link] {
            byLink[place] = merged(byLink[place], key, isInDocument)
        }
        if let title = known.title, case .some(.some(let place)) = titles[title] {
            byTitle[place] = merged(byTitle[place], key, isInDocument)
        }
    }

    private func merged(_ match: Match, _ key: ItemKey, _ isInDocument: Bool) -> Match {
        // Its own item stands beside it: they only share an address or a name.
        guard !isInDocument, case .none = match else { return .ambiguous }
        return .known(key)
    }

    /// The known item that each unknown one is; nil for news. No known item is given to two.
    func matches() -> [ItemKey?] {
        var taken: Set<ItemKey> = []
        return aliases.indices.map { place in
            let title: ItemKey? = if case .known(let key) = byTitle[place] { key } else { nil }
            let link: ItemKey? = if case .known(let key) = byLink[place] { key } else { nil }
            let found = needsTitle ? (link == title ? link : nil) ?? title : link ?? title
            guard let found, taken.insert(found).inserted else { return nil }
            return found
        }
    }
}
