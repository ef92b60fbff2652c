extension Character {
    /// Whether the character is white space only; a space with a combining accent is visible.
    package var isSpace: Bool { unicodeScalars.allSatisfy(\.properties.isWhitespace) }
}

extension StringProtocol {
    /// The text on one line, trimmed, with each run of white space as one space.
    package var onOneLine: String { split(whereSeparator: \.isSpace).joined(separator: " ") }
}
