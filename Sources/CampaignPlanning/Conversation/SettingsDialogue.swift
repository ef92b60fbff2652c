package import CampaignModel
import Foundation

/// A campaign that people may choose.
package struct Topic: Sendable, Hashable {
    package var id: CampaignID
    /// What they read of it.
    package var title: String

    package init(id: CampaignID, title: String) {
        self.id = id
        self.title = title
    }
}

/// `/settings`: what a person gets, how often, and when not. Each answer shows where things stand; each button says one
/// thing to change.
struct SettingsDialogue: Sendable {
    let topics: [Topic]
    /// By which a campaign's times are for who did not choose one.
    let timeZones: [String]

    private enum Page: String { case topics = "t", frequency = "f", quiet = "q", zone = "z", pause = "p" }

    private static let root = ButtonPayload.settings
    private static let quietHours = ["21-8", "22-7", "22-8", "23-7", "0-8"]
    private static let zones = [
        "Europe/London", "Europe/Lisbon", "Europe/Madrid", "Europe/Paris", "Europe/Rome", "Europe/Berlin",
        "Europe/Istanbul", "America/New_York", "America/Sao_Paulo", "America/Mexico_City", "UTC",
    ]

    /// What `/timezone NAME` asks for, as the payload of the button that does not exist for it.
    static func timeZone(in text: String) -> String? {
        let words = text.prefix(128).split(maxSplits: 1, whereSeparator: \.isWhitespace)
        guard words.count == 2, words[0].lowercased() == "/timezone" else { return nil }
        return "\(root):\(Page.zone.rawValue):\(words[1])"
    }

    /// Does what a button asks for, unless something newer was chosen.
    ///
    /// - Parameters:
    ///   - payload: The button's.
    ///   - person: Who pressed it.
    ///   - order: When.
    ///   - phrases: In the language that they are answered in.
    /// - Returns: What to show then; nil for a button that is none of these.
    func answer(_ payload: String, by person: inout Subscriber, at order: EventOrder, phrases: Phrases) -> Message? {
        let parts = payload.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false).map { String($0) }
        guard parts.first == Self.root, parts.count == 1 || Page(rawValue: parts[1]) != nil else { return nil }
        var page = parts.count > 1 ? Page(rawValue: parts[1]) : nil
        if let chosen = page, parts.count > 2 {
            switch choose(parts[2], on: chosen, by: &person, at: order) {
            case .done: page = Self.page(after: chosen, of: person.preferences)
            case .unknownTimeZone: return show(phrases.unknownTimeZone, [back(phrases)])
            case .unknown: return nil
            }
        }
        guard person.state == .active else { return show(phrases.notSubscribed, [phrases.wayIn]) }
        return switch page {
        case nil: menu(person, phrases, order.at)
        case .topics: choosingTopics(person, phrases)
        case .frequency: frequencies(person, phrases)
        case .quiet: quietHours(person, phrases)
        case .zone: zones(person, phrases)
        case .pause: pauses(phrases)
        }
    }

    /// Quiet hours without a clock would be somebody else's.
    private static func page(after chosen: Page, of preferences: Subscriber.Preferences) -> Page? {
        switch chosen {
        case .topics: .topics
        case .quiet where preferences.quietHours != nil && preferences.timeZone == nil: .zone
        case .quiet, .frequency, .zone, .pause: nil
        }
    }

    /// Ends a pause, unless it was asked for later.
    static func endPause(of person: inout Subscriber, at order: EventOrder) {
        if person.preferences.note(Page.pause.rawValue, at: order) { person.preferences.pausedUntil = nil }
    }

    private enum Choice { case done, unknown, unknownTimeZone }

    private func choose(
        _ choice: String, on page: Page, by person: inout Subscriber, at order: EventOrder
    ) -> Choice {
        func isNews(_ name: String = page.rawValue, isLess: Bool = false) -> Bool {
            person.preferences.note(name, at: order, isLess: isLess)
        }
        switch page {
        case .topics:
            let parts = choice.split(separator: ":").map { String($0) }
            guard parts.count == 2, let topic = topics.first(where: { "\($0.id)" == parts[0] }),
                let isWanted = ["on": true, "off": false][parts[1]]
            else { return .unknown }
            guard isNews("t\(topic.id)", isLess: !isWanted) else { return .done }
            if isWanted { person.unwanted.remove(topic.id) } else { person.unwanted.insert(topic.id) }
        case .frequency:
            guard let frequency = Subscriber.Preferences.Frequency(rawValue: choice) else { return .unknown }
            if isNews() { person.preferences.choose(frequency, at: order) }
        case .quiet:
            guard choice == "none" || Self.quietHours.contains(choice) else { return .unknown }
            if isNews() { person.preferences.quietHours = Self.hours(choice) }
        case .zone:
            // A short name such as EST is nobody's clock the whole year.
            guard ZoneChoice.isZone(choice), choice.contains("/") || ["UTC", "GMT"].contains(choice) else {
                return .unknownTimeZone
            }
            if isNews() { person.preferences.choose(timeZone: choice, at: order) }
        case .pause:
            guard let days = Int(choice), [0, 1, 7, 30].contains(days) else { return .unknown }
            if isNews(isLess: days > 0) {
                // In whole seconds, as it is stored.
                let begin = Timestamp(seconds: (order.at.milliseconds + 999) / 1000)
                person.preferences.pausedUntil = days == 0 ? nil : begin + .days(days)
            }
        }
        return .done
    }

    // MARK: Pages

    private func menu(_ person: Subscriber, _ phrases: Phrases, _ now: Timestamp) -> Message {
        let chosen = person.preferences
        var lines: [(String, String)] = []
        if !topics.isEmpty {
            let wanted = topics.filter { !person.unwanted.contains($0.id) }.map(\.title)
            lines.append((phrases.topics, wanted.isEmpty ? "–" : wanted.joined(separator: ", ")))
        }
        lines.append((phrases.frequency, name(of: chosen.frequency, phrases)))
        lines.append((phrases.quietHours, chosen.quietHours.map(Self.clock) ?? phrases.noQuietHours))
        lines.append((phrases.timeZone, chosen.timeZone ?? timeZones.joined(separator: ", ")))
        let isPaused = chosen.pausedUntil.map { $0 > now } ?? false
        if let until = chosen.pausedUntil, isPaused {
            lines.append((phrases.pausedUntil, Self.moment(until, zone: chosen.timeZone)))
        }
        let text = RichText(
            [.styled(.bold, [.text(phrases.settings)])]
                + lines.flatMap { [.lineBreak, .text("\($0.0): \($0.1)")] })
        let buttons =
            (topics.isEmpty ? [] : [button(phrases.topics, .topics)])
            + [
                button(phrases.frequency, .frequency), button(phrases.quietHours, .quiet),
                button(phrases.timeZone, .zone),
                isPaused ? button(phrases.resume, .pause, "0") : button(phrases.pause, .pause),
                MessageButton(title: phrases.leave, action: .unsubscribe),
            ]
        return Message(modules: [.text(text, buttons: buttons)])
    }

    private func choosingTopics(_ person: Subscriber, _ phrases: Phrases) -> Message {
        let buttons = topics.map { topic in
            let isWanted = !person.unwanted.contains(topic.id)
            return button(
                (isWanted ? "☑ " : "☐ ") + topic.title, .topics, "\(topic.id):\(isWanted ? "off" : "on")")
        }
        return show(phrases.chooseTopics, buttons + [back(phrases)])
    }

    private func frequencies(_ person: Subscriber, _ phrases: Phrases) -> Message {
        let buttons = Subscriber.Preferences.Frequency.allCases.map { frequency in
            button(
                mark(person.preferences.frequency == frequency, name(of: frequency, phrases)), .frequency,
                frequency.rawValue)
        }
        return show(phrases.chooseFrequency, buttons + [back(phrases)])
    }

    private func quietHours(_ person: Subscriber, _ phrases: Phrases) -> Message {
        let none = button(mark(person.preferences.quietHours == nil, phrases.noQuietHours), .quiet, "none")
        let buttons = Self.quietHours.compactMap { choice in
            Self.hours(choice).map { hours in
                button(mark(person.preferences.quietHours == hours, Self.clock(hours)), .quiet, choice)
            }
        }
        return show(phrases.chooseQuietHours, [none] + buttons + [back(phrases)])
    }

    private func zones(_ person: Subscriber, _ phrases: Phrases) -> Message {
        let buttons = Self.zones.map { zone in
            let city = String(zone.split(separator: "/").last ?? "").replacing("_", with: " ")
            return button(mark(person.preferences.timeZone == zone, city), .zone, zone)
        }
        return show(phrases.chooseTimeZone, buttons + [back(phrases)])
    }

    private func pauses(_ phrases: Phrases) -> Message {
        show(
            phrases.choosePause,
            [
                button(phrases.oneDay, .pause, "1"), button(phrases.oneWeek, .pause, "7"),
                button(phrases.oneMonth, .pause, "30"), back(phrases),
            ])
    }

    // MARK: Pieces

    private func show(_ text: String, _ buttons: [MessageButton]) -> Message {
        Message(modules: [.text(RichText(plain: text), buttons: buttons)])
    }

    private func button(_ title: String, _ page: Page, _ choice: String? = nil) -> MessageButton {
        let payload = [Self.root, page.rawValue, choice].compactMap(\.self).joined(separator: ":")
        return MessageButton(title: title, action: .choice(payload))
    }

    private func back(_ phrases: Phrases) -> MessageButton {
        MessageButton(title: phrases.back, action: .choice(Self.root))
    }

    private func mark(_ isChosen: Bool, _ title: String) -> String { isChosen ? "• \(title)" : title }

    private func name(of frequency: Subscriber.Preferences.Frequency, _ phrases: Phrases) -> String {
        switch frequency {
        case .atOnce: phrases.atOnce
        case .daily: phrases.daily
        case .weekly: phrases.weekly
        }
    }

    /// `22-8`
    private static func hours(_ choice: String) -> QuietHours? {
        let parts = choice.split(separator: "-").compactMap { Int($0) }
        guard parts.count == 2 else { return nil }
        return QuietHours(from: parts[0] * 60, to: parts[1] * 60)
    }

    private static func clock(_ hours: QuietHours) -> String { "\(clock(hours.from))–\(clock(hours.to))" }

    private static func clock(_ minutes: Int) -> String {
        "\(minutes / 60):\(minutes % 60 < 10 ? "0" : "")\(minutes % 60)"
    }

    /// `2026-11-22 09:00`
    private static func moment(_ moment: Timestamp, zone: String?) -> String {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone.flatMap(TimeZone.init(identifier:)) ?? .gmt
        let date = Date(timeIntervalSince1970: Double(moment.milliseconds) / 1000)
        let parts = calendar.dateComponents([.year, .month, .day, .hour, .minute], from: date)
        func two(_ number: Int?) -> String { (number ?? 0) < 10 ? "0\(number ?? 0)" : "\(number ?? 0)" }
        return "\(parts.year ?? 0)-\(two(parts.month))-\(two(parts.day)) \(two(parts.hour)):\(two(parts.minute))"
            + (zone == nil ? " UTC" : "")
    }
}
