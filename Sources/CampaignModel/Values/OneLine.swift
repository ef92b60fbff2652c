extension Character {
    /// White space and nothing else: a space that carries an accent is something to see.
    package var isSpace: Bool { unicodeScalars.allSatisfy(\.properties.isWhitespace) }
}

extension StringProtocol {
    /// On one line: white space at the ends is gone, and elsewhere it is one space.
    package var onOneLine: String { split(whereSeparator: \.isSpace).joined(separator: " ") }
}
