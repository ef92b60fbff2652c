import CampaignModel

/// Finds items of a run that show the same thing, so that only the first is sent: the same page in two sources (a blog
/// and one of its categories), and variants of one product.
struct ItemDuplicates {
    /// The earlier item that a duplicate repeats.
    struct Duplicate {
        /// Index of the earlier item, in the order of the calls.
        var place: Int
        /// The reason why the duplicate is skipped.
        var reason: SkipReason
    }

    private struct Page: Hashable {
        var likeness: UInt64
        var kind: ChangeKind
    }

    private struct Group: Hashable {
        var source: SourceID
        var mark: UInt64
        var kind: ChangeKind
    }

    private let hasSources: Bool
    private let hasGroups: Bool
    private var pages: [Page: (place: Int, source: SourceID)] = [:]
    private var groups: [Group: Int] = [:]
    private var count = 0

    init(_ campaign: Campaign) {
        hasSources = campaign.sources.count > 1
        hasGroups = campaign.items.variants == .one
    }

    /// Compares the next item with the earlier ones.
    ///
    /// - Returns: The first item that it duplicates; nil for none.
    mutating func take(_ candidate: ItemHistory.Candidate) -> Duplicate? {
        defer { count += 1 }
        let (source, kind) = (candidate.change.source, candidate.change.change.kind)
        if hasGroups {
            let marks = candidate.item.variantMarks.map { Group(source: source, mark: $0, kind: kind) }
            let place = marks.compactMap { groups[$0] }.first
            for mark in marks where groups[mark] == nil { groups[mark] = place ?? count }
            if let place { return Duplicate(place: place, reason: Self.variant) }
        }
        if hasSources, let likeness = candidate.item.aliases.likeness {
            let page = Page(likeness: likeness, kind: kind)
            if let first = pages[page] {
                return first.source == source ? nil : Duplicate(place: first.place, reason: Self.samePage)
            }
            pages[page] = (count, source)
        }
        return nil
    }

    private static let variant = SkipReason(.coalesced, "another variant of the same product stands for it")
    private static let samePage = SkipReason(.coalesced, "another source of the campaign has the same item")
}
