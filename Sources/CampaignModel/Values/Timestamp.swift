/// A moment in UTC, in milliseconds since 1970-01-01T00:00:00Z.
///
/// Times are integers everywhere, in memory and in the store: no rounding, no time zone, no locale.
package struct Timestamp: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let milliseconds: Int64

    package init(milliseconds: Int64) { self.milliseconds = milliseconds }

    package init(seconds: Int64) { milliseconds = seconds * 1000 }

    /// Creates a timestamp from a civil date and time.
    ///
    /// - Returns: `nil` for a day or time that does not exist, or a year outside 1…9999, also once the offset is taken
    ///   off. Second 60 counts as 59.
    package init?(
        year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0, millisecond: Int = 0,
        offsetMinutes: Int = 0
    ) {
        guard (1...9999).contains(year), (1...12).contains(month), day >= 1,
            day <= CivilDate.days(inMonth: month, of: year),
            (0...23).contains(hour) || (hour == 24 && minute == 0 && second == 0),
            (0...59).contains(minute), (0...60).contains(second), (0...999).contains(millisecond),
            abs(offsetMinutes) <= 24 * 60
        else { return nil }
        let days = CivilDate(year: year, month: month, day: day).daysSince1970
        let seconds = days * 86_400 + hour * 3600 + minute * 60 + min(second, 59) - offsetMinutes * 60
        // The offset may lead outside the years that can be written and parsed.
        guard Self.writtenSeconds.contains(seconds) else { return nil }
        milliseconds = Int64(seconds) * 1000 + Int64(millisecond)
    }

    /// 0001-01-01T00:00:00Z to 9999-12-31T23:59:59Z.
    private static let writtenSeconds = -62_135_596_800...253_402_300_799

    package static func < (one: Self, other: Self) -> Bool { one.milliseconds < other.milliseconds }

    package static func + (moment: Self, duration: Duration) -> Self {
        Self(milliseconds: moment.milliseconds &+ duration.milliseconds)
    }

    package static func - (moment: Self, duration: Duration) -> Self {
        Self(milliseconds: moment.milliseconds &- duration.milliseconds)
    }

    package static func - (one: Self, other: Self) -> Duration {
        .milliseconds(one.milliseconds &- other.milliseconds)
    }

    /// ISO 8601 in UTC with whole seconds: `2026-11-22T09:00:00Z`.
    package var description: String {
        let seconds = Self.floorDivide(milliseconds, 1000)
        let days = Self.floorDivide(seconds, 86_400)
        let time = seconds - days * 86_400
        let date = CivilDate(daysSince1970: Int(days))
        return "\(Self.pad(Int64(date.year), 4))-\(Self.pad(Int64(date.month), 2))-\(Self.pad(Int64(date.day), 2))T"
            + "\(Self.pad(time / 3600, 2)):\(Self.pad(time / 60 % 60, 2)):\(Self.pad(time % 60, 2))Z"
    }

    private static func pad(_ number: Int64, _ width: Int) -> String {
        let digits = String(abs(number))
        return (number < 0 ? "-" : "") + String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    private static func floorDivide(_ dividend: Int64, _ divisor: Int64) -> Int64 {
        let quotient = dividend / divisor
        return dividend % divisor < 0 ? quotient - 1 : quotient
    }
}

extension Timestamp {
    /// Parses ISO 8601 as people and programs write it: a date, or a date and time with an optional fraction and
    /// offset.
    ///
    /// `2026-11-22`, `2026-11-22T09:00Z`, `2026-11-22 09:00:00.5+03:00`. Without an offset the time is taken as UTC.
    /// The many other spellings of feeds are FeedReading's business.
    package init?(iso8601 text: String) {
        var scanner = DigitScanner(text)
        guard let year = scanner.number(digits: 4), scanner.skip("-"), let month = scanner.number(digits: 2),
            scanner.skip("-"), let day = scanner.number(digits: 2)
        else { return nil }
        if scanner.isAtEnd {
            self.init(year: year, month: month, day: day)
            return
        }
        guard scanner.skip("T") || scanner.skip("t") || scanner.skip(" "), let hour = scanner.number(digits: 2),
            scanner.skip(":"), let minute = scanner.number(digits: 2)
        else { return nil }
        var second = 0
        var millisecond = 0
        if scanner.skip(":") {
            guard let value = scanner.number(digits: 2) else { return nil }
            second = value
            if scanner.skip(".") || scanner.skip(",") {
                guard let value = scanner.fractionInMilliseconds() else { return nil }
                millisecond = value
            }
        }
        guard let offset = scanner.offsetMinutes(), scanner.isAtEnd else { return nil }
        self.init(
            year: year, month: month, day: day, hour: hour, minute: minute, second: second,
            millisecond: millisecond, offsetMinutes: offset
        )
    }
}

private struct DigitScanner {
    private let bytes: [UInt8]
    private var position = 0

    init(_ text: String) { bytes = Array(text.utf8) }

    var isAtEnd: Bool { position == bytes.count }

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    mutating func number(digits: Int) -> Int? {
        guard position + digits <= bytes.count else { return nil }
        var value = 0
        for byte in bytes[position..<(position + digits)] {
            guard (0x30...0x39).contains(byte) else { return nil }
            value = value * 10 + Int(byte - 0x30)
        }
        position += digits
        return value
    }

    mutating func fractionInMilliseconds() -> Int? {
        var value = 0
        var digits = 0
        while position < bytes.count, (0x30...0x39).contains(bytes[position]) {
            if digits < 3 { value = value * 10 + Int(bytes[position] - 0x30) }
            digits += 1
            position += 1
        }
        guard digits > 0 else { return nil }
        for _ in min(digits, 3)..<3 { value *= 10 }
        return value
    }

    mutating func offsetMinutes() -> Int? {
        if isAtEnd || skip("Z") || skip("z") { return 0 }
        let sign: Int
        if skip("+") { sign = 1 } else if skip("-") { sign = -1 } else { return nil }
        guard let hours = number(digits: 2) else { return nil }
        _ = skip(":")
        if isAtEnd { return sign * hours * 60 }
        guard let minutes = number(digits: 2), minutes < 60 else { return nil }
        return sign * (hours * 60 + minutes)
    }
}

extension Timestamp: Codable {
    /// Decodes ISO 8601; encoded in UTC.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let value = Timestamp(iso8601: text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not an ISO 8601 time: \(text)")
        }
        self = value
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

extension Duration {
    /// Whole milliseconds, rounded toward zero.
    package var milliseconds: Int64 {
        components.seconds &* 1000 &+ components.attoseconds / 1_000_000_000_000_000
    }

    /// A duration of `count` times 60 seconds.
    package static func minutes(_ count: Int) -> Duration { .seconds(count * 60) }
    /// A duration of `count` times 60 minutes.
    package static func hours(_ count: Int) -> Duration { .seconds(count * 3600) }
    /// A duration of `count` times 24 hours, regardless of daylight saving time.
    package static func days(_ count: Int) -> Duration { .seconds(count * 86_400) }
}
