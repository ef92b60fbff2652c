/// The messaging apps; the raw value is the name in settings and output.
package enum Platform: String, Sendable, Hashable, Codable, CaseIterable {
    case telegram, messenger

    /// Whether a message can be changed after it was sent.
    package var editsMessages: Bool { self == .telegram }

    /// Whether free messages are allowed only within ``window``.
    package var hasWindow: Bool {
        switch self {
        case .telegram: false
        case .messenger: true
        }
    }

    /// Time after a person's last action in which messages to them are allowed, on platforms with a window (Messenger
    /// Platform, Send Messages: the standard messaging window, 5 May 2026).
    package static let window = Duration.hours(24)
}
