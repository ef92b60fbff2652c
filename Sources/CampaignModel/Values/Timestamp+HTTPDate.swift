extension Timestamp {
    /// Parses a date of an HTTP header in any of the three forms of RFC 9110, 5.6.7:
    ///
    /// `Sun, 06 Nov 1994 08:49:37 GMT`, `Sunday, 06-Nov-94 08:49:37 GMT`, `Sun Nov  6 08:49:37 1994`.
    /// The weekday is not looked at. A year of two digits that would be more than 50 years after `now` is one of the
    /// century before. Nil for anything else, such as the `0` and `-1` that some write into `Expires`.
    package init?(httpDate text: String, now: Timestamp) {
        guard text.utf8.count <= 40 else { return nil }
        if let usual = Self.usual(text) {
            self = usual
            return
        }
        var words = text.split { $0 == " " || $0 == "," || $0 == "\t" }.dropFirst()
        if let last = words.last, last == "GMT" || last == "UTC" { words.removeLast() }
        let parts = words.count == 2 ? words.flatMap { $0.split(separator: "-") } : Array(words)
        guard parts.count == 4 else { return nil }
        // asctime has the month before the day and the year after the time.
        let isASCTime = Self.month(parts[0]) != nil
        let (dayText, monthText) = isASCTime ? (parts[1], parts[0]) : (parts[0], parts[1])
        let (yearText, timeText) = isASCTime ? (parts[3], parts[2]) : (parts[2], parts[3])
        let time = timeText.split(separator: ":", omittingEmptySubsequences: false).map {
            Self.number($0, digits: 2...2)
        }
        guard let day = Self.number(dayText, digits: 1...2), let month = Self.month(monthText), time.count == 3,
            let hour = time[0], let minute = time[1], let second = time[2]
        else { return nil }
        func moment(_ year: Int) -> Timestamp? {
            Timestamp(year: year, month: month, day: day, hour: hour, minute: minute, second: second)
        }
        if let year = Self.number(yearText, digits: 4...4) {
            guard let found = moment(year) else { return nil }
            self = found
        } else if let year = Self.number(yearText, digits: 2...2) {
            let latest = now + .days(18_262)
            guard let found = [2000, 1900].lazy.compactMap({ moment($0 + year) }).first(where: { $0 <= latest })
            else { return nil }
            self = found
        } else {
            return nil
        }
    }

    /// Parses the first form, exactly as servers write it in each answer.
    private static func usual(_ text: String) -> Timestamp? {
        var text = text
        return text.withUTF8 { bytes in
            guard bytes.count == 29, bytes[..<3].allSatisfy({ (0x61...0x7A).contains($0 | 0x20) }) else { return nil }
            func number(_ places: Range<Int>) -> Int? {
                var value = 0
                for place in places {
                    guard (0x30...0x39).contains(bytes[place]) else { return nil }
                    value = value * 10 + Int(bytes[place] - 0x30)
                }
                return value
            }
            func stands(_ word: StaticString, at place: Int) -> Bool {
                (0..<word.utf8CodeUnitCount).allSatisfy { bytes[place + $0] == word.utf8Start[$0] }
            }
            guard stands(", ", at: 3), bytes[7] == 0x20, bytes[11] == 0x20, bytes[16] == 0x20, bytes[19] == 0x3A,
                bytes[22] == 0x3A, stands(" GMT", at: 25), let day = number(5..<7), let year = number(12..<16),
                let hour = number(17..<19), let minute = number(20..<22), let second = number(23..<25),
                let month = months.firstIndex(where: { month in
                    month.utf8.elementsEqual([bytes[8] | 0x20, bytes[9] | 0x20, bytes[10] | 0x20])
                })
            else { return nil }
            return Timestamp(year: year, month: month + 1, day: day, hour: hour, minute: minute, second: second)
        }
    }

    private static let months = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ]

    private static func month(_ text: Substring) -> Int? {
        months.firstIndex(of: text.lowercased()).map { $0 + 1 }
    }

    private static func number(_ text: Substring, digits: ClosedRange<Int>) -> Int? {
        guard digits.contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int(text)
    }
}
