import CampaignModel

/// What a mapping of JSON or CSV asks of a number: `stock > 0`. For XML that is XPath's business.
struct MappedComparison: Sendable, Hashable {
    enum Sign: String, Sendable {
        case more = ">"
        case atLeast = ">="
        case less = "<"
        case atMost = "<="
        case same = "="
        case other = "!="
    }

    let sign: Sign
    let number: Double

    /// Takes an expression apart: the path or column, and what is asked of its value; nil where the value itself is wanted.
    static func split(_ expression: String) -> (path: String, comparison: MappedComparison?) {
        func isSign(_ character: Character) -> Bool { "<>=!".contains(character) }
        guard let start = expression.firstIndex(where: isSign) else { return (expression, nil) }
        let written = expression[start...].prefix(while: isSign)
        guard let sign = Sign(rawValue: String(written)), let path = String(expression[..<start]).trimmedOrNil,
            let number = value(String(expression[written.endIndex...]))
        else { return (expression, nil) }
        return (path, MappedComparison(sign: sign, number: number))
    }

    /// Nil for what is no number.
    func holds(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool? {
        Self.value(String(decoding: bytes.prefix(64), as: UTF8.self)).map { holds($0) }
    }

    func holds(_ value: Double) -> Bool {
        switch sign {
        case .more: value > number
        case .atLeast: value >= number
        case .less: value < number
        case .atMost: value <= number
        case .same: value == number
        case .other: value != number
        }
    }

    private static func value(_ text: String) -> Double? {
        guard let value = text.trimmedOrNil.flatMap({ Double($0) }), value.isFinite else { return nil }
        return value
    }
}

extension DocumentMapping {
    /// The columns that it names, should the document be CSV, by ``CSVName/key(_:)-(String)``.
    var columnKeys: Set<String> { Set(fields.values.map { CSVName.key(MappedComparison.split($0).path) }) }
}
