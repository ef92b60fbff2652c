import CampaignModel

/// Reads the `filter` of a campaign.
enum FilterReader {
    static func read(_ campaign: MappingReader) -> ItemFilter? {
        let keys = ["include", "exclude", "categories", "authors", "price", "max_age"]
        guard let reader = campaign.group("filter", keys: keys) else { return nil }
        return ItemFilter(
            include: phrases(reader, "include"), exclude: phrases(reader, "exclude"),
            categories: words(reader, "categories"), authors: words(reader, "authors"), price: price(reader),
            maxAge: reader.duration("max_age")
        )
    }

    private static func phrases(_ reader: MappingReader, _ key: String) -> [String] {
        let texts = reader.strings(key) ?? []
        for text in texts where WordSequence(text).isEmpty {
            reader.report(
                key, "\(quoted(text)) has no letter or digit to look for",
                hint: "Leave it out, or write a word or phrase."
            )
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
