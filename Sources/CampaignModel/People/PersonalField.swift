/// A place in a message that is filled in for each person.
package struct PersonalField: Sendable, Hashable, Codable {
    /// `subscriber.first_name`, `subscriber.fields.city`.
    package var name: String
    /// Text for people without that value.
    package var fallback: String?
    /// Most characters; nil for no limit.
    package var length: Int?

    package init(name: String, fallback: String? = nil, length: Int? = nil) {
        self.name = name
        self.fallback = fallback
        self.length = length
    }
}

/// The mark of a ``PersonalField`` in a text: its index between two characters of private use.
package enum PersonalMark {
    private static let start: Unicode.Scalar = "\u{10FFFC}"
    private static let end: Unicode.Scalar = "\u{10FFFD}"

    /// The mark of the field at that index of ``Message/personal``.
    package static func text(_ place: Int) -> String { "\(start)\(place)\(end)" }

    static func isIn(_ text: String) -> Bool { text.unicodeScalars.contains(start) }

    /// Removes characters of marks from foreign text, which could imitate a mark otherwise.
    package static func removed(from text: String) -> String {
        guard text.unicodeScalars.contains(where: { $0 == start || $0 == end }) else { return text }
        var kept = String.UnicodeScalarView()
        kept.append(contentsOf: text.unicodeScalars.filter { $0 != start && $0 != end })
        return String(kept)
    }

    /// Removes characters of marks from rich text, whose character references are resolved.
    package static func removed(from rich: RichText) -> RichText {
        MessageWalk(text: removed(from:), link: removed(from:)).rich(rich)
    }

    /// Replaces marks by values.
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
    /// The message for one person.
    ///
    /// - Parameter value: Returns the person's value of a field; nil for none.
    /// - Returns: The message without personal fields.
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
        // A value in an address is escaped, so that it cannot change the address's structure.
        let address: (String) -> String = { filled($0) { $0.percentEncoded } }
        var message = self
        message.personal = []
        message.modules = MessageWalk(text: { filled($0) { $0 } }, link: address, medium: address).modules(modules)
        return message
    }
}

extension String {
    /// The text with all but letters, digits and `-._~` as `%XX`.
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
