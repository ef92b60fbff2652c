import CampaignModel

/// Where a text may be cut: at the coarsest boundary near the limit, never inside what a reader sees as one character.
enum TextCut {
    /// From coarse to fine.
    enum Boundary: Int, CaseIterable { case paragraph, line, sentence, word }

    /// The place of a cut, in UTF-16 units from the start: at most `limit` and at least `minimum`, for a text that is
    /// longer than the limit.
    ///
    /// A boundary counts only beyond half of the limit, so that parts are not silly small; failing that, the last white
    /// space; failing that, the last whole character; and inside a character only if that alone is over the limit.
    static func position(
        in text: String, limit: Int, minimum: Int = 1, coarsest: Boundary = .paragraph
    ) -> Int {
        var last = [Int](repeating: 0, count: Boundary.allCases.count)
        var lastCharacter = 0
        var offset = 0
        var before: Character = " "
        for character in text {
            if offset > limit { break }
            lastCharacter = offset
            if character == "\n" {
                last[Boundary.line.rawValue] = offset
                if before == "\n" { last[Boundary.paragraph.rawValue] = offset - 1 }
            }
            if isBreakingSpace(character) {
                last[Boundary.word.rawValue] = offset
                if endsSentence(before) { last[Boundary.sentence.rawValue] = offset }
            } else if endsWideSentence(before), !isClosing(character) {
                last[Boundary.sentence.rawValue] = offset
            }
            before = character
            offset += character.utf16.count
        }
        let preferred = max(minimum, limit / 2)
        for boundary in Boundary.allCases where boundary.rawValue >= coarsest.rawValue {
            if last[boundary.rawValue] >= preferred { return last[boundary.rawValue] }
        }
        let space = last[Boundary.word.rawValue]
        if space >= max(1, minimum), coarsest == .paragraph { return space }
        if lastCharacter >= max(1, minimum) { return lastCharacter }
        return lastScalar(in: text, limit: limit)
    }

    /// The text, or as many of its words as fit with `…` behind them; an address that does not fit whole is left out, unless
    /// nothing stands before it.
    static func shorten(_ text: String, to limit: Int) -> String {
        guard text.utf16.count > limit else { return text }
        let place = text.utf16.index(
            text.startIndex, offsetBy: position(in: text, limit: limit - 1, coarsest: .word))
        var head = text[..<place]
        if isInsideWord(place, of: text), let space = head.lastIndex(where: \.isSpace),
            head[space...].contains("://")
        {
            head = head[..<space]
        }
        while let last = head.last, last.isSpace { head.removeLast() }
        return head + "…"
    }

    /// Where the word ends that the place is in, such as a link; the place itself if it is in none.
    ///
    /// - Returns: nil when the word ends the text.
    static func endOfWord(in text: String, at place: Int) -> Int? {
        let start = text.utf16.index(text.startIndex, offsetBy: place)
        guard isInsideWord(start, of: text) else { return place }
        return text[start...].firstIndex(where: \.isSpace)?.utf16Offset(in: text)
    }

    /// Only of ASCII: other scripts may write no spaces, and what is too long in this one is an address.
    private static func isInsideWord(_ place: String.Index, of text: String) -> Bool {
        guard let before = text[..<place].last, let after = text[place...].first else { return false }
        return before.isASCII && !before.isSpace && after.isASCII && !after.isSpace
    }

    private static func lastScalar(in text: String, limit: Int) -> Int {
        var offset = 0
        for scalar in text.unicodeScalars {
            let length = scalar.utf16.count
            if offset > 0, offset + length > limit { break }
            offset += length
        }
        return offset
    }

    private static func isBreakingSpace(_ character: Character) -> Bool {
        character.isSpace && character != "\u{A0}" && character != "\u{202F}"
    }

    private static func endsSentence(_ character: Character) -> Bool {
        switch character {
        case ".", "!", "?", "…", "؟", "۔", "।": true
        default: endsWideSentence(character)
        }
    }

    /// Scripts that write no space after a sentence.
    private static func endsWideSentence(_ character: Character) -> Bool {
        switch character {
        case "。", "！", "？", "．", "｡": true
        default: false
        }
    }

    private static func isClosing(_ character: Character) -> Bool {
        switch character {
        case "」", "』", "）", "”", "’", "】", "》", "。", "！", "？": true
        default: false
        }
    }
}

extension StyledText {
    /// The text, or its beginning with `…`, within the limits.
    func shortened(to limit: Int, entities: Int = .max) -> StyledText {
        guard length > limit || entityCount > entities else { return self }
        var (head, _) = cut(limit: limit - 1, entities: entities, coarsest: .word)
        head.append("…", marks: head.runs.last?.marks ?? [])
        return head
    }

    /// The text in parts that each keep the limits, and whether that is all of it.
    func split(limit: Int, entities: Int = .max, parts most: Int = PlatformLimits.partsOfOneText) -> (
        parts: [StyledText], isWhole: Bool
    ) {
        var parts: [StyledText] = []
        var rest = trimmed
        while !rest.isEmpty {
            if rest.length <= limit, rest.entityCount <= entities {
                parts.append(rest)
                return (parts, true)
            }
            if parts.count == most - 1 {
                parts.append(rest.shortened(to: limit, entities: entities))
                return (parts, false)
            }
            let (head, tail) = rest.cut(limit: limit, entities: entities)
            if !head.isEmpty { parts.append(head) }
            rest = tail
        }
        return (parts, true)
    }

    /// Cuts a text that is over a limit at the best place within it; white space at the cut goes.
    func cut(limit: Int, minimum: Int = 1, entities: Int = .max, coarsest: TextCut.Boundary = .paragraph) -> (
        head: StyledText, tail: StyledText
    ) {
        let text = plain
        var limit = limit
        while true {
            // A text that is over the limit of marks only is cut as well.
            let within = min(limit, text.utf16.count - 1)
            let place = TextCut.position(in: text, limit: within, minimum: minimum, coarsest: coarsest)
            let (head, tail) = divided(at: place)
            // One character has fewer marks than any limit, so this ends.
            if limit <= 1 || head.entityCount <= entities { return (head.trimmed, tail.trimmed) }
            limit = max(1, min(limit, place) * 3 / 4)
        }
    }
}
