/// Whom a platform means by "too many requests": Telegram says it of one chat and of the whole bot in the same words.
///
/// What else is on the wire tells: when a request that left later is taken, only the chat is meant; when another chat hears
/// the same, or nobody else is asked, it is the bot. Until that is known nothing new leaves.
struct RateLimitScopeDetector: Sendable {
    /// One request on the wire.
    struct Ticket: Sendable, Hashable {
        fileprivate let number: UInt64
        let chat: String
        /// When it left, in monotonic nanoseconds.
        let leftAt: UInt64
    }

    enum Answer: Sendable, Hashable {
        /// The platform took it, or refused it for what it is.
        case heard
        /// Too many requests; again at that monotonic time.
        case flooded(until: UInt64)
        /// No answer that tells anything.
        case nothing
    }

    enum Finding: Sendable, Hashable {
        case nothing
        /// Nothing of the channel may leave before.
        case channel(until: UInt64)
    }

    private struct Suspicion {
        let chat: String
        let leftAt: UInt64
        let until: UInt64
    }

    private var number: UInt64 = 0
    private var onTheWire: Set<Ticket> = []
    private var suspicion: Suspicion?

    /// Whether new requests wait for the answers of those that left.
    func isHolding(at now: UInt64) -> Bool { suspicion.map { $0.until > now } ?? false }

    /// Until when the channel would be quiet, if it is the one that is meant.
    var suspectedUntil: UInt64? { suspicion?.until }

    mutating func leave(to chat: String, at now: UInt64) -> Ticket {
        number &+= 1
        let ticket = Ticket(number: number, chat: chat, leftAt: now)
        onTheWire.insert(ticket)
        return ticket
    }

    mutating func hear(_ answer: Answer, of ticket: Ticket) -> Finding {
        onTheWire.remove(ticket)
        switch answer {
        case .flooded(let until):
            if let earlier = suspicion, earlier.chat != ticket.chat {
                suspicion = nil
                return .channel(until: max(until, earlier.until))
            }
            suspicion = Suspicion(chat: ticket.chat, leftAt: ticket.leftAt, until: until)
        case .heard:
            if let suspicion, ticket.leftAt >= suspicion.leftAt, ticket.chat != suspicion.chat { self.suspicion = nil }
        case .nothing: break
        }
        guard let suspicion, onTheWire.isEmpty else { return .nothing }
        self.suspicion = nil
        return .channel(until: suspicion.until)
    }
}
