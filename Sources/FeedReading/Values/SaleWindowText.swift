import CampaignModel

/// When a sale price is in force, as documents say it.
enum SaleWindowText {
    /// `from/until`, or the two with a blank between them, each as ``DateText`` knows them; a half may be missing beside
    /// the stroke. Nil when a half is no date, both are missing, or the end is before the start.
    static func window(_ bytes: UnsafeBufferPointer<UInt8>) -> SaleWindow? {
        let text = bytes.trimmed
        // The dates themselves may have strokes (2026/11/01): the middle one parts them.
        guard let middle = middle(of: text, where: { $0 == UInt8(ascii: "/") }) ?? middle(of: text, where: \.isXMLSpace)
        else { return nil }
        return window(
            from: UnsafeBufferPointer(rebasing: text[..<middle]),
            until: UnsafeBufferPointer(rebasing: text[(middle + 1)...]))
    }

    /// A span from its two halves. A missing or empty half leaves the span open: from year 1, until year 9999. An end
    /// without a time of day includes its day.
    static func window(from: UnsafeBufferPointer<UInt8>?, until: UnsafeBufferPointer<UInt8>?) -> SaleWindow? {
        let from = from?.trimmed
        let until = until?.trimmed
        let isOpenAtStart = from?.isEmpty ?? true
        let isOpenAtEnd = until?.isEmpty ?? true
        guard !(isOpenAtStart && isOpenAtEnd) else { return nil }
        var start = Timestamp(year: 1, month: 1, day: 1)
        var end = Timestamp(year: 9999, month: 12, day: 31, hour: 23, minute: 59, second: 59)
        if let from, !isOpenAtStart { start = DateText.timestamp(from) }
        if let until, !isOpenAtEnd {
            end = DateText.timestamp(until)
            // 2026-11-30 and the like: nothing in it parts hours from minutes.
            if until.count <= 10, !until.contains(UInt8(ascii: ":")) { end = end.map { $0 + .seconds(86_399) } }
        }
        guard let start, let end, start <= end else { return nil }
        return SaleWindow(from: start, until: end)
    }

    /// The middle one of the bytes that match, counting neighbours as one; nil for none or an even count.
    private static func middle(of text: UnsafeBufferPointer<UInt8>, where matches: (UInt8) -> Bool) -> Int? {
        var count = 0
        for index in text.indices where matches(text[index]) && (index == 0 || !matches(text[index - 1])) { count += 1 }
        guard count % 2 == 1 else { return nil }
        var seen = 0
        for index in text.indices where matches(text[index]) && (index == 0 || !matches(text[index - 1])) {
            if seen == count / 2 { return index }
            seen += 1
        }
        return nil
    }
}
