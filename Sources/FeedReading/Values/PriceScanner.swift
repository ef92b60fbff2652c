import CampaignModel

/// Reads one price in any notation: the one number in it, then the words on both sides.
struct PriceScanner {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0

    // The number's digits, whatever stands between them.
    private var digits: Int64 = 0
    private var digitCount = 0
    private var points = 0
    private var commas = 0
    private var lastMark: UInt8 = 0
    private var firstGroup = 0
    private var group = 0
    /// A group between two marks has neither three digits nor, as in India, two.
    private var hasOddGroup = false
    private var hasGap = false

    init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    mutating func money() -> Money? {
        guard let start = numberStart() else { return nil }
        position = start
        guard number(), isPriceOfThing(after: position) else { return nil }
        let (currency, isCode) = currency(before: start, after: position)
        // A symbol or a word is how people write, and most of those who write the point so mean thousands.
        let isWhole = currency.map { !isCode || CurrencyText.isWhole($0) } ?? false
        guard let amount = amount(pointPartsThousands: isWhole), !amount.isZero else { return nil }
        return Money(amount: PriceText.shortened(amount), currency: currency)
    }

    private func isDigit(at index: Int) -> Bool { index < bytes.count && bytes[index].isASCIIDigit }

    private func isMark(at index: Int) -> Bool {
        index < bytes.count && (bytes[index] == UInt8(ascii: ".") || bytes[index] == UInt8(ascii: ","))
    }

    /// Where the first number starts, with the point of `.99`; nil when there is none or a minus stands before it.
    private func numberStart() -> Int? {
        var index = 0
        while index < bytes.count {
            if bytes[index].isASCIIDigit || isMark(at: index) && isDigit(at: index + 1) { return index }
            let (scalar, length) = FoldedLetters.scalar(in: bytes, at: index)
            if isDash(scalar) { return nil }
            index += length
        }
        return nil
    }

    private func isDash(_ scalar: UInt32) -> Bool { scalar == 0x2D || scalar == 0x2212 || scalar == 0x2013 }

    // MARK: The number

    private mutating func number() -> Bool {
        while position < bytes.count {
            if bytes[position].isASCIIDigit {
                guard digit() else { return false }
                position += 1
            } else if isMark(at: position), isDigit(at: position + 1) {
                closeGroup()
                lastMark = bytes[position]
                if lastMark == UInt8(ascii: ".") { points += 1 } else { commas += 1 }
                position += 1
            } else if let length = gap() {
                closeGroup()
                hasGap = true
                position += length
            } else {
                break
            }
        }
        return true
    }

    private mutating func digit() -> Bool {
        group += 1
        guard digitCount < 18 else {
            // Binary fractions written out: what is beyond is of no account after a point.
            group -= 1
            return points == 1 && commas == 0
        }
        digits = digits &* 10 &+ Int64(bytes[position] &- 0x30)
        digitCount += 1
        return true
    }

    private mutating func closeGroup() {
        if points + commas == 0, !hasGap {
            firstGroup = group
        } else if group != 3, group != 2 {
            hasOddGroup = true
        }
        group = 0
    }

    /// The length of a blank or an apostrophe that parts thousands: exactly three digits follow.
    private func gap() -> Int? {
        let (scalar, length) = FoldedLetters.scalar(in: bytes, at: position)
        guard FoldedLetters.isBlank(scalar) || scalar == 0x27 || scalar == 0x2019 || scalar == 0x02BC,
            points + commas == 0
        else { return nil }
        let next = position + length
        guard isDigit(at: next), isDigit(at: next + 1), isDigit(at: next + 2), !isDigit(at: next + 3) else {
            return nil
        }
        return length
    }

    private func amount(pointPartsThousands: Bool) -> DecimalAmount? {
        guard !hasOddGroup else { return nil }
        var decimals = 0
        let mayBeThousands = group == 3 && !hasGap && (1...3).contains(firstGroup) && digits >= 1000
        switch (points, commas) {
        case (0, 0): break
        case (1, 0): decimals = mayBeThousands && pointPartsThousands ? 0 : group
        case (0, 1): decimals = mayBeThousands ? 0 : group
        case (_, 0), (0, _): guard group == 3 else { return nil }
        default:
            guard (lastMark == UInt8(ascii: ".") ? points : commas) == 1 else { return nil }
            decimals = group
        }
        var (digits, scale) = (digits, decimals)
        while scale > 6 {
            digits /= 10
            scale -= 1
        }
        return digits < 1_000_000_000_000_000 ? DecimalAmount(digits: digits, scale: scale) : nil
    }

    // MARK: What stands around it

    /// Whether what follows the number leaves it the price of a thing: no further number but a percentage, no unit.
    private func isPriceOfThing(after end: Int) -> Bool {
        var index = end
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "/") { return isPiece(after: index + 1) }
            if bytes[index].isASCIIDigit {
                while isDigit(at: index) || isMark(at: index) { index += 1 }
                if index < bytes.count, bytes[index] == 0x20 { index += 1 }
                guard index < bytes.count, bytes[index] == UInt8(ascii: "%") else { return false }
            }
            index += 1
        }
        return true
    }

    private func isPiece(after start: Int) -> Bool {
        switch FoldedLetters.key(UnsafeBufferPointer(rebasing: bytes[start...])) {
        case "szt", "ks", "шт", "stk", "stuck", "pc", "pcs", "piece", "ea", "each", "pz", "db", "buc", "ud", "st": true
        default: false
        }
    }

    /// A code counts for more than a symbol: `$12.90 CAD`.
    private func currency(before start: Int, after end: Int) -> (String?, isCode: Bool) {
        let before = word(before: start)
        let after = word(after: end)
        if let code = code(after) ?? code(before) { return (code, isCode: true) }
        return (symbol(before) ?? symbol(after), isCode: false)
    }

    /// In small letters a code counts only at the edge of the text: words of three letters are many.
    private func code(_ word: Range<Int>) -> String? {
        guard let code = CurrencyText.isoCode(UnsafeBufferPointer(rebasing: bytes[word])) else { return nil }
        let isEdge = word.lowerBound == 0 || word.upperBound == bytes.count
        return isEdge || bytes[word].allSatisfy { $0 < 0x60 } ? code : nil
    }

    private func symbol(_ word: Range<Int>) -> String? {
        CurrencyText.symbol(UnsafeBufferPointer(rebasing: bytes[word]))
    }

    /// The word next to the number, without the punctuation around it; empty for none.
    private func word(before end: Int) -> Range<Int> {
        var word = 0..<0
        var isInWord = false
        var index = 0
        while index < end {
            let (scalar, length) = FoldedLetters.scalar(in: bytes, at: index)
            let isLetter = !isBreak(scalar)
            if isLetter { word = (isInWord ? word.lowerBound : index)..<(index + length) }
            isInWord = isLetter
            index += length
        }
        return word
    }

    private func word(after start: Int) -> Range<Int> {
        var index = start
        var first: Int?
        while index < bytes.count {
            let (scalar, length) = FoldedLetters.scalar(in: bytes, at: index)
            if isBreak(scalar) {
                if first != nil { break }
            } else if first == nil {
                first = index
            }
            index += length
        }
        return (first ?? index)..<index
    }

    private func isBreak(_ scalar: UInt32) -> Bool {
        if FoldedLetters.isBlank(scalar) || isDash(scalar) || scalar == 0x2014 { return true }
        switch scalar {
        case 0x21...0x23, 0x25...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E: return true
        default: return false
        }
    }
}
