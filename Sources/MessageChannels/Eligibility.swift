package import CampaignModel

/// Who may be written to now, as data with the date from which it holds: platforms change such rules overnight.
package struct Eligibility: Sendable, Hashable {
    package enum Answer: Sendable, Hashable {
        case allowed
        /// Not now; it waits until the subscriber is active again.
        case held(Reason)
    }

    /// For so long after a subscriber's last action a platform lets a business write freely.
    package struct StandardWindow: Sendable, Hashable {
        package var length: Duration
        /// The day on which the source said so.
        package var asOf: Timestamp
        package var source: String
    }

    /// A platform without an entry has no window.
    package var windows: [Platform: StandardWindow]

    package init(windows: [Platform: StandardWindow]) { self.windows = windows }

    /// The rules that tellal knows today.
    package static let current = Eligibility(windows: [
        .messenger: StandardWindow(
            length: .hours(24), asOf: Timestamp(seconds: 1_777_939_200),
            source: "Messenger Platform, Send Messages: the standard messaging window (5 May 2026)"
        )
    ])

    /// How far another clock may run ahead of ours before its times are not believed.
    package static let clockTolerance = Duration.minutes(5)

    /// The window's length, for queries; nil when the platform has none.
    package func windowLength(for platform: Platform) -> Duration? { windows[platform]?.length }

    /// Whether a free message may go to someone who was last active then.
    ///
    /// Allowed means `now - length < lastActiveAt <= now + clockTolerance`, or a platform without a window.
    package func mayReceive(platform: Platform, lastActiveAt: Timestamp?, now: Timestamp) -> Answer {
        guard let window = windows[platform] else { return .allowed }
        let hours = window.length.milliseconds / 3_600_000
        guard let lastActiveAt, lastActiveAt <= now + Self.clockTolerance else {
            return .held(
                Reason(
                    code: "\(platform.rawValue)_window_unknown",
                    message: "It is not known when this person last wrote, and Messenger allows messages only within "
                        + "\(hours) hours of that; it goes out when they write."
                )
            )
        }
        guard lastActiveAt > now - window.length else {
            return .held(
                Reason(
                    code: "\(platform.rawValue)_window_closed",
                    message: "This person last wrote at \(lastActiveAt), and Messenger allows messages only within "
                        + "\(hours) hours of that; it goes out when they write."
                )
            )
        }
        return .allowed
    }
}
