/// What the menu beside a conversation says, in one language.
package struct ChannelMenu: Sendable, Hashable {
    package var language: Language
    /// The titles of the entry that opens the settings, and of the one that leaves.
    package var settings: String
    package var leave: String

    package init(language: Language, settings: String, leave: String) {
        self.language = language
        self.settings = settings
        self.leave = leave
    }
}
