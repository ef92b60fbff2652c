extension String {
    /// At most so many characters: cut behind a word, with an ellipsis.
    package func truncated(to length: Int) -> String {
        guard count > length else { return self }
        let room = prefix(max(0, length - 1))
        let words = room.lastIndex(where: \.isWhitespace).map { room[..<$0] } ?? room
        // A word that would take most of it away is cut itself.
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
