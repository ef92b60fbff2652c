/// Something that came back from a platform: a person wrote, pressed, came, left; or the platform tells of a message.
package struct Event: Sendable, Hashable {
    /// Who did it, as far as the platform says.
    package struct Person: Sendable, Hashable {
        /// A Telegram chat id, a Messenger page-scoped id.
        package var address: String
        package var firstName: String?
        package var lastName: String?
        /// An IETF language tag, as the platform gives it: `tr`, `pt-BR`.
        package var language: String?

        package init(address: String, firstName: String? = nil, lastName: String? = nil, language: String? = nil) {
            self.address = address
            self.firstName = firstName
            self.lastName = lastName
            self.language = language
        }
    }

    /// What was done, or what the platform tells of.
    package enum Kind: Sendable, Hashable {
        /// Pressed Start or Get Started; with what the link carried that brought them.
        case started(ref: String?)
        /// Wrote something; nil when it was no text.
        case wrote(String?)
        /// Pressed one of our buttons. Telegram waits for an answer to the query with that id.
        case pressed(payload: String, query: String?)
        /// Came by a link into a conversation that was there already.
        case referred(ref: String)
        case reacted
        /// Everything that was sent to them until then reached their device.
        case delivered(until: Timestamp)
        /// They saw everything that was sent to them until then.
        case read(until: Timestamp)
        /// A copy of what was sent in the Page's name, with the metadata that its sender gave it.
        case echoed(messageID: String, metadata: String?)
        /// A copy of a paid message, by the number that it is tracked under, and of which campaign at the platform it is.
        case marketingEchoed(tracking: String, campaign: String)
        /// A paid message that was accepted did not arrive after all.
        case marketingFailed(tracking: String, reason: String)
        /// Shut the bot out.
        case blocked
        case unblocked
        /// Agreed to marketing messages, and the platform gave a token to send them by.
        case optedIn(MarketingSubscription)
        /// Wants no more marketing messages.
        case optedOut(token: String?)
        /// The platform restricts the Page, or lifts that: one sentence.
        case restricted(isBlocked: Bool, reason: String)
        /// Nothing that changes anything.
        case other
    }

    /// Nil when it is about the channel as a whole.
    package var person: Person?
    package var order: EventOrder
    package var kind: Kind

    package init(_ kind: Kind, by person: Person?, order: EventOrder) {
        self.kind = kind
        self.person = person
        self.order = order
    }

    /// Whether a person did something that opens Messenger's 24 hours (Messenger Platform, Send Messages, 5 May 2026): a
    /// message, a tap, a link into the conversation, a reaction. To opt in, to read and to follow a link do not.
    package var opensWindow: Bool {
        switch kind {
        case .started, .wrote, .pressed, .referred, .reacted: true
        case .delivered, .read, .echoed, .marketingEchoed, .marketingFailed, .blocked, .unblocked, .optedIn, .optedOut,
            .restricted, .other:
            false
        }
    }
}

/// Where an event stands among the others of its channel, whatever the order in which they came.
package struct EventOrder: Sendable, Hashable, Codable {
    /// By the platform's clock; by ours where it says nothing.
    package var at: Timestamp
    /// Telegram's `update_id`; 0 on platforms that do not number their events.
    package var number: Int64
    /// The bot whose number it is: another one, under the same name, counts for itself.
    package var bot: Int64

    package init(at: Timestamp, number: Int64 = 0, bot: Int64 = 0) {
        self.at = at
        self.number = number
        self.bot = bot
    }

    private enum CodingKeys: String, CodingKey { case at, number, bot }

    /// To the millisecond, which the written form of a time is not.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        at = Timestamp(milliseconds: try container.decode(Int64.self, forKey: .at))
        number = try container.decodeIfPresent(Int64.self, forKey: .number) ?? 0
        bot = try container.decodeIfPresent(Int64.self, forKey: .bot) ?? 0
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(at.milliseconds, forKey: .at)
        if number != 0 { try container.encode(number, forKey: .number) }
        if bot != 0 { try container.encode(bot, forKey: .bot) }
    }

    /// After a quiet week Telegram goes on with another number (Bot API, Update).
    private static let numberedFor = Duration.days(6)

    /// Whether it happened after the other one. Numbers are finer than Telegram's clock, which counts seconds, and tell
    /// the order of events whose time it does not say; over longer times only the clock counts.
    package func isAfter(_ other: EventOrder) -> Bool {
        let apart = at > other.at ? at - other.at : other.at - at
        if hasNumber(beside: other), apart < Self.numberedFor { return number > other.number }
        return (at, number) > (other.at, other.number)
    }

    /// Whether it has the later one of two numbers of one bot, whatever the clocks say.
    package func isNumberedAfter(_ other: EventOrder) -> Bool { hasNumber(beside: other) && number > other.number }

    private func hasNumber(beside other: EventOrder) -> Bool { number > 0 && other.number > 0 && bot == other.bot }
}

/// An event as it came, before anything is made of it: what the inbox keeps.
package struct ReceivedEvent: Sendable, Hashable {
    /// The same for every copy of one event, within its channel.
    package var key: String
    /// Whose it is, where that can be seen.
    package var address: String?
    /// In the platform's own words: JSON of this event alone, or what came if it was none.
    package var body: String
    /// Of whose marketing subscription it is, where that is all that the platform says of the person.
    package var marketingToken: String?

    package init(key: String, address: String?, body: String, marketingToken: String? = nil) {
        self.key = key
        self.address = address
        self.body = body
        self.marketingToken = marketingToken
    }
}
