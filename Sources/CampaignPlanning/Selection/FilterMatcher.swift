import CampaignModel
import Foundation

/// A campaign's filter, made ready for many items.
struct FilterMatcher {
    private let filter: ItemFilter
    private let include: [WordSequence]
    private let exclude: [WordSequence]
    private let categories: Set<String>
    private let authors: Set<String>
    private let html: HTMLReading

    init(_ filter: ItemFilter, html: @escaping HTMLReading) {
        self.filter = filter
        include = filter.include.map { WordSequence($0) }
        exclude = filter.exclude.map { WordSequence($0) }
        categories = Set(filter.categories.map(WordSequence.fold))
        authors = Set(filter.authors.map(WordSequence.fold))
        self.html = html
    }

    /// Why the item is not for this campaign, or nil.
    func reason(against item: Item, loggedAt: Timestamp, now: Timestamp) -> SkipReason? {
        if let maxAge = filter.maxAge, now - min(item.published ?? loggedAt, now) > maxAge {
            return SkipReason(.tooOld, "older than the filter's max_age")
        }
        if !categories.isEmpty, categories.isDisjoint(with: Self.categories(of: item)) {
            return SkipReason(.filterCategory, "in none of the filter's categories")
        }
        if !authors.isEmpty, authors.isDisjoint(with: item.authors.map(WordSequence.fold)) {
            return SkipReason(.filterAuthor, "by none of the filter's authors")
        }
        if let range = filter.price, !Self.contains(range, item.product?.effectivePrice) {
            return SkipReason(.filterPrice, "its price is unknown or outside the filter's range")
        }
        return reasonInText(of: item)
    }

    private func reasonInText(of item: Item) -> SkipReason? {
        guard !include.isEmpty || !exclude.isEmpty else { return nil }
        let parts = [item.title ?? ""] + [item.summary, item.content].map { $0.map { html($0).plainText } ?? "" }
        let texts = parts.map { WordSequence($0) }
        if let found = zip(exclude, filter.exclude).first(where: { phrase, _ in
            texts.contains { $0.contains(phrase) }
        }) {
            return SkipReason(.filterExclude, "contains \(quoted(found.1)), which the filter excludes")
        }
        if !include.isEmpty, !include.contains(where: { phrase in texts.contains { $0.contains(phrase) } }) {
            return SkipReason(.filterInclude, "contains none of the words that the filter asks for")
        }
        return nil
    }

    /// The stated ones, and each step of a product's path: `Garden > Tools` is in `garden` and in `tools`.
    private static func categories(of item: Item) -> [String] {
        let path = item.product?.category ?? ""
        let steps = path.split(separator: ">").map { $0.trimmingCharacters(in: .whitespaces) }
        return (item.categories + steps + [path]).map(WordSequence.fold)
    }

    private static func contains(_ range: PriceRange, _ price: Money?) -> Bool {
        guard let price, price.amount.digits > 0 else { return false }
        if let currency = range.currency, price.currency != currency { return false }
        if let min = range.min, price.amount < min { return false }
        if let max = range.max, price.amount > max { return false }
        return true
    }
}
