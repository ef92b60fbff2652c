package import CampaignModel

/// Who may be written to now, and by which call. Platforms change such rules overnight: each says from which document it is,
/// and of which day.
///
/// Of Messenger's ways these are known and not built:
/// * Recurring Notifications (`{page}/messages` with `notification_messages_token`) take no new integrations: Marketing
///   Messages, legacy (11 September 2026).
/// * News messaging (`NON_PROMOTIONAL_SUBSCRIPTION`) needs a Page in the News Page Index, and is under development by Meta's
///   own word: Send Messages (5 May 2026); Policy (11 September 2026).
/// * Who commented on a post may get one private reply (`comment_id`) within 7 days: Send Messages (5 May 2026).
/// * One-Time Notification (`one_time_notif_token`) is outside Meta's present documents: Policy (11 September 2026).
/// * Utility templates (`messaging_type` `UTILITY`) must not hold marketing, so no content of feeds goes by them: Utility
///   messages (13 March 2026).
package enum Eligibility {
    /// Whether a free message may go now.
    package enum Answer: Sendable, Hashable {
        case allowed
        /// Not now; it waits until the subscriber is active again.
        case held(DeliveryReason)
    }

    /// Which way is open.
    package enum Way: Sendable, Hashable {
        case free
        /// To the holder of this token.
        case paid(token: String)
        /// None, for now.
        case held(DeliveryReason)
    }

    /// How far another clock may run ahead of ours before its times are not believed.
    private static let clockTolerance = Duration.minutes(5)

    /// Whether who agreed to it can be written to for money when the window is closed.
    ///
    /// Messenger: one message in 12 hours, paid for by delivery, outside the EU, the UK, Japan, South Korea and Australia, by
    /// `act_{account}/messages`; Marketing Messages, Send messages (13 April and 30 June 2026).
    private static func hasPaidWay(_ platform: Platform) -> Bool {
        switch platform {
        case .messenger: true
        case .telegram: false
        }
    }

    /// Whether a free message may go to someone who was last active then.
    ///
    /// Allowed means `now - window < lastActiveAt <= now + clockTolerance`, or a platform without a window.
    package static func mayReceive(platform: Platform, lastActiveAt: Timestamp?, now: Timestamp) -> Answer {
        guard platform.hasWindow else { return .allowed }
        let hours = Platform.window.milliseconds / 3_600_000
        guard let lastActiveAt, lastActiveAt <= now + clockTolerance else {
            return .held(
                DeliveryReason(
                    code: "\(platform.rawValue)_window_unknown",
                    message: "It is not known when this person last wrote, and Messenger allows messages only within "
                        + "\(hours) hours of that; it goes out when they write."
                )
            )
        }
        guard lastActiveAt > now - Platform.window else {
            return .held(
                DeliveryReason(
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
    package static func way(
        platform: Platform, lastActiveAt: Timestamp?, marketing: MarketingSubscription?, paysFrom: Timestamp?,
        now: Timestamp
    ) -> Way {
        guard case .held(let closed) = mayReceive(platform: platform, lastActiveAt: lastActiveAt, now: now) else {
            return .free
        }
        guard hasPaidWay(platform), let paysFrom, let marketing else { return .held(closed) }
        guard paysFrom <= now else {
            return .held(
                DeliveryReason(
                    code: "\(platform.rawValue)_paid_later",
                    message:
                        "Meta takes no paid messages of this channel before \(paysFrom); it goes out then, or when "
                        + "this person writes."))
        }
        guard let from = marketing.sendableFrom else {
            return .held(
                DeliveryReason(
                    code: "\(platform.rawValue)_no_paid_route",
                    message:
                        "This person agreed to marketing messages, but Meta delivers none to them; it goes out when "
                        + "they write."))
        }
        guard from <= now else {
            return .held(
                DeliveryReason(
                    code: "\(platform.rawValue)_paid_gap",
                    message:
                        "This person can get the next paid message at \(from): Meta allows one in 12 hours; it goes "
                        + "out then, or when they write."))
        }
        return .paid(token: marketing.token)
    }
}
