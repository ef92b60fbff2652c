/// A place in a message that is filled in for each person.
package struct PersonalField: Sendable, Hashable, Codable {
    /// `subscriber.first_name`, `subscriber.fields.city`.
    package var name: String
    /// What stands there for those who have no such value.
    package var fallback: String?
    /// At most so many characters.
    package var length: Int?

    package init(name: String, fallback: String? = nil, length: Int? = nil) {
        self.name = name
        self.fallback = fallback
        self.length = length
    }
}

/// How a ``PersonalField`` stands in a text: its number between two characters of private use.
package enum PersonalMark {
    private static let start: Unicode.Scalar = "\u{10FFFC}"
    private static let end: Unicode.Scalar = "\u{10FFFD}"

    /// The mark of the field at that place of ``Message/personal``.
    package static func text(_ place: Int) -> String { "\(start)\(place)\(end)" }

    static func isIn(_ text: String) -> Bool { text.unicodeScalars.contains(start) }

    /// What comes from elsewhere must not look like a mark.
    package static func removed(from text: String) -> String {
        guard text.unicodeScalars.contains(where: { $0 == start || $0 == end }) else { return text }
        var kept = String.UnicodeScalarView()
        kept.append(contentsOf: text.unicodeScalars.filter { $0 != start && $0 != end })
        return String(kept)
    }

    /// Likewise, of a text whose references were resolved.
    package static func removed(from rich: RichText) -> RichText {
        MessageWalk(text: removed(from:), link: removed(from:)).rich(rich)
    }

    /// Puts values in the place of marks.
    static func fill(_ text: String, _ value: (Int) -> String) -> String {
        guard text.unicodeScalars.contains(start) else { return text }
        var output = String.UnicodeScalarView()
        var number: String.UnicodeScalarView?
        for scalar in text.unicodeScalars {
            if scalar == start {
                number = .init()
            } else if scalar == end, let digits = number {
                if let place = Int(String(digits)) { output.append(contentsOf: value(place).unicodeScalars) }
                number = nil
            } else if number != nil {
                number?.append(scalar)
            } else {
                output.append(scalar)
            }
        }
        return String(output)
    }
}

extension Message {
    /// The message as one person gets it.
    ///
    /// - Parameter value: Their value of a field, if they have one.
    /// - Returns: It, with nothing left to be filled in.
    package func addressed(by value: (String) -> String?) -> Message {
        guard !personal.isEmpty else { return self }
        let values = personal.map { field in
            guard let text = value(field.name).map({ PersonalMark.removed(from: $0) }), !text.isEmpty else {
                return field.fallback ?? ""
            }
            return field.length.map { text.onOneLine.truncated(to: $0) } ?? text
        }
        func filled(_ text: String, _ form: (String) -> String) -> String {
            PersonalMark.fill(text) { values.indices.contains($0) ? form(values[$0]) : "" }
        }
        // In an address, a value is no part of its structure.
        let address: (String) -> String = { filled($0) { $0.percentEncoded } }
        var message = self
        message.personal = []
        message.modules = MessageWalk(text: { filled($0) { $0 } }, link: address, medium: address).modules(modules)
        return message
    }
}

extension String {
    /// All but letters, digits and `-._~` as `%XX`.
    var percentEncoded: String {
        var output = ""
        for byte in utf8 {
            let scalar = Unicode.Scalar(byte)
            let isPlain =
                byte < 0x80
                && (("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar)
                    || ("0"..."9").contains(scalar) || "-._~".unicodeScalars.contains(scalar))
            output += isPlain ? String(scalar) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        }
        return output
    }
}
