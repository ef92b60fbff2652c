package import CampaignModel

/// What tellal says to people by itself, in one language. `{channel}` stands for the channel's title.
struct Phrases: Sendable {
    var welcome: String
    var goodbye: String
    var defaultReply: String

    var settings: String
    var topics: String
    var chooseTopics: String
    var frequency: String
    var chooseFrequency: String
    var atOnce: String
    var daily: String
    var weekly: String
    var quietHours: String
    var chooseQuietHours: String
    var noQuietHours: String
    var timeZone: String
    var chooseTimeZone: String
    var unknownTimeZone: String
    var pause: String
    var choosePause: String
    var oneDay: String
    var oneWeek: String
    var oneMonth: String
    var resume: String
    var pausedUntil: String
    var leave: String
    var back: String
    var notSubscribed: String
    var subscribe: String

    /// The button that subscribes.
    var wayIn: MessageButton { MessageButton(title: subscribe, action: .choice(ButtonPayload.messengerGetStarted)) }

    static func spoken(with subscriber: Subscriber, languages: [Language]) -> Phrases {
        let own = Language(tag: subscriber.language).flatMap { languages.contains($0) ? $0 : nil }
        return of(own ?? languages.first ?? .english)
    }

    static func of(_ language: Language) -> Phrases {
        switch language {
        case .english: english
        case .turkish: turkish
        case .italian: italian
        case .spanish: spanish
        case .german: german
        case .french: french
        case .portuguese: portuguese
        }
    }
}

extension ChannelMenu {
    /// The menu in a language.
    package init(in language: Language) {
        let phrases = Phrases.of(language)
        self.init(language: language, settings: phrases.settings, leave: phrases.leave)
    }
}
