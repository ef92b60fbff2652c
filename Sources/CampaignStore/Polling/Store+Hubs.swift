package import CampaignModel

extension Store {
    private static let columns = """
        token, source_id, hub, topic, callback, secret, is_wanted, verified_at, ends_at, told_at, missed_at, ask_at,
        requests, problem
        """
    private static let selectHub = "SELECT \(columns) FROM hub_subscriptions WHERE token = $1"
    private static let selectHubOfSource =
        "SELECT \(columns) FROM hub_subscriptions WHERE source_id = $1 AND is_wanted = 1"
    private static let selectWantedHubs = "SELECT \(columns) FROM hub_subscriptions WHERE is_wanted = 1"
    private static let selectDueHubs =
        "SELECT \(columns) FROM hub_subscriptions WHERE ask_at <= $1 ORDER BY ask_at LIMIT $2"
    private static let nextRequest = "SELECT MIN(ask_at) FROM hub_subscriptions"

    private static let upsertHub = """
        INSERT INTO hub_subscriptions (\(columns))
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
        ON CONFLICT (token) DO UPDATE SET
            is_wanted = excluded.is_wanted, verified_at = excluded.verified_at, ends_at = excluded.ends_at,
            told_at = excluded.told_at, missed_at = excluded.missed_at, ask_at = excluded.ask_at,
            requests = excluded.requests, problem = excluded.problem
        """
    private static let deleteHub = "DELETE FROM hub_subscriptions WHERE token = $1"

    /// The subscription that a hub calls by this token.
    package func hubSubscription(token: String) async throws -> HubSubscription? {
        try await database.read { try hubs(Self.selectHub, [.text(token)], on: $0).first }
    }

    /// The subscription that a source has or wants to have.
    package func hubSubscription(of source: SourceID) async throws -> HubSubscription? {
        try await database.read { try hubs(Self.selectHubOfSource, [.id(source)], on: $0).first }
    }

    /// The subscriptions that are not to be ended.
    package func wantedHubSubscriptions() async throws -> [HubSubscription] {
        try await database.read { try hubs(Self.selectWantedHubs, [], on: $0) }
    }

    /// Those whose hub is to be asked.
    package func hubSubscriptionsToAsk(at now: Timestamp, atMost count: Int) async throws -> [HubSubscription] {
        try await database.read {
            try hubs(Self.selectDueHubs, [.time(now), .integer(Int64(count))], on: $0)
        }
    }

    private static let mendRequests = """
        UPDATE hub_subscriptions SET ask_at = $1
        WHERE ask_at > $1 AND (verified_at > $1 OR (verified_at IS NULL AND ask_at > $2))
        """

    /// Hubs that were to be asked by a clock that went wrong are asked now.
    package func mendHubRequests(at now: Timestamp) async throws {
        try await database.write {
            try $0.execute(Self.mendRequests, [.time(now), .time(now + .hours(24))])
        }
    }

    /// When a hub is to be asked next; nil when there is no subscription.
    package func nextHubRequest() async throws -> Timestamp? {
        try await database.read { try $0.integer(Self.nextRequest).map(Timestamp.init(milliseconds:)) }
    }

    /// Adds a subscription. There must be no other that its source wants.
    package func add(_ subscription: HubSubscription) async throws {
        try await database.write { try save(subscription, on: $0) }
    }

    /// Takes one step with a subscription: nobody else takes one meanwhile.
    ///
    /// - Parameters:
    ///   - token: Of the subscription.
    ///   - step: Is given the subscription, nil when there is none. What it leaves is stored; nil ends it. May be called
    ///     more than once.
    /// - Returns: What the step returned.
    /// - Throws: When the database fails.
    @discardableResult
    package func changeHubSubscription<Value: Sendable>(
        token: String, _ step: @escaping @Sendable (inout HubSubscription?) -> Value
    ) async throws -> Value {
        try await database.write { connection in
            let before = try hubs(Self.selectHub, [.text(token)], on: connection).first
            var after = before
            let value = step(&after)
            guard after != before else { return value }
            if let after {
                try save(after, on: connection)
            } else {
                try connection.execute(Self.deleteHub, [.text(token)])
            }
            return value
        }
    }

    private static let selectPollTimes =
        "SELECT next_poll_at, last_poll_at FROM source_states WHERE source_id = $1 AND failures = 0"
    private static let bringForward = """
        UPDATE source_states SET next_poll_at = $2, next_code = $3, next_reason = $4
        WHERE source_id = $1 AND next_poll_at > $2
        """

    /// Somebody says that a source has changed: it is looked at as soon as may be. One that fails is looked at when it is its
    /// time.
    ///
    /// - Parameters:
    ///   - source: What changed.
    ///   - next: When to look, at the earliest, and why then.
    ///   - gap: How long after the last poll, at the least.
    /// - Returns: When it is looked at; nil when that does not change.
    /// - Throws: When the database fails.
    package func bringForward(_ source: SourceID, to next: NextPoll, gap: Duration) async throws -> Timestamp? {
        try await database.write { connection in
            let rows = try connection.query(Self.selectPollTimes, [.id(source)]) { $0.time(1) }
            guard let last = rows.first else { return nil }
            let at = max(next.at, last.map { $0 + gap } ?? next.at)
            try connection.execute(
                Self.bringForward, [.id(source), .time(at), .text(next.code), .text(next.reason)])
            try connection.announce(.sources)
            return at
        }
    }

    private func hubs(
        _ sql: String, _ arguments: [SQLValue], on connection: any SQLConnection
    ) throws -> [HubSubscription] {
        try connection.query(sql, arguments) { row in
            var subscription = HubSubscription(
                of: row.id(1), HubOffer(hub: row.text(2) ?? "", topic: row.text(3) ?? ""), callback: row.text(4) ?? "",
                token: row.text(0) ?? "", secret: Secret(try opened(row.text(5) ?? "", at: .hub(row.text(0) ?? ""))),
                askAt: row.time(11) ?? Timestamp(seconds: 0))
            subscription.isWanted = row.integer(6) != 0
            subscription.verifiedAt = row.time(7)
            subscription.endsAt = row.time(8)
            subscription.toldAt = row.time(9)
            subscription.missedAt = row.time(10)
            subscription.requests = Int(row.integer(12) ?? 0)
            subscription.problem = row.text(13)
            return subscription
        }
    }

    private func save(_ subscription: HubSubscription, on connection: any SQLConnection) throws {
        try connection.execute(
            Self.upsertHub,
            [
                .text(subscription.token), .id(subscription.source), .text(subscription.offer.hub),
                .text(subscription.offer.topic), .text(subscription.callback),
                .text(try sealed(subscription.secret.reveal(), at: .hub(subscription.token))),
                .integer(subscription.isWanted ? 1 : 0), .time(subscription.verifiedAt), .time(subscription.endsAt),
                .time(subscription.toldAt), .time(subscription.missedAt), .time(subscription.askAt),
                .integer(Int64(subscription.requests)), .optional(subscription.problem),
            ])
    }
}
