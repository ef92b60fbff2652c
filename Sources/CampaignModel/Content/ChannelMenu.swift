/// The titles of a chat's persistent menu in one language.
package struct ChannelMenu: Sendable, Hashable {
    package var language: Language
    /// Titles of the entries that open the settings and that unsubscribe.
    package var settings: String
    package var leave: String

    package init(language: Language, settings: String, leave: String) {
        self.language = language
        self.settings = settings
        self.leave = leave
    }
}
