import CampaignModel

/// Dates as feeds write them: RFC 822 and its mutations, ISO 8601, and what people type.
///
/// A date without a zone is UTC; a wrong weekday is ignored; what cannot be a date, or may be one of two, gives nil:
/// never the present moment, never 1970.
enum DateText {
    /// The longest text, in bytes and without the blanks around it, that can be a date.
    static let limit = 128

    static func timestamp(_ text: String) -> Timestamp? {
        var text = text
        return text.withUTF8 { timestamp($0) }
    }

    /// Nearly all dates have one of the two shapes of ``FixedDate``; only the others are taken apart word by word.
    static func timestamp(_ bytes: UnsafeBufferPointer<UInt8>) -> Timestamp? {
        let text = bytes.trimmed
        guard text.count >= 4, text.count <= limit else { return nil }
        let fixed = text[3].isASCIIDigit ? FixedDate.iso(text) : FixedDate.rfc822(text)
        if let fixed { return fixed }
        var scanner = DateScanner(text)
        return scanner.timestamp()
    }

    /// RFC 2822's rule for years of two digits.
    static func year(_ number: Int, digits: Int) -> Int {
        guard digits <= 2 else { return number }
        return number < 50 ? 2000 + number : 1900 + number
    }
}
