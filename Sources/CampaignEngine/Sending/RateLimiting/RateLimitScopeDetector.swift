/// Detects whether "too many requests" means one chat or the whole bot, for which Telegram uses the same words.
///
/// Other requests in flight tell: when one to another chat that left later is accepted, only the chat is limited; when
/// another chat gets the same answer, or no other request is in flight, the bot is. New requests wait until that is
/// known.
struct RateLimitScopeDetector: Sendable {
    /// One request in flight.
    struct Ticket: Sendable, Hashable {
        fileprivate let number: UInt64
        let chat: String
        /// Time at which the request left, in monotonic nanoseconds.
        let leftAt: UInt64
    }

    enum Answer: Sendable, Hashable {
        /// The platform accepted the request, or refused it for its content.
        case heard
        /// "Too many requests", with the end of the wait in monotonic nanoseconds.
        case flooded(until: UInt64)
        /// No answer, or one that tells nothing about limits.
        case nothing
    }

    enum Finding: Sendable, Hashable {
        case nothing
        /// The whole channel is limited until then, in monotonic nanoseconds.
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

    /// Whether new requests wait for the answers of those in flight.
    func isHolding(at now: UInt64) -> Bool { suspicion.map { $0.until > now } ?? false }

    /// End of the pause if the whole channel turns out to be limited, in monotonic nanoseconds.
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
