/// One person or chat on one channel: who they are, what they agreed to, what they chose.
package struct Subscriber: Sendable, Hashable {
    /// Where they stand with the channel: it decides what they may be sent, see ``Delivery/Purpose/states``.
    package enum State: String, Sendable, Hashable, Codable, CaseIterable {
        /// Wrote or pressed something, but did not ask for campaigns.
        case guest
        case active
        /// Left by their own word.
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
    /// What the owner wants to know of them beside, by name.
    package var fields: [String: String]
    /// What the link carried that brought them first.
    package var origin: String?
    /// When and where they agreed, as an import says it.
    package var consentAt: Timestamp?
    package var consentSource: String?
    /// From this Messenger's 24 h window counts.
    package var lastActiveAt: Timestamp?
    package var standing = Standing()
    package var preferences = Preferences()
    /// The campaigns that they do not want.
    package var unwanted: Set<CampaignID> = []
    /// Everything that was sent to them until then reached their device.
    package var deliveredUntil: Timestamp?
    package var readUntil: Timestamp?
    package var marketing: MarketingSubscription?
    /// Before that they are not asked for marketing messages again; nil when they never were.
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
    /// What a person said of campaigns last, and whether they can be reached. Each fact keeps the event that it is from, so
    /// that older news changes nothing, in whatever order they come.
    package struct Standing: Sendable, Hashable, Codable {
        /// A fact, and the event that it is from.
        package struct Mark: Sendable, Hashable, Codable {
            package var isTrue: Bool
            package var order: EventOrder
        }

        /// Whether they want campaigns; nil as long as they did not say.
        package var wants: Mark?
        /// Whether they cannot be reached.
        package var isAway: Mark?
        /// Whether they agreed to marketing messages.
        package var agrees: Mark?
        /// When they ended marketing messages at the platform; see ``noteOptOut(at:)``.
        package private(set) var optedOut: EventOrder?
        /// What they did last.
        package var seen: EventOrder?
        /// The first time that they came by a link.
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

        /// Whether neither of the two was said after it.
        private var hasOptedOut: Bool {
            guard let optedOut else { return false }
            if let agrees, agrees.isTrue, agrees.order.isAfter(optedOut) { return false }
            return wants.map { !$0.order.isAfter(optedOut) } ?? true
        }

        /// They ended marketing messages at the platform, which knows no other kind: they want no campaigns either, until they
        /// agree again there or say so to us. What they said to us before stays, and counts again then.
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
                // Of two at the same moment, the careful one counts. So it does when only its number is later: some clock was
                // wrong then.
                let isSame = order == known.order || order.isNumberedAfter(known.order)
                guard isSame, known.isTrue, !isTrue else { return false }
            }
            mark = Mark(isTrue: isTrue, order: order)
            return true
        }
    }

    /// What a person chose in the chat.
    package struct Preferences: Sendable, Hashable, Codable {
        /// How often they want campaigns to reach them.
        package enum Frequency: String, Sendable, Hashable, Codable, CaseIterable {
            /// As it happens.
            case atOnce = "at_once"
            case daily, weekly
        }

        package var frequency: Frequency
        /// When nobody writes to them, in their own time zone.
        package var quietHours: QuietHours?
        /// A name of the time zone database.
        package var timeZone: String?
        /// No campaign reaches them before.
        package var pausedUntil: Timestamp?
        /// When each was chosen, by a short name of it.
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

        // Beside the names of what can be chosen.
        private static let frequencyChange = "f:changed"
        private static let timeZoneChange = "z:changed"

        /// When their frequency became another; nil when it never did.
        package var frequencyChangedAt: Timestamp? { chosen[Self.frequencyChange]?.at }
        /// When their time zone became another; nil when it never did, and for those of whom only the ``timing`` is known.
        package var timeZoneChangedAt: Timestamp? { chosen[Self.timeZoneChange]?.at }

        /// They chose how often they want to be reached.
        package mutating func choose(_ frequency: Frequency, at order: EventOrder) {
            if self.frequency != frequency { chosen[Self.frequencyChange] = order }
            self.frequency = frequency
        }

        /// They chose their clock.
        package mutating func choose(timeZone: String, at order: EventOrder) {
            if self.timeZone != timeZone { chosen[Self.timeZoneChange] = order }
            self.timeZone = timeZone
        }

        /// Names when they want to be reached, how often and by which clock, so that those who want the same can be found; nil
        /// for who did not choose.
        package var timing: String? {
            frequency == .atOnce && timeZone == nil ? nil : "\(frequency.rawValue) \(timeZone ?? "")"
        }

        /// What ``timing`` names.
        package init(timing: String) {
            let parts = timing.split(separator: " ", maxSplits: 1).map { String($0) }
            self.init(
                frequency: parts.first.flatMap(Frequency.init(rawValue:)) ?? .atOnce,
                timeZone: parts.count > 1 ? parts[1] : nil)
        }

        /// - Parameters:
        ///   - name: Of what is chosen.
        ///   - order: When.
        ///   - isLess: Whether they want less than before: then it counts, too, when only its number is later, for some clock
        ///     was wrong then.
        /// - Returns: False when something newer was chosen.
        package mutating func note(_ name: String, at order: EventOrder, isLess: Bool = false) -> Bool {
            let isNewer = chosen[name].map { order.isAfter($0) || isLess && order.isNumberedAfter($0) } ?? true
            guard isNewer else { return false }
            chosen[name] = order
            return true
        }
    }

    /// How many replies went to a person lately: two programs that answer each other must come to an end.
    package struct ReplyAllowance: Sendable, Hashable, Codable {
        /// Replies of one kind, counted from a moment on.
        private struct Count: Sendable, Hashable, Codable {
            var since: Timestamp?
            var last: Timestamp?
            var number = 0
        }

        private var counts: [String: Count] = [:]

        private static let span = Duration.hours(1)

        package init() {}

        /// Takes one more reply of a kind.
        ///
        /// - Parameters:
        ///   - purpose: The kind; each counts for itself.
        ///   - now: When.
        ///   - most: So many in an hour.
        ///   - gap: And so long after the last one, at the least: ten pictures at once are one question.
        /// - Returns: False when that would be too many.
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
    /// How a platform says that somebody is gone, when we write to them.
    package enum Departure: Sendable, Hashable {
        /// They stopped these messages.
        case stopped
        /// They blocked the bot: by that, they have left as well.
        case shutOut
        /// They cannot be reached, whatever they want; when they act, they can be again.
        case away
    }

    /// Telegram's groups and channels have negative numbers or names; what happens there is no person's word.
    package static func isPerson(address: String) -> Bool { !address.hasPrefix("-") && !address.hasPrefix("@") }
}

/// One line of the log that proves who agreed to what, and when they took it back. Lines are added, never changed.
package struct ConsentEntry: Sendable, Hashable {
    /// Whether they agreed, or took it back.
    package enum Kind: String, Sendable, Hashable, Codable, CaseIterable { case given, withdrawn }

    package var kind: Kind
    /// How: `start`, `word`, `button`, `settings`, `block`, `import`, `platform`.
    package var origin: String
    /// What they were told it is about.
    package var shown: String?
    /// What they said or pressed, or what the link carried.
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
