import CampaignModel

/// The two shapes that nearly all dates have, read by position: no words, no search.
///
/// Nil means only that a text has some other shape or is no date; ``DateScanner`` has the last word.
enum FixedDate {
    /// `2026-11-22T09:00:00Z`, also without the time, without seconds, with a fraction, a blank for the `T`, and with
    /// an offset as `+01:00` or `+0100`.
    static func iso(_ bytes: UnsafeBufferPointer<UInt8>) -> Timestamp? {
        guard bytes.count >= 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
            let century = two(bytes, 0), let year = two(bytes, 2), let month = two(bytes, 5), let day = two(bytes, 8)
        else { return nil }
        let fullYear = century * 100 + year
        if bytes.count == 10 { return Timestamp(year: fullYear, month: month, day: day) }
        guard bytes.count >= 16, bytes[10] | 0x20 == UInt8(ascii: "t") || bytes[10] == 0x20,
            bytes[13] == UInt8(ascii: ":"), let hour = two(bytes, 11), let minute = two(bytes, 14)
        else { return nil }
        var position = 16
        var second = 0
        var millisecond = 0
        if position + 3 <= bytes.count, bytes[position] == UInt8(ascii: ":") {
            guard let value = two(bytes, position + 1) else { return nil }
            second = value
            position += 3
            if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
                position += 1
                millisecond = fraction(bytes, &position)
            }
        }
        guard let offset = offset(bytes, from: position) else { return nil }
        return Timestamp(
            year: fullYear, month: month, day: day, hour: hour, minute: minute, second: second,
            millisecond: millisecond, offsetMinutes: offset)
    }

    /// `Sun, 22 Nov 2026 09:00:00 +0300`, also without the weekday, with one digit for the day, and with a zone of
    /// RFC 822 or none.
    static func rfc822(_ bytes: UnsafeBufferPointer<UInt8>) -> Timestamp? {
        var position = 0
        if !bytes[0].isASCIIDigit {
            guard bytes.count > 24, bytes[3] == UInt8(ascii: ","), bytes[4] == 0x20 else { return nil }
            position = 5
        }
        guard bytes.count >= position + 19 else { return nil }
        var day = Int(bytes[position] &- 0x30)
        if bytes[position + 1] == 0x20 {
            guard day < 10 else { return nil }
            position += 2
        } else {
            guard bytes.count >= position + 20, bytes[position + 2] == 0x20, let value = two(bytes, position) else {
                return nil
            }
            day = value
            position += 3
        }
        // Mmm YYYY HH:MM:SS
        guard let month = month(bytes, position), bytes[position + 3] == 0x20, bytes[position + 8] == 0x20,
            bytes[position + 11] == UInt8(ascii: ":"), bytes[position + 14] == UInt8(ascii: ":"),
            let century = two(bytes, position + 4), let year = two(bytes, position + 6),
            let hour = two(bytes, position + 9), let minute = two(bytes, position + 12),
            let second = two(bytes, position + 15)
        else { return nil }
        position += 17
        if position < bytes.count {
            guard bytes[position] == 0x20 else { return nil }
            position += 1
        }
        guard let offset = offset(bytes, from: position) else { return nil }
        return Timestamp(
            year: century * 100 + year, month: month, day: day, hour: hour, minute: minute, second: second,
            offsetMinutes: offset)
    }

    // MARK: Pieces

    // Inlined by order: as calls, these cost as much as the rest.
    @inline(__always)
    private static func two(_ bytes: UnsafeBufferPointer<UInt8>, _ index: Int) -> Int? {
        let tens = bytes[index] &- 0x30
        let ones = bytes[index + 1] &- 0x30
        return tens < 10 && ones < 10 ? Int(tens) * 10 + Int(ones) : nil
    }

    private static func fraction(_ bytes: UnsafeBufferPointer<UInt8>, _ position: inout Int) -> Int {
        var value = 0
        var weight = 100
        while position < bytes.count, bytes[position].isASCIIDigit {
            value += Int(bytes[position] - 0x30) * weight
            weight /= 10
            position += 1
        }
        return value
    }

    /// Minutes east of UTC of what stands from `start` to the end: nothing, `Z`, `+01:00`, `+0100`, a name of RFC 822.
    private static func offset(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
        guard start < bytes.count else { return 0 }
        let first = bytes[start]
        let left = bytes.count - start
        if first == UInt8(ascii: "+") || first == UInt8(ascii: "-") {
            guard left == 5 || left == 6 && bytes[start + 3] == UInt8(ascii: ":"), let hours = two(bytes, start + 1),
                let minutes = two(bytes, bytes.count - 2), minutes < 60
            else { return nil }
            return first == UInt8(ascii: "-") ? -(hours * 60 + minutes) : hours * 60 + minutes
        }
        switch left {
        case 1: return first | 0x20 == UInt8(ascii: "z") ? 0 : nil
        case 2: return first == UInt8(ascii: "U") && bytes[start + 1] == UInt8(ascii: "T") ? 0 : nil
        case 3: return zone(packed(bytes, start))
        default: return nil
        }
    }

    /// Three letters as one number, in lower case.
    @inline(__always)
    private static func packed(_ bytes: UnsafeBufferPointer<UInt8>, _ index: Int) -> UInt32 {
        UInt32(bytes[index] | 0x20) << 16 | UInt32(bytes[index + 1] | 0x20) << 8 | UInt32(bytes[index + 2] | 0x20)
    }

    private static func zone(_ letters: UInt32) -> Int? {
        switch letters {
        case 0x67_6D_74, 0x75_74_63: 0  // gmt utc
        case 0x65_64_74: -240  // edt
        case 0x65_73_74, 0x63_64_74: -300  // est cdt
        case 0x63_73_74, 0x6D_64_74: -360  // cst mdt
        case 0x6D_73_74, 0x70_64_74: -420  // mst pdt
        case 0x70_73_74: -480  // pst
        default: nil
        }
    }

    private static func month(_ bytes: UnsafeBufferPointer<UInt8>, _ index: Int) -> Int? {
        switch packed(bytes, index) {
        case 0x6A_61_6E: 1  // jan
        case 0x66_65_62: 2
        case 0x6D_61_72: 3
        case 0x61_70_72: 4
        case 0x6D_61_79: 5
        case 0x6A_75_6E: 6
        case 0x6A_75_6C: 7
        case 0x61_75_67: 8
        case 0x73_65_70: 9
        case 0x6F_63_74: 10
        case 0x6E_6F_76: 11
        case 0x64_65_63: 12
        default: nil
        }
    }
}
