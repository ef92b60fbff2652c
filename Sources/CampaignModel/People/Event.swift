/// An event from a platform: a person wrote, pressed, came or left; or a report about a message.
package struct Event: Sendable, Hashable {
    /// The person of an event, as far as the platform says.
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

    /// The kind of event.
    package enum Kind: Sendable, Hashable {
        /// Pressed Start or Get Started; with the parameter of the link by which they came.
        case started(ref: String?)
        /// Wrote a message; nil when it was no text.
        case wrote(String?)
        /// Pressed one of our buttons. Telegram waits for an answer to the query with that id.
        case pressed(payload: String, query: String?)
        /// Came by a link into an existing conversation.
        case referred(ref: String)
        case reacted
        /// All messages that were sent until then reached the person's device.
        case delivered(until: Timestamp)
        /// The person saw all messages that were sent until then.
        case read(until: Timestamp)
        /// A copy of a message that was sent in the Page's name, with its metadata.
        case echoed(messageID: String, metadata: String?)
        /// A copy of a paid message, with its tracking id and its campaign at the platform.
        case marketingEchoed(tracking: String, campaign: String)
        /// A paid message that had been accepted did not arrive.
        case marketingFailed(tracking: String, reason: String)
        /// Blocked the bot.
        case blocked
        case unblocked
        /// Agreed to marketing messages, for which the platform gave a token.
        case optedIn(MarketingSubscription)
        /// Wants no more marketing messages.
        case optedOut(token: String?)
        /// The platform restricted the Page, or lifted that; with the reason in one sentence.
        case restricted(isBlocked: Bool, reason: String)
        /// An event without effect.
        case other
    }

    /// The person; nil when the event is about the channel as a whole.
    package var person: Person?
    package var order: EventOrder
    package var kind: Kind

    package init(_ kind: Kind, by person: Person?, order: EventOrder) {
        self.kind = kind
        self.person = person
        self.order = order
    }

    /// Whether the event opens Messenger's 24-hour window (Messenger Platform, Send Messages, 5 May 2026): a message, a
    /// tap, a link into the conversation, a reaction do. Opting in, reading and following a link do not.
    package var opensWindow: Bool {
        switch kind {
        case .started, .wrote, .pressed, .referred, .reacted: true
        case .delivered, .read, .echoed, .marketingEchoed, .marketingFailed, .blocked, .unblocked, .optedIn, .optedOut,
            .restricted, .other:
            false
        }
    }
}

/// The position of an event among the others of its channel, whatever the order of their arrival.
package struct EventOrder: Sendable, Hashable, Codable {
    /// Time by the platform's clock; by ours where the platform states none.
    package var at: Timestamp
    /// Telegram's `update_id`; 0 on platforms that do not number their events.
    package var number: Int64
    /// Id of the bot that `number` belongs to; a later bot under the same name has numbers of its own.
    package var bot: Int64

    package init(at: Timestamp, number: Int64 = 0, bot: Int64 = 0) {
        self.at = at
        self.number = number
        self.bot = bot
    }

    private enum CodingKeys: String, CodingKey { case at, number, bot }

    /// Decodes the time in milliseconds, which the text form of a time does not have.
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

    /// Time within which two numbers can be compared: after a week without updates Telegram continues with another
    /// number (Bot API, Update).
    private static let numberedFor = Duration.days(6)

    /// Whether this event happened after the other one. Within some days numbers decide: they are finer than Telegram's
    /// clock, which counts seconds, and order events without a time. Over longer times the clock decides.
    package func isAfter(_ other: EventOrder) -> Bool {
        let apart = at > other.at ? at - other.at : other.at - at
        if hasNumber(beside: other), apart < Self.numberedFor { return number > other.number }
        return (at, number) > (other.at, other.number)
    }

    /// Whether both events have numbers of one bot and this one has the later one, whatever the clocks say.
    package func isNumberedAfter(_ other: EventOrder) -> Bool { hasNumber(beside: other) && number > other.number }

    private func hasNumber(beside other: EventOrder) -> Bool { number > 0 && other.number > 0 && bot == other.bot }
}

/// A received event before processing, as the inbox stores it.
package struct ReceivedEvent: Sendable, Hashable {
    /// A key that is equal for all copies of one event within its channel.
    package var key: String
    /// Address of the person; nil where the event has none.
    package var address: String?
    /// The platform's JSON of this event alone, or the raw text if it was no JSON.
    package var body: String
    /// Token of the person's marketing subscription, where the platform gives nothing else of the person.
    package var marketingToken: String?

    package init(key: String, address: String?, body: String, marketingToken: String? = nil) {
        self.key = key
        self.address = address
        self.body = body
        self.marketingToken = marketingToken
    }
}
