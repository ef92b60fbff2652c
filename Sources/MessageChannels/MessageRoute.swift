/// By which call a message goes to one person, and on what grounds. Telegram has one call for all.
package enum MessageRoute: Sendable, Hashable {
    /// Inside the 24 hours, of our own accord.
    case update
    /// Inside the 24 hours, in answer to what the person just did.
    case response
    /// Inside the 24 hours: asks for marketing messages. The message is the title of what the person would agree to.
    case ask
    /// Outside of them: paid, as a message of this campaign at the platform, to the holder of this token.
    case paid(campaign: String, token: String)

    package var isPaid: Bool { if case .paid = self { true } else { false } }
}
