package import CampaignModel

/// What the menu beside a conversation offers, in words.
package struct ConversationMenu: Sendable, Hashable {
    package let language: Language
    package let settings: String
    package let leave: String

    /// In each of the languages, in their order.
    package static func all(_ languages: [Language]) -> [ConversationMenu] {
        languages.map { language in
            let phrases = Phrases.of(language)
            return ConversationMenu(language: language, settings: phrases.settings, leave: phrases.leave)
        }
    }
}
