import CampaignModel

/// Reads a date of any spelling in one pass: numbers find their place by their length and by what is still missing,
/// words are months, zones and halves of the day, and what stands before the time and is neither is a weekday in some
/// language.
struct DateScanner {
    let bytes: UnsafeBufferPointer<UInt8>
    var position = 0

    var year: Int?
    var month: Int?
    var day: Int?
    var time: (hour: Int, minute: Int, second: Int, millisecond: Int)?
    /// Days to add to the date, for days that are counted and not named.
    var laterDays = 0
    private var isAfternoon: Bool?
    /// Minutes east of UTC in digits; they count for more than a name.
    private var offset: Int?
    private var namedOffset: Int?

    private var wordCount = 0
    /// The month was the very first word: in some languages so is a weekday's short name (`mar` is Tuesday in Italian).
    private var isMonthFirstWord = false
    /// The `T` of ISO 8601 has just been read.
    var isAfterT = false
    /// The order of day and month is a guess that needs an American way of writing beside it.
    var isMonthFirstGuess = false
    private var hasComma = false
    /// The units are written in Hangul: a country with one zone.
    var isKorean = false

    init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    var current: UInt8 { position < bytes.count ? bytes[position] : 0 }
    var isAtEnd: Bool { position >= bytes.count }

    func byte(at index: Int) -> UInt8 { index < bytes.count ? bytes[index] : 0 }

    mutating func timestamp() -> Timestamp? {
        while position < bytes.count {
            let byte = bytes[position]
            if byte.isASCIIDigit {
                guard number() else { return nil }
                isAfterT = false
            } else if byte.isASCIILetter {
                word()
            } else if byte >= 0x80 {
                guard beyondASCII() else { return nil }
            } else if byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-"), time != nil,
                self.byte(at: position + 1).isASCIIDigit
            {
                position += 1
                guard zone(isWest: byte == UInt8(ascii: "-")) else { return nil }
            } else {
                if byte == UInt8(ascii: ",") { hasComma = true }
                position += 1
            }
        }
        return moment
    }

    private var moment: Timestamp? {
        guard let year, let month, let day, !isMonthFirstGuess || hasComma || isAfternoon != nil else { return nil }
        var (hour, minute, second, millisecond) = time ?? (0, 0, 0, 0)
        if let isAfternoon, hour <= 12 { hour = hour % 12 + (isAfternoon ? 12 : 0) }
        // An offset of more than a day is no zone, but the sum that it asks for can be done.
        let offset = offset ?? namedOffset ?? (isKorean ? 540 : 0)
        let start = Timestamp(
            year: year, month: month, day: day, hour: hour, minute: minute, second: second, millisecond: millisecond,
            offsetMinutes: offset % 1440)
        let days = laterDays - offset / 1440
        if days == 0 { return start }
        // The sum must not leave the years that can be written.
        return (2...9998).contains(year) ? start.map { $0 + .days(days) } : nil
    }

    // MARK: Words

    private mutating func beyondASCII() -> Bool {
        let (scalar, length) = FoldedLetters.scalar(in: bytes, at: position)
        if FoldedLetters.isLetter(scalar) {
            word()
            return true
        }
        position += length
        // A typographic minus.
        return scalar == 0x2212 && time != nil && current.isASCIIDigit ? zone(isWest: true) : true
    }

    private mutating func word() {
        let start = position
        skipLetters()
        if position - start == 1, isISOSeparator(bytes[start]) {
            isAfterT = true
            return
        }
        var key = FoldedLetters.key(UnsafeBufferPointer(rebasing: bytes[start..<position]))
        if let rest = halfOfDay(after: key) { key += rest }
        wordCount += 1
        switch DateWords.meaning(key) {
        case .month(let found) where month == nil || isMonthFirstWord:
            month = found
            isMonthFirstWord = wordCount == 1
        case .zone(let minutes) where time != nil && namedOffset == nil: namedOffset = minutes
        // In Latin and Greek letters these words follow the time; before it they may mean anything.
        case .morning where time != nil || bytes[start] >= 0xE0: isAfternoon = false
        case .afternoon where time != nil || bytes[start] >= 0xE0: isAfternoon = true
        default: break
        }
        if isHangul(bytes[start]), isAfternoon != nil { isKorean = true }
    }

    private mutating func skipLetters() {
        while position < bytes.count {
            let (scalar, length) = FoldedLetters.scalar(in: bytes, at: position)
            guard FoldedLetters.isLetter(scalar) || (0x0300...0x036F).contains(scalar) else { return }
            position += length
        }
    }

    private func isISOSeparator(_ byte: UInt8) -> Bool {
        byte | 0x20 == UInt8(ascii: "t") && year != nil && day != nil && time == nil
    }

    /// The `m` of `a.m.` and the `μ` of `μ.μ.`, taken up when it follows.
    private mutating func halfOfDay(after key: String) -> String? {
        guard current == UInt8(ascii: "."), time != nil else { return nil }
        switch key {
        case "a", "p":
            guard byte(at: position + 1) | 0x20 == UInt8(ascii: "m") else { return nil }
            position += 2
            return "m"
        case "π", "μ":
            guard byte(at: position + 1) >= 0x80 else { return nil }
            position += 1
            skipLetters()
            return "μ"
        default: return nil
        }
    }

    /// The lead bytes of U+AC00 to U+D7A3.
    private func isHangul(_ lead: UInt8) -> Bool { lead >= 0xEA && lead <= 0xED }

    // MARK: Zones in digits

    /// What follows the sign of `+0300`, `+03:00`, `+3`, `-3:30`, `+00:0`.
    private mutating func zone(isWest: Bool) -> Bool {
        guard let (value, digits) = digits(), digits <= 4 else { return false }
        var hours = value
        var minutes = 0
        if digits > 2 { (hours, minutes) = (value / 100, value % 100) }
        if current == UInt8(ascii: ":"), byte(at: position + 1).isASCIIDigit {
            position += 1
            guard let (value, digits) = self.digits(), digits <= 2 else { return false }
            minutes = value
        }
        guard minutes < 60 else { return false }
        if offset == nil { offset = (isWest ? -1 : 1) * (hours * 60 + minutes) }
        return true
    }

    /// A run of digits and how many they are; nil for none or more than 14.
    mutating func digits() -> (value: Int, digits: Int)? {
        let start = position
        var value = 0
        while current.isASCIIDigit {
            guard position - start < 14 else { return nil }
            value = value * 10 + Int(current - 0x30)
            position += 1
        }
        return position == start ? nil : (value, position - start)
    }
}
