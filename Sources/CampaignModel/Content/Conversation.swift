/// How a channel talks with those who write to it.
package struct Conversation: Sendable, Hashable {
    /// What is said at one of the events of a subscription.
    package enum Reply: Sendable, Hashable {
        /// Our own words, in the person's language.
        case builtIn
        /// A layout with `each: subscriber`, by name.
        case layout(String)
        case none
    }

    /// How Telegram's updates come.
    package enum Updates: String, Sendable, Hashable, CaseIterable { case polling, webhook }

    /// What someone sees who opens the chat for the first time.
    package struct Presentation: Sendable, Hashable {
        /// Telegram: at most 512 characters. Messenger, as the greeting: at most 160.
        package var description: String
        /// Telegram only, on the bot's profile: at most 120 characters.
        package var shortDescription: String?

        package init(description: String, shortDescription: String? = nil) {
            self.description = description
            self.shortDescription = shortDescription
        }
    }

    package var welcome = Reply.builtIn
    package var goodbye = Reply.builtIn
    package var defaultReply = Reply.builtIn
    /// Whose words are understood; the first one is spoken with those whose language is not among them.
    package var languages = Language.allCases
    /// Nil when feeds/ says none.
    package var presentation: Presentation?
    package var updates = Updates.polling

    package init() {}
}

/// The languages that tellal speaks with subscribers.
package enum Language: String, Sendable, Hashable, Codable, CaseIterable {
    case english = "en"
    case turkish = "tr"
    case italian = "it"
    case spanish = "es"
    case german = "de"
    case french = "fr"
    case portuguese = "pt"

    /// By an IETF language tag: `pt-BR` is Portuguese.
    package init?(tag: String?) {
        guard let first = tag?.lowercased().split(whereSeparator: { $0 == "-" || $0 == "_" }).first else { return nil }
        self.init(rawValue: String(first))
    }
}
