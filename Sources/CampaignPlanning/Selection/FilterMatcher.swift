import CampaignModel
import Foundation

/// A campaign's filter, prepared once for many items.
struct FilterMatcher {
    private let filter: ItemFilter
    private let phrases: PhraseFinder?
    private let categories: Set<String>
    private let authors: Set<String>
    private let brands: Set<String>
    private let html: HTMLReading

    init(_ filter: ItemFilter, html: @escaping HTMLReading) {
        self.filter = filter
        phrases =
            filter.include.isEmpty && filter.exclude.isEmpty
            ? nil : PhraseFinder(include: filter.include, exclude: filter.exclude)
        categories = Set(filter.categories.map(FoldedText.name))
        authors = Set(filter.authors.map(FoldedText.name))
        brands = Set(filter.brands.map(FoldedText.name))
        self.html = html
    }

    /// The reason why the filter excludes the item; nil if it matches. Without `loggedAt` the item's age is not
    /// checked.
    func reason(against item: Item, loggedAt: Timestamp?, now: Timestamp) -> SkipReason? {
        if let maxAge = filter.maxAge, let loggedAt, now - min(item.published ?? loggedAt, now) > maxAge {
            return SkipReason(.tooOld, "older than the filter's max_age")
        }
        if !categories.isEmpty, categories.isDisjoint(with: Self.categories(of: item)) {
            return SkipReason(.filterCategory, "in none of the filter's categories")
        }
        if !authors.isEmpty, authors.isDisjoint(with: item.authors.map(FoldedText.name)) {
            return SkipReason(.filterAuthor, "by none of the filter's authors")
        }
        if !brands.isEmpty, !brands.contains(FoldedText.name(item.product?.brand ?? "")) {
            return SkipReason(.filterBrand, "of none of the filter's brands")
        }
        if !filter.availability.isEmpty, !filter.availability.contains(item.product?.availability ?? .unknown) {
            return SkipReason(.filterAvailability, "its availability is none of those that the filter asks for")
        }
        if let range = filter.price, !Self.contains(range, item.product?.effectivePrice) {
            return SkipReason(.filterPrice, "its price is unknown or outside the filter's range")
        }
        return reasonInText(of: item)
    }

    private func reasonInText(of item: Item) -> SkipReason? {
        guard let phrases else { return nil }
        var findings = PhraseFinder.Findings()
        if let title = item.title { phrases.search(title, &findings) }
        for text in [item.summary, item.content].compactMap(\.self) {
            let isPlain = !text.utf8.contains { $0 == UInt8(ascii: "<") || $0 == UInt8(ascii: "&") }
            phrases.search(isPlain ? text : html(text).plainText, &findings)
        }
        if let place = findings.exclude {
            return SkipReason(
                .filterExclude, "contains \(quoted(filter.exclude[place])), which the filter excludes")
        }
        guard filter.include.isEmpty || findings.include != nil else {
            return SkipReason(.filterInclude, "contains none of the words that the filter asks for")
        }
        return nil
    }

    /// The item's categories, and each step of a product's category path: `Garden > Tools` is in `garden` and in
    /// `tools`.
    private static func categories(of item: Item) -> [String] {
        let path = item.product?.category ?? ""
        let steps = path.split(separator: ">").map { String($0) }
        return (item.categories + steps + [path]).map(FoldedText.name)
    }

    private static func contains(_ range: PriceRange, _ price: Money?) -> Bool {
        guard let price, price.amount.digits > 0 else { return false }
        if let currency = range.currency, price.currency != currency { return false }
        if let min = range.min, price.amount < min { return false }
        if let max = range.max, price.amount > max { return false }
        return true
    }
}
