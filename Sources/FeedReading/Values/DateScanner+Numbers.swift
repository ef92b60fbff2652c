import CampaignModel

/// The numbers of a date. All functions return false for what makes the text no date.
extension DateScanner {
    mutating func number() -> Bool {
        let start = position
        guard let (value, count) = digits() else { return false }
        if time == nil, count <= 2, current == UInt8(ascii: ":") { return clock(hour: value) }
        if time == nil, isAfterT { return compactTime(value, digits: count) }
        if count <= 4, let isKnown = unit(of: value, digits: count) { return isKnown }
        let isFirst = year == nil && month == nil && day == nil
        let isAlone = start == 0 && isAtEnd
        switch count {
        case 1, 2: return isFirst ? dayOrMonth(value, digits: count) : missing(value, digits: count)
        case 4 where year == nil:
            year = value
            if isAlone { (month, day) = (1, 1) }
            return isFirst ? afterYear() : true
        case 4, 6: return day != nil && time == nil && compactTime(value, digits: count)
        case 7 where isFirst: return ordinal(year: value / 1000, day: value % 1000)
        case 8 where isFirst: return whole(date: value)
        case 12 where isFirst && isAlone: return whole(date: value / 10_000) && compactTime(value % 10_000, digits: 4)
        case 14 where isFirst && isAlone:
            return whole(date: value / 1_000_000) && compactTime(value % 1_000_000, digits: 6)
        case 10 where isAlone: return whole(moment: Timestamp(seconds: Int64(value)))
        case 13 where isAlone: return whole(moment: Timestamp(milliseconds: Int64(value)))
        default: return false
        }
    }

    /// The next thing that a text in words has not stated yet.
    private mutating func missing(_ value: Int, digits: Int) -> Bool {
        if day == nil {
            day = value
        } else if year == nil {
            year = DateText.year(value, digits: digits)
        } else {
            return false
        }
        return true
    }

    // MARK: Dates of digits

    private mutating func whole(date: Int) -> Bool {
        (year, month, day) = (date / 10_000, date / 100 % 100, date % 100)
        return true
    }

    /// Seconds or milliseconds since 1970, from 2001 on: fewer digits could be anything.
    private mutating func whole(moment: Timestamp) -> Bool {
        guard moment.milliseconds >= 1_000_000_000_000, moment.milliseconds < 5_000_000_000_000 else { return false }
        let seconds = Int(moment.milliseconds / 1000)
        (year, month, day, laterDays) = (1970, 1, 1, seconds / 86_400)
        time = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60, Int(moment.milliseconds % 1000))
        return true
    }

    /// A day of the year from 1 on: `2003-335`.
    private mutating func ordinal(year: Int, day: Int) -> Bool {
        let isLeapYear = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        guard day >= 1, day <= (isLeapYear ? 366 : 365) else { return false }
        (self.year, month, self.day, laterDays) = (year, 1, 1, day - 1)
        return true
    }

    /// What follows the `W` of `2003-W01-3`; week 1 holds 4 January, day 1 is Monday, and no day means Monday.
    private mutating func week(year: Int) -> Bool {
        guard let (value, count) = digits(), count == 2 || count == 3 else { return false }
        let week = count == 3 ? value / 10 : value
        var weekday = count == 3 ? value % 10 : 1
        if count == 2, current == UInt8(ascii: "-"), byte(at: position + 1).isASCIIDigit {
            position += 1
            guard let (day, count) = digits(), count == 1 else { return false }
            weekday = day
        }
        guard (1...53).contains(week), (1...7).contains(weekday),
            let fourth = Timestamp(year: year, month: 1, day: 4)
        else { return false }
        // 1970-01-01 was a Thursday; 0 is Monday here.
        let dayOfFourth = Int(((fourth.milliseconds / 86_400_000 + 3) % 7 + 7) % 7)
        (month, day, laterDays) = (1, 4, (week - 1) * 7 + weekday - 1 - dayOfFourth)
        return true
    }

    private static func isSeparator(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "-") || byte == UInt8(ascii: "/") || byte == UInt8(ascii: ".")
    }

    /// What follows a year that stands first: `-12-13`, `/1/10`, `. 05. 28.`, `-335`, `-W01-3`; or a month in words.
    private mutating func afterYear() -> Bool {
        guard let year else { return false }
        if current | 0x20 == UInt8(ascii: "w"), byte(at: position + 1).isASCIIDigit {
            position += 1
            return week(year: year)
        }
        guard Self.isSeparator(current) else { return true }
        let separator = current
        position += 1
        skipBlank(after: separator)
        if current | 0x20 == UInt8(ascii: "w"), byte(at: position + 1).isASCIIDigit {
            position += 1
            return week(year: year)
        }
        guard let (value, count) = digits() else { return true }
        switch count {
        case 1, 2: month = value
        case 3: return ordinal(year: year, day: value)
        case 4:
            (month, day) = (value / 100, value % 100)
            return true
        default: return false
        }
        // A month may stand for its first day only where nothing follows it.
        if isAtEnd {
            day = 1
            return true
        }
        guard current == separator else { return unit(of: value, digits: count) ?? false }
        position += 1
        skipBlank(after: separator)
        guard let (last, digits) = digits(), digits <= 2 else { return false }
        day = last
        return true
    }

    /// `2004. 05. 28.`, as Koreans and Hungarians write.
    private mutating func skipBlank(after separator: UInt8) {
        if separator == UInt8(ascii: "."), current == 0x20 { position += 1 }
    }

    /// A number of one or two digits that stands first: a day before a month in words, or all of `16.11.2022`.
    private mutating func dayOrMonth(_ value: Int, digits count: Int) -> Bool {
        let separator = current
        let start = position
        guard Self.isSeparator(separator) else { return missing(value, digits: count) }
        position += 1
        let isClose = current.isASCIIDigit
        skipBlank(after: separator)
        if let (second, secondCount) = digits(), secondCount <= 2, current == separator {
            position += 1
            skipBlank(after: separator)
            if let (third, thirdCount) = digits(), thirdCount == 4 || thirdCount == 2, current != UInt8(ascii: ":") {
                return numeric(value, second, third, digits: thirdCount, separator: separator)
            }
        }
        // No date of three numbers after all.
        guard !isClose else { return false }
        position = start
        return missing(value, digits: count)
    }

    /// With points the day is first. With strokes and hyphens, whichever cannot be a month is the day; a stroke with
    /// neither needs the comma or the am and pm of an American beside it, a hyphen is never American.
    private mutating func numeric(_ first: Int, _ second: Int, _ third: Int, digits: Int, separator: UInt8) -> Bool {
        if separator == UInt8(ascii: "-"), digits == 2 {
            // 03-12-31T18:30:02Z; without a time it may be anything.
            guard current | 0x20 == UInt8(ascii: "t") else { return false }
            (year, month, day) = (2000 + first, second, third)
            return true
        }
        year = DateText.year(third, digits: digits)
        if separator == UInt8(ascii: ".") || first > 12 || first == second {
            (day, month) = (first, second)
        } else if separator == UInt8(ascii: "/") {
            (month, day) = (first, second)
            isMonthFirstGuess = second <= 12
        } else {
            return false
        }
        return true
    }

    // MARK: Units of East Asia

    /// What a number means by the sign right after it: `2004년 05월 28일`, `2004年5月28日 12時30分`. Nil for no sign.
    private mutating func unit(of value: Int, digits: Int) -> Bool? {
        guard current >= 0xE5 else { return nil }
        let (scalar, length) = FoldedLetters.scalar(in: bytes, at: position)
        switch scalar {
        case 0xB144, 0x5E74: year = DateText.year(value, digits: digits)
        case 0xC6D4, 0x6708: month = value
        case 0xC77C, 0x65E5: day = value
        case 0xC2DC, 0x6642, 0x65F6, 0x70B9: time = (value, 0, 0, 0)
        case 0xBD84, 0x5206: time?.minute = value
        case 0xCD08, 0x79D2: time?.second = value
        default: return nil
        }
        if scalar >= 0xAC00 { isKorean = true }
        position += length
        return true
    }

    // MARK: Times

    /// What follows the hour of `9:00`, `09:00:00.5`.
    private mutating func clock(hour: Int) -> Bool {
        position += 1
        guard let (minute, digits) = digits(), digits <= 2 else { return false }
        var second = 0
        var millisecond = 0
        if current == UInt8(ascii: ":") {
            position += 1
            guard let (value, digits) = self.digits(), digits <= 2 else { return false }
            second = value
            millisecond = fraction()
        }
        time = (hour, minute, second, millisecond)
        return true
    }

    /// `T18`, `T1830`, `T183002`.
    private mutating func compactTime(_ value: Int, digits: Int) -> Bool {
        switch digits {
        case 2: time = (value, 0, 0, 0)
        case 4: time = (value / 100, value % 100, 0, 0)
        case 6: time = (value / 10_000, value / 100 % 100, value % 100, fraction())
        default: return false
        }
        return true
    }

    /// Milliseconds of a point or comma and digits, if they are next.
    private mutating func fraction() -> Int {
        guard current == UInt8(ascii: ".") || current == UInt8(ascii: ","), byte(at: position + 1).isASCIIDigit else {
            return 0
        }
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
}
