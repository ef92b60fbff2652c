/// One person or chat on one channel, with consent and preferences.
package struct Subscriber: Sendable, Hashable {
    /// The subscription's state, which decides what may be sent, see ``Delivery/Purpose/states``.
    package enum State: String, Sendable, Hashable, Codable, CaseIterable {
        /// Wrote or pressed something, but did not ask for campaigns.
        case guest
        case active
        /// Unsubscribed.
        case stopped
        /// Blocked the bot, or is gone.
        case blocked
    }

    /// A Telegram chat id or `@channel`; a Messenger page-scoped id.
    package var address: String
    package var firstName: String?
    package var lastName: String?
    /// An IETF language tag.
    package var language: String?
    package var tags: [String]
    /// Further values of the owner, by name.
    package var fields: [String: String]
    /// Parameter of the link by which they first came.
    package var origin: String?
    /// Time and place of the consent, as an import states them.
    package var consentAt: Timestamp?
    package var consentSource: String?
    /// Time of the last activity, from which Messenger's 24-hour window counts.
    package var lastActiveAt: Timestamp?
    package var standing = Standing()
    package var preferences = Preferences()
    /// Campaigns that the subscriber does not want.
    package var unwanted: Set<CampaignID> = []
    /// Time up to which all sent messages reached the person's device.
    package var deliveredUntil: Timestamp?
    package var readUntil: Timestamp?
    package var marketing: MarketingSubscription?
    /// Time before which the person is not asked for marketing messages again; nil when never asked.
    package var askFrom: Timestamp?
    package var replies = ReplyAllowance()

    package init(
        address: String, firstName: String? = nil, lastName: String? = nil, language: String? = nil,
        tags: [String] = [], fields: [String: String] = [:], origin: String? = nil, consentAt: Timestamp? = nil,
        consentSource: String? = nil, lastActiveAt: Timestamp? = nil
    ) {
        self.address = address
        self.firstName = firstName
        self.lastName = lastName
        self.language = language
        self.tags = tags
        self.fields = fields
        self.origin = origin
        self.consentAt = consentAt
        self.consentSource = consentSource
        self.lastActiveAt = lastActiveAt
    }

    package var state: State { standing.state }
}

extension Subscriber {
    /// A person's last statements about campaigns, and whether they can be reached. Each fact keeps the order of its
    /// event, so that an older event that arrives later changes nothing.
    package struct Standing: Sendable, Hashable, Codable {
        /// A fact, and the order of the event that it comes from.
        package struct Mark: Sendable, Hashable, Codable {
            package var isTrue: Bool
            package var order: EventOrder
        }

        /// Whether the person wants campaigns; nil as long as they did not say.
        package var wants: Mark?
        /// Whether the person cannot be reached.
        package var isAway: Mark?
        /// Whether the person agreed to marketing messages.
        package var agrees: Mark?
        /// Order of the last opt-out from marketing messages at the platform; see ``noteOptOut(at:)``.
        package private(set) var optedOut: EventOrder?
        /// Order of the person's last event.
        package var seen: EventOrder?
        /// Order of the first event with a link by which they came.
        package var cameAt: EventOrder?

        package init() {}

        package var state: State {
            if isAway?.isTrue ?? false { return .blocked }
            if hasOptedOut { return .stopped }
            return switch wants?.isTrue {
            case true?: .active
            case false?: .stopped
            case nil: agrees?.isTrue ?? false ? .active : .guest
            }
        }

        /// Whether the last opt-out is newer than both `wants` and an agreement.
        private var hasOptedOut: Bool {
            guard let optedOut else { return false }
            if let agrees, agrees.isTrue, agrees.order.isAfter(optedOut) { return false }
            return wants.map { !$0.order.isAfter(optedOut) } ?? true
        }

        /// Records an opt-out from marketing messages at the platform, which knows no other kind. The person counts as
        /// unsubscribed from campaigns, too, until they agree again there or in the chat. Earlier statements are kept,
        /// and count again then.
        ///
        /// - Returns: False when something newer is known.
        @discardableResult
        package mutating func noteOptOut(at order: EventOrder) -> Bool {
            guard optedOut.map({ order.isAfter($0) }) ?? true else { return false }
            optedOut = order
            return hasOptedOut
        }

        /// - Returns: False when something newer is known.
        @discardableResult
        package mutating func note(wants: Bool, at order: EventOrder) -> Bool {
            Self.note(wants, at: order, in: &self.wants)
        }

        /// - Returns: False when something newer is known.
        @discardableResult
        package mutating func note(isAway: Bool, at order: EventOrder) -> Bool {
            Self.note(isAway, at: order, in: &self.isAway)
        }

        /// - Returns: False when something newer is known.
        @discardableResult
        package mutating func note(agrees: Bool, at order: EventOrder) -> Bool {
            Self.note(agrees, at: order, in: &self.agrees)
        }

        private static func note(_ isTrue: Bool, at order: EventOrder, in mark: inout Mark?) -> Bool {
            if let known = mark, !order.isAfter(known.order) {
                // Of two events at the same time the more careful one (false) counts; also when only its number is
                // later, since a clock was wrong then.
                let isSame = order == known.order || order.isNumberedAfter(known.order)
                guard isSame, known.isTrue, !isTrue else { return false }
            }
            mark = Mark(isTrue: isTrue, order: order)
            return true
        }
    }

    /// A person's choices in the chat.
    package struct Preferences: Sendable, Hashable, Codable {
        /// How often the person wants campaign messages.
        package enum Frequency: String, Sendable, Hashable, Codable, CaseIterable {
            /// At once.
            case atOnce = "at_once"
            case daily, weekly
        }

        package var frequency: Frequency
        /// Hours without messages, in their own time zone.
        package var quietHours: QuietHours?
        /// The person's time zone, a name of the time zone database.
        package var timeZone: String?
        /// Time before which no campaign message is sent; nil for no pause.
        package var pausedUntil: Timestamp?
        /// Order of the event of each choice, by a short name of the choice.
        package var chosen: [String: EventOrder]

        package init(
            frequency: Frequency = .atOnce, quietHours: QuietHours? = nil, timeZone: String? = nil,
            pausedUntil: Timestamp? = nil
        ) {
            self.frequency = frequency
            self.quietHours = quietHours
            self.timeZone = timeZone
            self.pausedUntil = pausedUntil
            chosen = [:]
        }

        // Names in `chosen` beside those of choices.
        private static let frequencyChange = "f:changed"
        private static let timeZoneChange = "z:changed"

        /// Time of the last change of the frequency; nil for none.
        package var frequencyChangedAt: Timestamp? { chosen[Self.frequencyChange]?.at }
        /// Time of the last change of the time zone; nil for none, or when only the ``timing`` is known.
        package var timeZoneChangedAt: Timestamp? { chosen[Self.timeZoneChange]?.at }

        /// Sets the frequency.
        package mutating func choose(_ frequency: Frequency, at order: EventOrder) {
            if self.frequency != frequency { chosen[Self.frequencyChange] = order }
            self.frequency = frequency
        }

        /// Sets the time zone.
        package mutating func choose(timeZone: String, at order: EventOrder) {
            if self.timeZone != timeZone { chosen[Self.timeZoneChange] = order }
            self.timeZone = timeZone
        }

        /// Frequency and time zone as text, so that people with the same choice can be found in the database; nil
        /// without a choice.
        package var timing: String? {
            frequency == .atOnce && timeZone == nil ? nil : "\(frequency.rawValue) \(timeZone ?? "")"
        }

        /// Parses ``timing``.
        package init(timing: String) {
            let parts = timing.split(separator: " ", maxSplits: 1).map { String($0) }
            self.init(
                frequency: parts.first.flatMap(Frequency.init(rawValue:)) ?? .atOnce,
                timeZone: parts.count > 1 ? parts[1] : nil)
        }

        /// Records a choice.
        ///
        /// - Parameters:
        ///   - name: The short name of the choice.
        ///   - order: The order of its event.
        ///   - isLess: Whether the person wants less than before. Then the choice counts also when only its number is
        ///     later, since a clock was wrong then.
        /// - Returns: False when something newer was chosen.
        package mutating func note(_ name: String, at order: EventOrder, isLess: Bool = false) -> Bool {
            let isNewer = chosen[name].map { order.isAfter($0) || isLess && order.isNumberedAfter($0) } ?? true
            guard isNewer else { return false }
            chosen[name] = order
            return true
        }
    }

    /// Limits the replies to a person, so that two programs that answer each other do not go on without end.
    package struct ReplyAllowance: Sendable, Hashable, Codable {
        /// Number of replies of one kind since a moment.
        private struct Count: Sendable, Hashable, Codable {
            var since: Timestamp?
            var last: Timestamp?
            var number = 0
        }

        private var counts: [String: Count] = [:]

        private static let span = Duration.hours(1)

        package init() {}

        /// Counts one more reply of a kind if the limits allow it.
        ///
        /// - Parameters:
        ///   - purpose: The kind; each has limits of its own.
        ///   - now: The present time.
        ///   - most: Most replies in an hour.
        ///   - gap: Least time since the last one, since ten pictures at once need one reply.
        /// - Returns: False when the reply would exceed the limits.
        package mutating func take(
            _ purpose: Delivery.Purpose, at now: Timestamp, most: Int, gap: Duration = .zero
        ) -> Bool {
            var count = counts[purpose.rawValue] ?? Count()
            if let last = count.last, last <= now, now - last < gap { return false }
            if let since = count.since, since <= now, now - since < Self.span {
                guard count.number < most else { return false }
            } else {
                count.since = now
                count.number = 0
            }
            count.number += 1
            count.last = now
            counts[purpose.rawValue] = count
            return true
        }
    }
}

extension Subscriber {
    /// How a platform refuses a message because the person is gone.
    package enum Departure: Sendable, Hashable {
        /// The person stopped these messages.
        case stopped
        /// The person blocked the bot, which also unsubscribes them.
        case shutOut
        /// The person cannot be reached now, whatever they want. Their next action shows that they can.
        case away
    }

    /// Whether a Telegram address is a person's. Groups and channels have negative ids or names, and events there state
    /// no person's wish.
    package static func isPerson(address: String) -> Bool { !address.hasPrefix("-") && !address.hasPrefix("@") }
}

/// An entry of the consent log, which proves who agreed to what and when they withdrew it. Entries are added, never
/// changed.
package struct ConsentEntry: Sendable, Hashable {
    /// Whether consent was given or withdrawn.
    package enum Kind: String, Sendable, Hashable, Codable, CaseIterable { case given, withdrawn }

    package var kind: Kind
    /// Origin: `start`, `word`, `button`, `settings`, `block`, `import`, `platform`.
    package var origin: String
    /// Text that the person was shown about the subscription.
    package var shown: String?
    /// Text or button of the person, or the link's parameter.
    package var said: String?
    package var at: Timestamp

    package init(_ kind: Kind, origin: String, shown: String? = nil, said: String? = nil, at: Timestamp) {
        self.kind = kind
        self.origin = origin
        self.shown = shown
        self.said = said
        self.at = at
    }
}
