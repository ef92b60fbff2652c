/// How a channel replies to people who write to it.
package struct Conversation: Sendable, Hashable {
    /// The reply to an event such as a new subscription.
    package enum Reply: Sendable, Hashable {
        /// The built-in text, in the person's language.
        case builtIn
        /// A layout with `each: subscriber`, by name.
        case layout(String)
        case none
    }

    /// How Telegram's updates are received.
    package enum Updates: String, Sendable, Hashable, CaseIterable { case polling, webhook }

    /// The texts that a person sees on opening the chat for the first time.
    package struct Presentation: Sendable, Hashable {
        /// Description. Telegram: at most 512 characters. Messenger, as the greeting: at most 160.
        package var description: String
        /// Text on the bot's profile, Telegram only: at most 120 characters.
        package var shortDescription: String?

        package init(description: String, shortDescription: String? = nil) {
            self.description = description
            self.shortDescription = shortDescription
        }
    }

    package var welcome = Reply.builtIn
    package var goodbye = Reply.builtIn
    package var defaultReply = Reply.builtIn
    /// Languages whose commands are understood; the first one is used for people with another language.
    package var languages = Language.allCases
    /// The texts for new people; nil when feeds/ has none.
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

    /// Finds a language by an IETF tag: `pt-BR` is Portuguese.
    package init?(tag: String?) {
        guard let first = tag?.lowercased().split(whereSeparator: { $0 == "-" || $0 == "_" }).first else { return nil }
        self.init(rawValue: String(first))
    }
}
