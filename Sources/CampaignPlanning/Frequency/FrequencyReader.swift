import CampaignModel

/// Reads how often a campaign runs, as the owner writes it.
enum FrequencyReader {
    struct Flaw: Error, Hashable {
        var message: String
        var hint: String
    }

    static let examples =
        "every update, every 30m, hourly, daily at 09:00, weekly on monday, thursday at 09:00, "
        + "monthly on 1 at 09:00, monthly on last at 09:00, cron 0 9 * * 1-5"

    static func read(_ text: String) throws(Flaw) -> Frequency {
        let words = text.lowercased().split(whereSeparator: { $0.isWhitespace || $0 == "," }).map { String($0) }
        switch words.first {
        case "every": return try every(Array(words.dropFirst()))
        case "hourly" where words.count == 1:
            return .calendar(
                CalendarRule(minutes: .init([0]), hours: .init(0...23), followsClock: true))
        case "daily":
            let (before, time) = try split(words.dropFirst())
            guard before.isEmpty else { throw unknown }
            return .calendar(rule(at: time))
        case "weekly":
            let (before, time) = try split(words.dropFirst())
            return .calendar(try weekly(before, rule(at: time)))
        case "monthly":
            let (before, time) = try split(words.dropFirst())
            return .calendar(try monthly(before, rule(at: time)))
        case "cron":
            // Commas belong to the fields.
            let fields = text.split(whereSeparator: \.isWhitespace).dropFirst().map { String($0) }
            return .calendar(try CronFields.read(fields))
        default: throw unknown
        }
    }

    private static let unknown = Flaw(message: "is not a frequency", hint: "Write one of: \(examples).")

    private static func every(_ words: [String]) throws(Flaw) -> Frequency {
        if words == ["update"] { return .everyUpdate }
        guard words.count == 1, let length = Duration(setting: words[0]), let unit = words[0].last,
            "mhdw".contains(unit)
        else { throw unknown }
        let minutes = Int(length.components.seconds / 60)
        guard minutes <= 7 * 24 * 60 else {
            throw Flaw(
                message: "is longer than a week", hint: "Write weekly on monday at 09:00, or monthly on 1 at 09:00.")
        }
        return .interval(minutes: minutes)
    }

    private static func rule(at minuteOfDay: Int) -> CalendarRule {
        CalendarRule(minutes: .init([minuteOfDay % 60]), hours: .init([minuteOfDay / 60]))
    }

    /// What stands before `at 09:00`, and the time.
    private static func split(_ words: ArraySlice<String>) throws(Flaw) -> ([String], Int) {
        guard let place = words.lastIndex(of: "at"), place == words.endIndex - 2, let time = words.last else {
            throw Flaw(message: "has no time of day", hint: "End it with a time: daily at 09:00.")
        }
        guard let minute = SettingValue.timeOfDay(time) else {
            throw Flaw(message: "has no time of day that exists", hint: "Write it from 00:00 to 23:59: daily at 09:00.")
        }
        let before = words[..<place]
        return (before.first == "on" ? Array(before.dropFirst()) : Array(before), minute)
    }

    private static let weekdays = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"]

    private static func weekly(_ words: [String], _ rule: CalendarRule) throws(Flaw) -> CalendarRule {
        var rule = rule
        rule.weekdays = CalendarRule.Numbers()
        for word in words where word != "and" {
            guard let day = weekdays.firstIndex(where: { $0 == word || (word.count >= 3 && $0.hasPrefix(word)) }) else {
                throw Flaw(
                    message: "has an unknown weekday \(quoted(word))",
                    hint: Suggestion.hint(for: word, among: weekdays) ?? "Write monday.")
            }
            rule.weekdays.bits |= 1 << UInt64(day)
        }
        guard rule.weekdays.bits != 0 else {
            throw Flaw(message: "has no weekday", hint: "Write weekly on monday at 09:00.")
        }
        return rule
    }

    private static func monthly(_ words: [String], _ rule: CalendarRule) throws(Flaw) -> CalendarRule {
        var rule = rule
        rule.days = CalendarRule.Numbers()
        for word in words where !["and", "day", "the"].contains(word) {
            if word == "last" {
                rule.onLastDay = true
            } else if let day = Int(word), (1...31).contains(day) {
                rule.days.bits |= 1 << UInt64(day)
            } else {
                throw Flaw(
                    message: "has an unknown day of the month \(quoted(word))", hint: "Write 1 to 31, or last.")
            }
        }
        guard rule.days.bits != 0 || rule.onLastDay else {
            throw Flaw(message: "has no day of the month", hint: "Write monthly on 1 at 09:00.")
        }
        return rule
    }
}

/// The five fields of crontab(5): minute, hour, day of the month, month, weekday.
private enum CronFields {
    private struct Field {
        let name: String
        let range: ClosedRange<Int>
        var words: [String] = []
    }

    private static let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
    private static let weekdays = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
    private static let fields = [
        Field(name: "minute", range: 0...59), Field(name: "hour", range: 0...23),
        Field(name: "day of the month", range: 1...31), Field(name: "month", range: 1...12, words: months),
        Field(name: "weekday", range: 0...7, words: weekdays),
    ]

    static func read(_ texts: [String]) throws(FrequencyReader.Flaw) -> CalendarRule {
        guard texts.count == fields.count else {
            throw FrequencyReader.Flaw(
                message: "has \(texts.count) fields, and cron's are five",
                hint: "Write minute, hour, day of the month, month and weekday: cron 0 9 * * 1-5.")
        }
        var sets: [CalendarRule.Numbers] = []
        for (field, text) in zip(fields, texts) { sets.append(try read(text, field)) }
        var weekdays = sets[4]
        // 7 is Sunday, too.
        if weekdays.contains(7) { weekdays.bits = weekdays.bits & 0x7F | 1 }
        let isAny = texts.map { $0.hasPrefix("*") }
        let rule = CalendarRule(
            minutes: sets[0], hours: sets[1], days: sets[2], months: sets[3], weekdays: weekdays,
            eitherDay: !isAny[2] && !isAny[4], followsClock: isAny[0] || isAny[1])
        guard rule.everHappens else {
            throw FrequencyReader.Flaw(
                message: "never happens: no month of these has such a day", hint: "Look at its day and month.")
        }
        return rule
    }

    private static func read(_ text: String, _ field: Field) throws(FrequencyReader.Flaw) -> CalendarRule.Numbers {
        let flaw = FrequencyReader.Flaw(
            message: "has a \(field.name) \(quoted(text)) that cron does not know",
            hint: "Write *, a number from \(field.range.lowerBound) to \(field.range.upperBound), a range 1-5, "
                + "a list 1,3 or a step */5.")
        var numbers = CalendarRule.Numbers()
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let pieces = part.split(separator: "/", omittingEmptySubsequences: false)
            guard (1...2).contains(pieces.count), !pieces[0].isEmpty else { throw flaw }
            let ends = pieces[0].split(separator: "-", omittingEmptySubsequences: false)
            let range: ClosedRange<Int>
            if pieces[0] == "*" {
                range = field.range
            } else if ends.count == 1, let only = number(ends[0], field) {
                // A step without an end goes on to the last.
                range = only...(pieces.count == 2 ? field.range.upperBound : only)
            } else if ends.count == 2, let first = number(ends[0], field), let last = number(ends[1], field),
                first <= last
            {
                range = first...last
            } else {
                throw flaw
            }
            guard let step = pieces.count == 2 ? Int(pieces[1]) : 1, (1...60).contains(step) else { throw flaw }
            for number in stride(from: range.lowerBound, through: range.upperBound, by: step) {
                numbers.bits |= 1 << UInt64(number)
            }
        }
        return numbers
    }

    private static func number(_ text: Substring, _ field: Field) -> Int? {
        if let place = field.words.firstIndex(of: text.lowercased()) { return place + field.range.lowerBound }
        guard text.utf8.count <= 2, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(text),
            field.range.contains(number)
        else { return nil }
        return number
    }
}
