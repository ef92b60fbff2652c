/// Payloads of buttons that are not links, which the platform returns when a subscriber taps one.
package enum ButtonPayload {
    /// Telegram's `callback_data` of the unsubscribe button.
    package static let telegramUnsubscribe = "unsubscribe"
    /// Messenger's postback payload of the unsubscribe button.
    package static let messengerUnsubscribe = "UNSUBSCRIBE"
    /// Messenger's postback payload of Get Started, with which a conversation begins, and of our subscribe button.
    package static let messengerGetStarted = "GET_STARTED"
    /// Payload that opens the settings, used by the persistent menu.
    package static let settings = "set"
}
