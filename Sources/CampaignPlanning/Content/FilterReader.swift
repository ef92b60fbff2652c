import CampaignModel

/// Reads the `filter` of a campaign.
enum FilterReader {
    static func read(_ campaign: MappingReader) -> ItemFilter? {
        let keys = [
            "include", "exclude", "categories", "authors", "brands", "availability", "price", "max_age",
        ]
        guard let reader = campaign.group("filter", keys: keys) else { return nil }
        var filter = ItemFilter(
            include: phrases(reader, "include"), exclude: phrases(reader, "exclude"),
            categories: words(reader, "categories"), authors: words(reader, "authors"), price: price(reader),
            maxAge: reader.duration("max_age")
        )
        filter.brands = words(reader, "brands")
        filter.availability = availability(reader)
        return filter
    }

    // Each takes memory while a campaign runs, and nobody reads so many.
    private static let mostPhrases = 2000
    private static let mostBytes = 64 << 10

    private static func availability(_ reader: MappingReader) -> Set<Availability> {
        let known = Availability.allCases.map(\.rawValue)
        let words = reader.strings("availability") ?? []
        for word in words where !known.contains(word) {
            reader.report(
                "availability", "unknown availability \(quoted(word))", hint: Suggestion.hint(for: word, among: known))
        }
        return Set(words.compactMap(Availability.init(rawValue:)))
    }

    private static func phrases(_ reader: MappingReader, _ key: String) -> [String] {
        let texts = reader.strings(key) ?? []
        guard texts.count <= mostPhrases, texts.reduce(0, { $0 + $1.utf8.count }) <= mostBytes else {
            reader.report(
                key, "\(texts.count) words are too many: at most \(mostPhrases), of 64 KiB together",
                hint: "Write a * where words begin or end alike, such as program*, or make several campaigns.")
            return []
        }
        for text in texts {
            guard let flaw = PhraseFinder.flaw(in: text) else { continue }
            reader.report(key, "\(quoted(text)) \(flaw)", hint: "Leave it out, or write a word or phrase.")
        }
        return texts
    }

    private static func words(_ reader: MappingReader, _ key: String) -> [String] {
        let texts = reader.strings(key) ?? []
        if texts.contains(where: { $0.allSatisfy(\.isWhitespace) }) {
            reader.report(key, "an empty word", hint: "Leave it out, or write what should be looked for.")
        }
        return texts
    }

    private static func price(_ filter: MappingReader) -> PriceRange? {
        guard let reader = filter.group("price", keys: ["min", "max", "currency"]) else { return nil }
        let hint = "Write something like 99.90."
        let range = PriceRange(
            min: reader.decimal("min", hint: hint), max: reader.decimal("max", hint: hint),
            currency: reader.string("currency")
        )
        if let min = range.min, let max = range.max, min > max {
            reader.report("min", "min (\(min)) is more than max (\(max))", hint: "No price is within.")
        }
        if let currency = range.currency {
            let isCode = currency.utf8.count == 3 && currency.utf8.allSatisfy { (0x41...0x5A).contains($0) }
            if !isCode {
                reader.report(
                    "currency", "\(quoted(reader.written("currency"))) is not a currency",
                    hint: "Write its three capital letters: EUR."
                )
            }
        }
        return range
    }
}
