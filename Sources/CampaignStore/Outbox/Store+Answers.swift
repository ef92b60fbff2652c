package import CampaignModel

/// How an attempt ended, and what is to be stored of it.
struct Answer: Sendable {
    let delivery: ClaimedDelivery
    let attempt: Int
    let outcome: AttemptOutcome
    let note: MarketingNote?
    /// Whether it is the first one that may have the message.
    let isNews: Bool
    let now: Timestamp

    /// A delivery that was sent at its first attempt tells all that there is to tell.
    var arrival: Arrival? {
        guard case .sent(let id) = outcome, attempt == 1, note == nil, !isNews else { return nil }
        return Arrival(answer: self, platformID: id)
    }
}

/// The answer of most attempts: the first one was accepted, and that was all.
struct Arrival: Sendable {
    let answer: Answer
    /// What the platform calls the message.
    let platformID: String
}

/// The answers to what was sent.
extension Store {
    // When it began is where the delivery says so.
    private static func insertAttempt(_ state: Delivery.State, _ locking: String = "") -> String {
        """
        INSERT INTO attempts (delivery_id, attempt, part, started_at, finished_at, outcome, platform_message_id,
            reason_code, reason)
        SELECT id, attempt, parts_sent, updated_at, $4, $5, $6, $7, $8 FROM deliveries
        WHERE id = $1 AND attempt = $2 AND token = $3 AND state = '\(state.rawValue)'\(locking)
        """
    }
    // Who gives it up at this moment is waited for, or comes too late.
    private static let insertAttempt = DialectStatement { insertAttempt(.sending, $0.locking("deliveries")) }
    // It was given up meanwhile, and is there already.
    private static let mendAttempt = """
        \(insertAttempt(.unknown))
        ON CONFLICT (delivery_id, attempt) DO UPDATE SET finished_at = excluded.finished_at, outcome = excluded.outcome,
            platform_message_id = excluded.platform_message_id, reason_code = NULL, reason = NULL
        """
    private static let columnsOfOutcome = """
        state = $4, parts_sent = parts_sent + $5, platform_message_id = COALESCE($6, platform_message_id),
            reason_code = $7, reason = $8, updated_at = $9
        """
    private static let isInFlight = "id = $1 AND attempt = $2 AND token = $3 AND state = 'sending'"
    /// It goes on at once, under the same lease.
    private static let finishPart = "UPDATE deliveries SET \(columnsOfOutcome) WHERE \(isInFlight)"
    private static let putBack = """
        UPDATE deliveries SET \(columnsOfOutcome), not_before = COALESCE($10, not_before), token = NULL,
            lease_until = NULL
        WHERE \(isInFlight)
        """
    private static let finish = """
        UPDATE deliveries SET \(columnsOfOutcome), lease_until = NULL, ended_at = $9 WHERE \(isInFlight)
        """
    // The answer came after the lease had ended: it is true all the same.
    private static let finishLate = """
        UPDATE deliveries SET \(columnsOfOutcome), lease_until = NULL, ended_at = $9
        WHERE id = $1 AND attempt = $2 AND token = $3 AND state = 'unknown'
        """

    private static let arrive = DialectStatement {
        """
        UPDATE deliveries SET state = 'sent', parts_sent = parts_sent + 1, platform_message_id = v.value,
            reason_code = NULL, reason = NULL, updated_at = $3, lease_until = NULL, ended_at = $3
        FROM \($0.members(of: "$1")) v
        WHERE deliveries.id = CAST(v.key AS BIGINT) AND attempt = 1 AND token = $2 AND state = 'sending'
        """
    }

    /// Stores how an attempt ended. Only the attempt that is in flight can be ended, and only once; that it arrived counts
    /// also when it was given up as unknown meanwhile.
    ///
    /// - Parameters:
    ///   - delivery: In flight.
    ///   - attempt: Its number.
    ///   - outcome: How it ended.
    ///   - note: What it tells of the person and marketing messages.
    ///   - now: The time.
    /// - Returns: false when the row had moved on, so that this answer counts for nothing.
    /// - Throws: When the database fails.
    @discardableResult
    package func finish(
        _ delivery: ClaimedDelivery, attempt: Int, as outcome: AttemptOutcome, noting note: MarketingNote? = nil,
        now: Timestamp
    ) async throws -> Bool {
        let hasArrived = outcome.mayHaveArrived && delivery.campaign != nil
        let isNews = hasArrived && !cache.isReached(delivery.messageID, delivery.channel)
        let answer = Answer(
            delivery: delivery, attempt: attempt, outcome: outcome, note: note, isNews: isNews, now: now)
        // What changes nothing but the delivery and its attempt is fenced by them.
        let isolation: IsolationLevel = outcome.isOnlyOfDelivery && note == nil ? .readCommitted : .serializable
        var counts = true
        do {
            if let arrival = answer.arrival {
                counts = try await arrivals.add(arrival, to: database)
            } else {
                counts = try await database.write(.fullUsingReserve, isolation) { try Self.store(answer, on: $0) }
            }
        } catch is InDoubtCommit {
            // A second time it changes nothing, if the first one counted.
            _ = try await database.write(.fullUsingReserve, isolation) { try Self.store(answer, on: $0) }
        }
        if isNews, counts { cache.noteReached(delivery.messageID, delivery.channel) }
        return counts
    }

    static func store(_ arrivals: [Arrival], on connection: any SQLConnection) throws -> [Bool] {
        var counts = arrivals.map { _ in true }
        let now = arrivals.map(\.answer.now).max() ?? Timestamp(milliseconds: 0)
        for (token, members) in grouped(arrivals.map(\.answer.delivery.token)) {
            guard members.count > 1 else {
                counts[members[0]] = try store(arrivals[members[0]].answer, on: connection)
                continue
            }
            let object = StoredJSON.object(
                members.map { ("\(arrivals[$0].answer.delivery.id)", arrivals[$0].platformID) })
            let changed = try connection.execute(
                arrive[connection.dialect], [.text(object), .text(token), .time(now)])
            guard changed == members.count else { throw SomeRefused() }
        }
        return counts
    }

    /// - Returns: Whether it counts.
    private static func store(_ answer: Answer, on connection: any SQLConnection) throws -> Bool {
        let (delivery, now) = (answer.delivery, answer.now)
        let row = StoredOutcome(answer.outcome)
        let fence: [SQLValue] = [.id(delivery.id), .integer(Int64(answer.attempt)), .text(delivery.token)]
        let told: [SQLValue] = [
            .optional(row.messageID), .optional(row.reason?.code), .optional(row.reason?.message),
        ]
        let values =
            fence + [.text(row.state.rawValue), .integer(row.partIsDone ? 1 : 0)] + told + [.time(now)]
        let columns: [SQLValue] = fence + [.time(now), .text(row.attempt)] + told
        // A delivery that was sent at its first attempt tells all that there is to tell.
        let isPlain = answer.attempt == 1 && row.state == .sent
        if !isPlain, try connection.execute(insertAttempt[connection.dialect], columns) == 0 {
            guard row.state == .sent else { return false }
        }
        let changed =
            switch row.state {
            case .claimed: try connection.execute(finishPart, values)
            case .queued, .held: try connection.execute(putBack, values + [.time(row.notBefore)])
            default: try connection.execute(finish, values)
            }
        if changed == 0 {
            guard row.state == .sent, try connection.execute(mendAttempt, columns) == 1,
                try connection.execute(finishLate, values) == 1
            else { return false }
        }
        if let note = answer.note { try take(note, of: delivery.subscriber, now: now, on: connection) }
        if answer.isNews { try noteReached(delivery, at: now, on: connection) }
        switch answer.outcome {
        case .subscriberGone(let departure, let reason):
            let began = try connection.integer(selectBegan, [.id(delivery.id), .integer(Int64(answer.attempt))])
            let time = began.map(Timestamp.init(milliseconds:)) ?? now
            try leave(delivery.subscriber, departure, reason, asOf: time, now: now, on: connection)
        case .held:
            // What we believed about the window was wrong; the subscriber's next action will tell, or has told meanwhile.
            if let believed = delivery.lastActiveAt {
                try connection.execute(forgetActivity, [.id(delivery.subscriber), .time(believed)])
            }
        case .moved(let address, _):
            try move(delivery.subscriber, of: delivery.channel, to: address, at: now, on: connection)
        case .rest(let time, _):
            try connection.execute(restChannel, [.id(delivery.channel), .time(time)])
        case .contentRefused(let reason):
            try stopIfHopeless(delivery, reason, at: now, on: connection)
        default: break
        }
        if !row.partIsDone { try settleByEarlierEcho(delivery.id, now: now, on: connection) }
        return true
    }

    private static let forgetActivity = """
        UPDATE subscribers SET last_active_at = NULL WHERE id = $1 AND last_active_at = $2
        """
    private static let selectBegan = "SELECT started_at FROM attempts WHERE delivery_id = $1 AND attempt = $2"
    private static let suppressWaiting = """
        UPDATE deliveries SET state = 'suppressed', reason_code = $2, reason = $3, updated_at = $4, ended_at = $4
        WHERE subscriber_id = $1 AND ended_at IS NULL AND state IN ('queued', 'held')
        """

    /// The answer is about the moment at which its request left, and what the person did after that is newer. Telegram tells
    /// the time of that in whole seconds.
    private static func leave(
        _ subscriber: SubscriberID, _ departure: Subscriber.Departure, _ reason: DeliveryReason, asOf time: Timestamp,
        now: Timestamp, on connection: any SQLConnection
    ) throws {
        if var person = try loadSubscriber(subscriber, on: connection), person.state == .active {
            let order = EventOrder(at: Timestamp(seconds: time.milliseconds / 1000))
            if departure != .stopped { person.standing.note(isAway: true, at: order) }
            let hasLeft =
                switch departure {
                case .away: false
                case .shutOut: person.standing.note(wants: false, at: order)
                case .stopped: person.standing.noteOptOut(at: order)
                }
            if departure == .stopped, person.standing.note(agrees: false, at: order) { person.marketing = nil }
            if hasLeft {
                try logConsent(
                    ConsentEntry(.withdrawn, origin: "platform", said: reason.code, at: now), of: subscriber, now: now,
                    on: connection)
            }
            let isBack = person.state == .active
            try save(person, subscriber, reason: isBack ? nil : reason.message, now: now, on: connection)
            if isBack { return }
        }
        try suppress(subscriber, reason, at: now, on: connection)
    }

    private static let changeAddress = "UPDATE subscribers SET address = $2, moved_at = $3 WHERE id = $1"

    static func move(
        _ subscriber: SubscriberID, of channel: ChannelID, to address: String, at now: Timestamp,
        on connection: any SQLConnection
    ) throws {
        guard var person = try loadSubscriber(subscriber, on: connection), person.address != address else { return }
        func change(_ id: SubscriberID, to address: String) throws {
            try connection.execute(changeAddress, [.id(id), .text(address), .time(now)])
        }
        guard let other = try loadSubscriber(address: address, channel: channel, on: connection) else {
            return try change(subscriber, to: address)
        }
        // Telegram tells of the bot in the new chat before it tells that the old one moved: nobody subscribed there yet.
        guard other.subscriber.standing.wants != nil else {
            try change(other.id, to: "moved:\(other.id)")
            try change(subscriber, to: address)
            return try change(other.id, to: person.address)
        }
        // A subscriber that we know already: then the old row is a double of it.
        let double = DeliveryReason(
            code: "moved", message: "the chat moved to \(address), which is a subscriber already")
        person.standing.note(isAway: true, at: EventOrder(at: now))
        try save(person, subscriber, reason: double.message, now: now, on: connection)
        try suppress(subscriber, double, at: now, on: connection)
    }

    static func suppress(
        _ subscriber: SubscriberID, _ reason: DeliveryReason, at now: Timestamp, on connection: any SQLConnection
    ) throws {
        try connection.execute(
            suppressWaiting, [.id(subscriber), .text(reason.code), .text(reason.message), .time(now)])
    }
}
