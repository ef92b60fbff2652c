/// The messaging apps; the raw value is the name in settings and output.
package enum Platform: String, Sendable, Hashable, Codable, CaseIterable {
    case telegram, messenger

    /// Whether a message can be changed after it was sent.
    package var editsMessages: Bool { self == .telegram }

    /// Whether one may write to people freely only within ``window``.
    package var hasWindow: Bool {
        switch self {
        case .telegram: false
        case .messenger: true
        }
    }

    /// So long after a person's last action one may write to them, on each platform that has a window (Messenger Platform, Send
    /// Messages: the standard messaging window, 5 May 2026).
    package static let window = Duration.hours(24)
}
