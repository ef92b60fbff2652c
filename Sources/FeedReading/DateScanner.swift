import CampaignModel

/// Reads one date from its bytes, white space already collapsed.
struct DateScanner {
    private let bytes: [UInt8]
    private var position = 0

    private var year: Int?
    private var month: Int?
    private var day: Int?
    private var time: (hour: Int, minute: Int, second: Int, millisecond: Int)?
    private var isAfternoon: Bool?
    private var offset: Int?

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    private var current: UInt8 { position < bytes.count ? bytes[position] : 0 }
    private var isAtEnd: Bool { position >= bytes.count }

    // MARK: 2026-11-22T09:00:00Z and its like

    mutating func yearFirst() -> Timestamp? {
        guard let (number, digits) = number() else { return nil }
        if digits == 8 {
            (year, month, day) = (number / 10_000, number / 100 % 100, number % 100)
        } else if digits == 4 {
            year = number
            (month, day) = (1, 1)
            if isDateSeparator, separated() {
                guard let (value, digits) = self.number(), digits <= 2 else { return nil }
                month = value
                if isDateSeparator, separated() {
                    guard let (value, digits) = self.number(), digits <= 2 else { return nil }
                    day = value
                }
            }
        } else {
            return nil
        }
        skip("T")
        skip(" ")
        guard rest() else { return nil }
        return moment
    }

    private var isDateSeparator: Bool { current == 0x2D || current == 0x2F || current == 0x2E }

    private mutating func separated() -> Bool {
        position += 1
        return current.isASCIIDigit
    }

    // MARK: Mon, 22 Nov 2026 09:00:00 +0300 and its like

    mutating func words() -> Timestamp? {
        while !isAtEnd {
            if current.isASCIIDigit {
                guard digits() else { return nil }
            } else if current.isASCIILetter || current >= 0x80 {
                guard word() else { return nil }
            } else if time != nil, current == 0x2B || current == 0x2D {
                guard zone() else { return nil }
            } else {
                position += 1
            }
        }
        return moment
    }

    /// A day, a year or a time.
    private mutating func digits() -> Bool {
        let start = position
        guard let (value, count) = number() else { return false }
        if current == UInt8(ascii: ":"), time == nil {
            position = start
            return clock()
        }
        if count >= 3 {
            guard year == nil, count == 4 else { return false }
            year = value
        } else if day == nil {
            day = value
        } else if year == nil {
            year = DateText.year(value, digits: count)
        } else {
            return false
        }
        // 22th, 1st
        return true
    }

    private mutating func word() -> Bool {
        let word = letters()
        if word == "am" || word == "pm", time != nil {
            isAfternoon = word == "pm"
        } else if month == nil, let found = DateText.month(word) {
            month = found
        } else if time != nil {
            return named(word)
        }
        // Else: a weekday, in whatever language.
        return true
    }

    // MARK: Pieces

    /// A time, then am or pm, then a zone, to the end.
    private mutating func rest() -> Bool {
        if isAtEnd { return true }
        guard clock() else { return false }
        while !isAtEnd {
            if current == 0x20 {
                position += 1
            } else if current == 0x2B || current == 0x2D {
                guard zone() else { return false }
            } else if current.isASCIILetter {
                let word = letters()
                if word == "am" || word == "pm" { isAfternoon = word == "pm" } else if !named(word) { return false }
            } else {
                return false
            }
        }
        return true
    }

    private mutating func clock() -> Bool {
        guard let (hour, hourDigits) = number() else { return false }
        if hourDigits == 6 || hourDigits == 4, current != UInt8(ascii: ":") {
            let full = hourDigits == 6 ? hour : hour * 100
            time = (full / 10_000, full / 100 % 100, full % 100, 0)
            return true
        }
        guard hourDigits <= 2, current == UInt8(ascii: ":") else { return false }
        position += 1
        guard let (minute, digits) = number(), digits <= 2 else { return false }
        var second = 0
        var millisecond = 0
        if current == UInt8(ascii: ":") {
            position += 1
            guard let (value, digits) = number(), digits <= 2 else { return false }
            second = value
            if current == UInt8(ascii: ".") || current == UInt8(ascii: ",") { millisecond = fraction() }
        }
        time = (hour, minute, second, millisecond)
        return true
    }

    private mutating func fraction() -> Int {
        position += 1
        var value = 0
        var weight = 100
        while current.isASCIIDigit {
            value += Int(current - 0x30) * weight
            weight /= 10
            position += 1
        }
        return value
    }

    /// A zone's name, perhaps with an offset after it: `GMT+2`.
    private mutating func named(_ word: String) -> Bool {
        if offset == nil { offset = DateText.zones[word] ?? 0 }
        if current == 0x2B || current == 0x2D { return zone() }
        return true
    }

    /// `+0300`, `+03:00`, `+3`, `-3:30`.
    private mutating func zone() -> Bool {
        let sign = current == 0x2D ? -1 : 1
        position += 1
        guard let (value, digits) = number() else { return false }
        var hours = value
        var minutes = 0
        if digits > 4 { return false }
        if digits > 2 { (hours, minutes) = (value / 100, value % 100) }
        if current == UInt8(ascii: ":") {
            position += 1
            guard let (value, digits) = number(), digits <= 2 else { return false }
            minutes = value
        }
        guard hours <= 24, minutes < 60 else { return false }
        offset = sign * (hours * 60 + minutes)
        return true
    }

    private var moment: Timestamp? {
        guard let year, let month, let day else { return nil }
        var (hour, minute, second, millisecond) = time ?? (0, 0, 0, 0)
        if let isAfternoon, hour <= 12 { hour = hour % 12 + (isAfternoon ? 12 : 0) }
        return Timestamp(
            year: year, month: month, day: day, hour: hour, minute: minute, second: second, millisecond: millisecond,
            offsetMinutes: offset ?? 0)
    }

    private mutating func number() -> (value: Int, digits: Int)? {
        let start = position
        var value = 0
        while current.isASCIIDigit {
            guard position - start < 9 else { return nil }
            value = value * 10 + Int(current - 0x30)
            position += 1
        }
        return position == start ? nil : (value, position - start)
    }

    private mutating func letters() -> String {
        let start = position
        while current.isASCIILetter || current >= 0x80 { position += 1 }
        return String(decoding: bytes[start..<position], as: UTF8.self).lowercased()
    }

    private mutating func skip(_ character: Unicode.Scalar) {
        if current | 0x20 == UInt8(ascii: character) | 0x20 { position += 1 }
    }
}
