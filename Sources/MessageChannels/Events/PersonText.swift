/// What strangers call themselves, made fit to be kept.
enum PersonText {
    private static let longestName = 128
    private static let longestMessage = 4096

    /// On one line, bounded, without control and direction characters that would change the text around it.
    ///
    /// - Returns: nil when nothing is left that can be seen.
    static func name(_ text: String?) -> String? {
        guard let text else { return nil }
        var kept = String.UnicodeScalarView()
        for scalar in text.unicodeScalars.prefix(4 * longestName) {
            switch scalar {
            // They hold emoji and scripts together.
            case "\u{200C}", "\u{200D}": kept.append(scalar)
            default:
                switch scalar.properties.generalCategory {
                case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned:
                    kept.append(" ")
                default: kept.append(scalar)
                }
            }
        }
        let words = String(kept).split(whereSeparator: \.isWhitespace).joined(separator: " ")
        let isVisible = words.unicodeScalars.contains { $0 != "\u{200C}" && $0 != "\u{200D}" && $0 != " " }
        return isVisible ? String(words.prefix(longestName)) : nil
    }

    /// A message as far as anything is made of it.
    static func message(_ text: String?) -> String? { text.map { String($0.prefix(longestMessage)) } }

    /// What a link carried (Telegram: at most 64 of `[A-Za-z0-9_-]`; Messenger: free text), bounded.
    static func ref(_ text: String?) -> String? { name(text.map { String($0.prefix(256)) }) }

    /// An IETF language tag, or nothing; Messenger writes `tr_TR`.
    static func language(_ text: String?) -> String? {
        guard let text, (2...35).contains(text.utf8.count),
            text.utf8.allSatisfy({ byte in
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                    || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
            })
        else { return nil }
        return String(text.map { $0 == "_" ? "-" : $0 })
    }
}
