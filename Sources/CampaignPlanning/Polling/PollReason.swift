/// The reason for the time of a poll: a stable code for machines and one sentence for the owner.
package struct PollReason: Sendable, Hashable, Codable, CustomStringConvertible {
    /// The rule that decided; the raw value is stored, and is the word in output.
    package enum Code: String, Sendable, Hashable, Codable, CaseIterable {
        /// The owner's `every`.
        case every
        /// `auto`: nothing is known of the feed's changes.
        case untilKnown = "until_known"
        /// `auto`: half of the usual time between two changes.
        case pace
        /// `auto`: no change for long, so the interval grows.
        case quiet
        /// `auto`: the feed's `ttl` or its syndication period.
        case feedInterval = "feed_interval"
        /// The server's `max-age` or `Expires`.
        case serverFresh = "server_fresh"
        /// `auto`: without validators each poll fetches the whole document.
        case noValidators = "no_validators"
        /// The feed's `skipHours` or `skipDays`.
        case feedSkips = "feed_skips"
        /// `auto`: the hub notifies of changes.
        case hub
        /// The hub sent a notification.
        case hubTold = "hub_told"
        /// The owner decided about a held poll.
        case decided
        case backOff = "back_off"
        /// The server's `Retry-After`.
        case retryAfter = "retry_after"
        /// Gone for good: no poll before the owner asks for one.
        case gone
        /// A held poll waits for the owner's decision.
        case held
    }

    package var code: Code
    package var sentence: String

    package init(_ code: Code, _ sentence: String) {
        self.code = code
        self.sentence = sentence
    }

    package var description: String { sentence }
}

extension PollReason {
    static func every(_ interval: Duration) -> Self {
        Self(.every, "It is looked at \(interval.asRate), as is set for it.")
    }

    static func untilKnown(_ interval: Duration) -> Self {
        Self(.untilKnown, "How often it changes is not known yet; it is looked at \(interval.asRate).")
    }

    static func pace(gap: Duration, _ interval: Duration) -> Self {
        Self(.pace, "It changes about \(gap.asRate), so it is looked at \(interval.asRate).")
    }

    static func quiet(silence: Duration, _ interval: Duration) -> Self {
        Self(.quiet, "Nothing has changed for \(silence.inWords), so it is looked at \(interval.asRate).")
    }

    static func feedInterval(_ interval: Duration) -> Self {
        Self(.feedInterval, "The feed asks not to be looked at more often than \(interval.asRate).")
    }

    static func serverFresh(_ interval: Duration) -> Self {
        Self(.serverFresh, "The server says that nothing changes for \(interval.inWords).")
    }

    static func noValidators(_ interval: Duration) -> Self {
        Self(
            .noValidators,
            "The server cannot say whether something changed, so the whole is fetched, \(interval.asRate).")
    }

    static let feedSkips = Self(.feedSkips, "The feed asks not to be looked at in the hours before.")

    static func hub(_ interval: Duration) -> Self {
        Self(.hub, "Its hub tells of changes; it is looked at \(interval.asRate) all the same.")
    }

    package static let decided = Self(.decided, "You decided about what was held.")
    package static let hubTold = Self(.hubTold, "Its hub says that something changed.")

    static func backOff(failures: Int, _ wait: Duration) -> Self {
        Self(
            .backOff,
            failures > 1
                ? "It failed \(failures) times in a row and is tried again after \(wait.inWords)."
                : "It failed and is tried again after \(wait.inWords).")
    }

    static func retryAfter(_ wait: Duration) -> Self {
        Self(.retryAfter, "The server asks not to be asked for \(wait.inWords).")
    }

    static let gone = Self(
        .gone,
        "The server says that it is gone for good; it is not looked at until its address changes or `tellal poll` finds it again."
    )

    static func held(_ interval: Duration) -> Self {
        Self(
            .held, "What was found is held until you decide; it is looked at \(interval.asRate) all the same.")
    }
}
