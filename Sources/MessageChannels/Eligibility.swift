package import CampaignModel

/// Who may be written to now, and by which call, as data with the date from which it holds: platforms change such rules
/// overnight.
package struct Eligibility: Sendable, Hashable {
    /// Whether a free message may go now.
    package enum Answer: Sendable, Hashable {
        case allowed
        /// Not now; it waits until the subscriber is active again.
        case held(Reason)
    }

    /// Which way is open.
    package enum Way: Sendable, Hashable {
        case free
        /// To the holder of this token.
        case paid(token: String)
        /// None, for now.
        case held(Reason)
    }

    /// What a person and a business can be to each other, and the platform's rule for it.
    package struct Rule: Sendable, Hashable {
        /// What lies between a person and a business, each with a rule of its own.
        package enum Situation: String, Sendable, Hashable, CaseIterable {
            case insideWindow, marketingToken, recurringToken, nothing, newsPage, pageComment, oneTimeToken, utility
        }

        package var platform: Platform
        package var situation: Situation
        /// The call, and what sets it apart from others.
        package var call: String
        /// Whether anything is sent by it. What is off is known, and not built.
        package var isOn: Bool
        /// What the platform allows then, for the owner.
        package var sentence: String
        /// The day on which the source said so.
        package var asOf: Timestamp
        /// The platform's document that says so, by its title.
        package var source: String
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
    /// At most one for each situation on a platform.
    package var rules: [Rule]

    package init(windows: [Platform: StandardWindow], rules: [Rule] = []) {
        self.windows = windows
        self.rules = rules
    }

    /// The rules that tellal knows today.
    package static let current = Eligibility(
        windows: [
            .messenger: StandardWindow(
                length: .hours(24), asOf: day(1_777_939_200),
                source: "Messenger Platform, Send Messages: the standard messaging window (5 May 2026)"
            )
        ],
        rules: messengerRules)

    /// How far another clock may run ahead of ours before its times are not believed.
    package static let clockTolerance = Duration.minutes(5)

    /// The window's length, for queries; nil when the platform has none.
    package func windowLength(for platform: Platform) -> Duration? { windows[platform]?.length }

    /// Whether anything is sent in a situation.
    package func isOn(_ situation: Rule.Situation, on platform: Platform) -> Bool {
        rules.contains { $0.platform == platform && $0.situation == situation && $0.isOn }
    }

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

    /// Which way a campaign's message may go.
    ///
    /// - Parameters:
    ///   - platform: Of the channel.
    ///   - lastActiveAt: When the person did something last.
    ///   - marketing: What they agreed to, if they did.
    ///   - paysFrom: From when the channel sends paid messages; nil when it does not.
    ///   - now: The time.
    /// - Returns: The free way where it is open, else the paid one, else why neither is.
    package func way(
        platform: Platform, lastActiveAt: Timestamp?, marketing: MarketingSubscription?, paysFrom: Timestamp?,
        now: Timestamp
    ) -> Way {
        guard case .held(let closed) = mayReceive(platform: platform, lastActiveAt: lastActiveAt, now: now) else {
            return .free
        }
        guard isOn(.marketingToken, on: platform), let paysFrom, let marketing else { return .held(closed) }
        guard paysFrom <= now else {
            return .held(
                Reason(
                    code: "\(platform.rawValue)_paid_later",
                    message:
                        "Meta takes no paid messages of this channel before \(paysFrom); it goes out then, or when "
                        + "this person writes."))
        }
        guard let from = marketing.sendableFrom else {
            return .held(
                Reason(
                    code: "\(platform.rawValue)_no_paid_route",
                    message:
                        "This person agreed to marketing messages, but Meta delivers none to them; it goes out when "
                        + "they write."))
        }
        guard from <= now else {
            return .held(
                Reason(
                    code: "\(platform.rawValue)_paid_gap",
                    message:
                        "This person can get the next paid message at \(from): Meta allows one in 12 hours; it goes "
                        + "out then, or when they write."))
        }
        return .paid(token: marketing.token)
    }

    private static func day(_ seconds: Int64) -> Timestamp { Timestamp(seconds: seconds) }

    private static let messengerRules: [Rule] = [
        Rule(
            platform: .messenger, situation: .insideWindow, call: "{page}/messages, messaging_type UPDATE or RESPONSE",
            isOn: true, sentence: "Who did something within the last 24 hours may be written to, promotional or not.",
            asOf: day(1_777_939_200), source: "Send Messages (5 May 2026)"),
        Rule(
            platform: .messenger, situation: .marketingToken, call: "act_{account}/messages", isOn: true,
            sentence:
                "Who agreed to marketing messages gets one in 12 hours, paid for by delivery, outside the EU, the UK, "
                + "Japan, South Korea and Australia.",
            asOf: day(1_782_777_600), source: "Marketing Messages, Send messages (13 April and 30 June 2026)"),
        Rule(
            platform: .messenger, situation: .recurringToken, call: "{page}/messages, notification_messages_token",
            isOn: false, sentence: "Recurring Notifications take no new integrations.", asOf: day(1_789_084_800),
            source: "Marketing Messages, legacy (11 September 2026)"),
        Rule(
            platform: .messenger, situation: .nothing, call: "none", isOn: true,
            sentence: "Who did nothing for 24 hours and agreed to nothing waits until they act again.",
            asOf: day(1_777_939_200), source: "Send Messages (5 May 2026)"),
        Rule(
            platform: .messenger, situation: .newsPage, call: "{page}/messages, NON_PROMOTIONAL_SUBSCRIPTION",
            isOn: false,
            sentence:
                "News messaging needs a Page in the News Page Index, and is under development by Meta's own word.",
            asOf: day(1_777_939_200), source: "Send Messages (5 May 2026); Policy (11 September 2026)"),
        Rule(
            platform: .messenger, situation: .pageComment, call: "{page}/messages, comment_id", isOn: false,
            sentence: "Who commented on a post may get one private reply within 7 days.", asOf: day(1_777_939_200),
            source: "Send Messages (5 May 2026)"),
        Rule(
            platform: .messenger, situation: .oneTimeToken, call: "{page}/messages, one_time_notif_token", isOn: false,
            sentence: "One-Time Notification is outside Meta's present documents.", asOf: day(1_789_084_800),
            source: "Policy (11 September 2026)"),
        Rule(
            platform: .messenger, situation: .utility, call: "{page}/messages, messaging_type UTILITY", isOn: false,
            sentence: "Utility templates must not hold marketing, so no content of feeds goes by them.",
            asOf: day(1_773_360_000), source: "Utility messages (13 March 2026)"),
    ]
}
