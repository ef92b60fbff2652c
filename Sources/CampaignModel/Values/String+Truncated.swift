extension String {
    /// The text with at most `length` characters, cut after a word, with an ellipsis.
    package func truncated(to length: Int) -> String {
        guard count > length else { return self }
        let room = prefix(max(0, length - 1))
        let words = room.lastIndex(where: \.isWhitespace).map { room[..<$0] } ?? room
        // A long last word is cut within, where leaving it out would remove most of the text.
        let kept = words.count * 2 >= room.count ? words : room
        return kept.withoutSpaceBehind + "…"
    }
}

extension Substring {
    fileprivate var withoutSpaceBehind: String {
        guard let last = lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(self[...last])
    }
}
