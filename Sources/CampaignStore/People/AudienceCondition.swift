import CampaignModel

/// Who of the `subscribers s` belongs to an audience and may be told of a campaign, as a condition of a statement.
struct AudienceCondition {
    private(set) var text = ""
    private(set) var values: [SQLValue] = []
    private let first: Int

    /// - Parameters:
    ///   - audience: Whom it selects; all that it asks for must hold.
    ///   - first: The number of the first parameter that it may use.
    ///   - now: From when activity is counted back.
    ///   - dialect: Of the database.
    init(_ audience: Audience, from first: Int, now: Timestamp, _ dialect: Dialect) {
        self.first = first
        if !audience.tags.isEmpty { add("EXISTS (\(tagged(audience.tags)))") }
        if !audience.withoutTags.isEmpty { add("NOT EXISTS (\(tagged(audience.withoutTags)))") }
        if !audience.languages.isEmpty { add("(\(audience.languages.map { spoken($0) }.joined(separator: " OR ")))") }
        if !audience.origins.isEmpty { add("s.origin IN (\(list(audience.origins)))") }
        if let length = audience.activeWithin {
            let start = parameter(.time(now - length))
            add("(s.last_active_at >= \(start) OR s.last_clicked_at >= \(start))")
        }
        for (name, wanted) in audience.fields.sorted(by: { $0.key < $1.key }) where !wanted.isEmpty {
            add("\(dialect.member(of: "s.fields", parameter(.text(name)))) IN (\(list(wanted)))")
        }
    }

    private mutating func add(_ condition: String) { text += " AND \(condition)" }

    private mutating func parameter(_ value: SQLValue) -> String {
        values.append(value)
        return "$\(first + values.count - 1)"
    }

    private mutating func list(_ texts: [String]) -> String {
        texts.map { parameter(.text($0)) }.joined(separator: ", ")
    }

    private mutating func tagged(_ tags: [String]) -> String {
        "SELECT 1 FROM subscriber_tags t WHERE t.subscriber_id = s.id AND t.tag IN (\(list(tags)))"
    }

    /// A language in all its countries.
    private mutating func spoken(_ language: String) -> String {
        let exact = parameter(.text(language))
        let wider = parameter(.text("\(language)-%"))
        return "LOWER(s.language) = \(exact) OR LOWER(s.language) LIKE \(wider)"
    }
}
