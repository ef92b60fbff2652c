/// Why a delivery stands where it stands, or did not go as wished.
package struct DeliveryReason: Sendable, Hashable, Codable, CustomStringConvertible {
    /// Stable, for counting and for scripts: `telegram_403_blocked`, `messenger_10_2018278`, `timeout`.
    package var code: String
    /// One plain sentence for the owner, with or without its full stop; free of secrets, bounded, without control characters.
    package var message: String

    package init(code: String, message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { "\(message) (\(code))" }
}
