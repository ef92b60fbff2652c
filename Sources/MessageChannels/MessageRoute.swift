package import CampaignModel

/// By which call a message goes to one person, and on what grounds. Telegram has one call for all that are new.
package enum MessageRoute: Sendable, Hashable {
    /// Inside the 24 hours, of our own accord.
    case update
    /// Inside the 24 hours, in answer to what the person just did.
    case response
    /// Inside the 24 hours: asks for marketing messages. The message is the title of what the person would agree to.
    case ask
    /// Outside of them: paid, as a message of this campaign at the platform, to the holder of this token.
    case paid(campaign: String, token: String)
    /// In the place of what that delivery was: the platform's names of its parts. Telegram only.
    case edit(of: DeliveryID, messages: [String])

    /// Whether it costs the owner something.
    package var isPaid: Bool { if case .paid = self { true } else { false } }

    /// What the platform calls the message that the part takes the place of; nil for one of its own.
    package func edited(_ part: Int) -> String? {
        guard case .edit(_, let messages) = self, messages.indices.contains(part) else { return nil }
        return messages[part]
    }

    /// The delivery whose message people have before them; nil for this one's own.
    package var original: DeliveryID? { if case .edit(let original, _) = self { original } else { nil } }
}
