/// What comes back when a subscriber taps a button that is not a link.
package enum ButtonPayload {
    /// Telegram's `callback_data` of the button that leaves.
    package static let telegramUnsubscribe = "unsubscribe"
    /// Messenger's postback payload of the button that leaves.
    package static let messengerUnsubscribe = "UNSUBSCRIBE"
    /// Messenger's postback payload of the button that a new conversation begins with, and of ours that subscribes.
    package static let messengerGetStarted = "GET_STARTED"
    /// Opens the settings; the persistent menu has it.
    package static let settings = "set"
}
