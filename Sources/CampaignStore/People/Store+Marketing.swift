package import CampaignModel

/// What an attempt tells of a person and marketing messages.
package enum MarketingNote: Sendable, Hashable {
    /// The next paid message may go then.
    case notBefore(Timestamp)
    /// No paid message reaches them: the platform's code for why.
    case noRoute(String)
    /// Their token is good for nothing.
    case ended
    /// They are not asked again before.
    case askNotBefore(Timestamp)
}

/// A campaign of ours as the platform knows it.
package struct MarketingCampaign: Sendable, Hashable {
    /// The campaign's id there.
    package var platformID: String
    /// Nothing can be sent before.
    package var readyAt: Timestamp

    package init(platformID: String, readyAt: Timestamp) {
        self.platformID = platformID
        self.readyAt = readyAt
    }
}

/// What must be known right before a paid message goes.
package struct MarketingState: Sendable, Hashable {
    /// Nil when it is not made yet.
    package var campaign: MarketingCampaign?
    /// From when the channel sends paid messages; nil when it does not.
    package var paysFrom: Timestamp?
    /// Why it does not, if the platform said so.
    package var stoppedReason: String?
}

/// Somebody who left, of whom the platform does not know it yet.
package struct MarketingOptOut: Sendable, Hashable {
    package var channel: ChannelID
    package var address: String
    /// How often it was told so far, in vain.
    package var tries: Int
}

/// Paid messages outside of Messenger's 24 hours.
extension Store {
    static func take(
        _ note: MarketingNote, of subscriber: SubscriberID, now: Timestamp, on connection: any SQLConnection
    ) throws {
        guard var person = try loadSubscriber(subscriber, on: connection) else { return }
        switch note {
        case .notBefore(let time): person.marketing?.notBefore = time
        case .noRoute(let code): person.marketing?.noRoute = code
        case .ended: person.marketing = nil
        case .askNotBefore(let time): person.askFrom = time
        }
        try save(person, subscriber, now: now, on: connection)
    }

    // MARK: Campaigns

    private static let selectState = """
        SELECT c.paid_from, c.paid_reason, m.platform_id, m.ready_at FROM channels c
        LEFT JOIN marketing_campaigns m ON m.channel_id = c.id AND m.campaign_id = $1 AND m.account = $3
        WHERE c.id = $2
        """
    private static let upsertCampaign = """
        INSERT INTO marketing_campaigns (campaign_id, channel_id, account, platform_id, ready_at)
        VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (campaign_id, channel_id, account) DO UPDATE SET
            platform_id = excluded.platform_id, ready_at = excluded.ready_at
        """

    /// Where a campaign stands at the platform, as that ad account has it, and whether the channel pays.
    package func marketingState(
        of campaign: CampaignID, on channel: ChannelID, account: String
    ) async throws -> MarketingState {
        try await database.read { connection in
            try connection.query(Self.selectState, [.id(campaign), .id(channel), .text(account)]) { row in
                let made = row.text(2).map {
                    MarketingCampaign(platformID: $0, readyAt: row.time(3) ?? Timestamp(seconds: 0))
                }
                return MarketingState(campaign: made, paysFrom: row.time(0), stoppedReason: row.text(1))
            }.first ?? MarketingState()
        }
    }

    /// Keeps a campaign that was made, or when it is ready.
    package func keep(
        _ made: MarketingCampaign, of campaign: CampaignID, on channel: ChannelID, account: String
    ) async throws {
        try await database.write { connection in
            try connection.execute(
                Self.upsertCampaign,
                [.id(campaign), .id(channel), .text(account), .text(made.platformID), .time(made.readyAt)])
        }
    }

    private static let stopPaying = """
        UPDATE channels SET paid_from = $2, paid_reason = $3 WHERE id = $1 AND paid_from <= $4
        """
    private static let stopAsking = "UPDATE channels SET ask_reason = $2 WHERE id = $1 AND ask_reason IS NULL"

    /// Lets a channel send no paid messages, until then or until tellal is started anew. Its free ones go on.
    ///
    /// - Parameters:
    ///   - channel: Which.
    ///   - until: Nil for no end.
    ///   - reason: Why.
    ///   - now: The time.
    /// - Returns: False when it sent none already.
    /// - Throws: When the database fails.
    package func stopPaying(
        on channel: ChannelID, until: Timestamp?, reason: DeliveryReason, now: Timestamp
    ) async throws -> Bool {
        try await database.write { connection in
            try connection.execute(
                Self.stopPaying, [.id(channel), .time(until), .text(reason.message), .time(now)]) == 1
        }
    }

    /// Lets a channel ask nobody for marketing messages, until tellal is started anew.
    ///
    /// - Returns: False when it asked nobody already.
    package func stopAsking(on channel: ChannelID, reason: DeliveryReason) async throws -> Bool {
        try await database.write { connection in
            try connection.execute(Self.stopAsking, [.id(channel), .text(reason.message)]) == 1
        }
    }

    // MARK: Who left

    private static let insertEnd = """
        INSERT INTO marketing_ends (channel_id, address, tries, try_at) VALUES ($1, $2, 0, $3)
        ON CONFLICT (channel_id, address) DO UPDATE SET try_at = excluded.try_at
        """
    private static let deleteEnd = "DELETE FROM marketing_ends WHERE channel_id = $1 AND address = $2"
    private static let postponeEnd = """
        UPDATE marketing_ends SET tries = tries + 1, try_at = $3 WHERE channel_id = $1 AND address = $2
        """
    private static let selectEnds = """
        SELECT channel_id, address, tries FROM marketing_ends WHERE try_at <= $1 ORDER BY try_at LIMIT $2
        """

    static func planMarketingEnd(
        of address: String, on channel: ChannelID, now: Timestamp, _ connection: any SQLConnection
    ) throws {
        try connection.execute(insertEnd, [.id(channel), .text(address), .time(now)])
    }

    static func forgetMarketingEnd(
        of address: String, on channel: ChannelID, _ connection: any SQLConnection
    ) throws {
        try connection.execute(deleteEnd, [.id(channel), .text(address)])
    }

    /// People who left and of whom the platform must be told now.
    package func marketingEnds(due now: Timestamp, limit: Int) async throws -> [MarketingOptOut] {
        try await database.read { connection in
            try connection.query(Self.selectEnds, [.time(now), .integer(Int64(limit))]) { row in
                MarketingOptOut(channel: row.id(0), address: row.text(1) ?? "", tries: Int(row.integer(2) ?? 0))
            }
        }
    }

    /// The platform was told, or is told again at that time.
    package func settle(_ end: MarketingOptOut, again: Timestamp?) async throws {
        try await database.write { connection in
            if let again {
                try connection.execute(Self.postponeEnd, [.id(end.channel), .text(end.address), .time(again)])
            } else {
                try Self.forgetMarketingEnd(of: end.address, on: end.channel, connection)
            }
        }
    }

    // MARK: The platform's list

    private static let selectReadAt = "SELECT tokens_read_at FROM channels WHERE id = $1"
    private static let isEnding = "SELECT COUNT(*) FROM marketing_ends WHERE channel_id = $1 AND address = $2"

    /// When the list was last read in full.
    package func marketingListRead(on channel: ChannelID) async throws -> Timestamp? {
        try await database.read { try $0.integer(Self.selectReadAt, [.id(channel)]).map(Timestamp.init(milliseconds:)) }
    }

    /// Takes over a part of the list: tokens that are new, and when each can be used next. Who left here stays
    /// away until they come back by their own word, and so does who was erased.
    ///
    /// - Parameters:
    ///   - holders: Of the list.
    ///   - channel: Whose it is.
    ///   - hash: What stands for an erased person's address.
    ///   - now: The time.
    /// - Returns: How many tokens were new.
    /// - Throws: When the database fails.
    package func take(
        _ holders: [MarketingOptIn], on channel: ChannelID, hash: @escaping @Sendable (String) -> String,
        now: Timestamp
    ) async throws -> Int {
        try await database.write { connection in
            try holders.reduce(0) { count, holder in
                try Self.take(holder, on: channel, hash: hash, now: now, connection) ? count + 1 : count
            }
        }
    }

    private static func take(
        _ holder: MarketingOptIn, on channel: ChannelID, hash: (String) -> String, now: Timestamp,
        _ connection: any SQLConnection
    ) throws -> Bool {
        guard try connection.integer(isEnding, [.id(channel), .text(holder.address)]) == 0 else { return false }
        let stored = try loadSubscriber(address: holder.address, channel: channel, on: connection)
        if var person = stored?.subscriber, let id = stored?.id, person.marketing?.token == holder.subscription.token {
            person.marketing = person.marketing?.renewed(as: holder.subscription)
            if person != stored?.subscriber { try save(person, id, now: now, on: connection) }
            return false
        }
        if try stored == nil && isErased(hash(holder.address), channel, on: connection) { return false }
        var person = stored?.subscriber ?? Subscriber(address: holder.address)
        let order = EventOrder(at: min(holder.createdAt ?? Timestamp(seconds: 0), now))
        // Without a time nothing says that it is newer than what is known.
        // Of two tokens of one person the newer one counts.
        let wants = person.standing.wants?.isTrue ?? true
        let isNewer = person.standing.agrees.map { order.isAfter($0.order) } ?? true
        let isBack = person.marketing == nil && person.standing.agrees?.isTrue ?? false
        guard wants, isNewer || isBack else { return false }
        person.standing.note(agrees: true, at: order)
        person.marketing = holder.subscription
        let id = try stored?.id ?? addSubscriber(person, to: channel, now: now, on: connection)
        try save(person, id, now: now, on: connection)
        try logConsent(
            ConsentEntry(.given, origin: "marketing_list", shown: holder.subscription.title, at: order.at), of: id,
            now: now, on: connection)
        return true
    }

    private static let selectHolders = """
        SELECT id, marketing_token FROM subscribers WHERE channel_id = $1 AND marketing_token IS NOT NULL
        """
    private static let noteRead = "UPDATE channels SET tokens_read_at = $2 WHERE id = $1"

    /// The list was read to its end: tokens that are not in it are over, unless they came after it was asked for.
    ///
    /// - Parameters:
    ///   - tokens: All of the list.
    ///   - channel: Whose it is.
    ///   - asked: When the first part was asked for.
    ///   - now: The time.
    /// - Returns: How many were over.
    /// - Throws: When the database fails.
    package func endTokens(
        but tokens: Set<String>, on channel: ChannelID, asked: Timestamp, now: Timestamp
    ) async throws -> Int {
        let held = try await database.read { connection in
            try connection.query(Self.selectHolders, [.id(channel)]) {
                ($0.id(0, SubscriberID.self), $0.text(1) ?? "")
            }
        }
        let missing = held.filter { !tokens.contains($0.1) }
        return try await database.write { connection in
            var count = 0
            for (id, token) in missing {
                guard let person = try Self.loadSubscriber(id, on: connection), person.marketing?.token == token,
                    person.standing.agrees.map({ $0.order.at < asked - Self.listDelay }) ?? true
                else { continue }
                try Self.take(.ended, of: id, now: now, on: connection)
                count += 1
            }
            try connection.execute(Self.noteRead, [.id(channel), .time(now)])
            return count
        }
    }

    /// A token that came so shortly before may not be in the list yet.
    private static let listDelay = Duration.minutes(10)
}
