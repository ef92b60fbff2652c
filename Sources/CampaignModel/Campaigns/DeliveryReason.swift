/// The reason for a delivery's state, or for a failed attempt.
package struct DeliveryReason: Sendable, Hashable, Codable, CustomStringConvertible {
    /// A stable code, for counting and for scripts: `telegram_403_blocked`, `messenger_10_2018278`, `timeout`.
    package var code: String
    /// One plain sentence for the owner, with or without its full stop; free of secrets, bounded, without control characters.
    package var message: String

    package init(code: String, message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { "\(message) (\(code))" }
}
