package import CampaignModel

/// What became of one delivery that the owner decided about.
package struct ResolvedDelivery: Sendable, Hashable, Codable {
    package var id: DeliveryID
    /// Where it stands now; nil when there is no such delivery.
    package var state: String?
    /// False when nobody needed to decide about it: it was not `unknown`.
    package var isResolved: Bool

    private enum CodingKeys: String, CodingKey {
        case id, state
        case isResolved = "resolved"
    }

    package init(id: DeliveryID, state: String?, isResolved: Bool) {
        self.id = id
        self.state = state
        self.isResolved = isResolved
    }
}

extension DeliveryReason {
    fileprivate static func resolved(_ resolution: Delivery.Resolution) -> DeliveryReason {
        let message =
            switch resolution {
            case .sent: "the owner says that it arrived"
            case .retry: "the owner sends it again; it may arrive twice"
            case .drop: "given up by the owner; whether it arrived is not known"
            }
        return DeliveryReason(code: "resolved_\(resolution.rawValue)", message: message)
    }

    fileprivate static let resent = DeliveryReason(
        code: "resent",
        message: "whether it arrived was never known, so it is sent again, as its campaign says; it may arrive twice")
}

/// Deliveries of which nobody knows whether they arrived, and what the owner wants to become of them.
extension Store {
    // What the platform accepted stays accepted, and attempts stay in the history.
    private static let takeAsSent = """
        UPDATE deliveries SET state = 'sent', parts_sent = COALESCE(parts, parts_sent + 1), reason_code = $3,
            reason = $4, token = NULL, lease_until = NULL, updated_at = $2, ended_at = $2
        WHERE id = $1 AND state = 'unknown'
        """
    private static let drop = """
        UPDATE deliveries SET state = 'suppressed', reason_code = $3, reason = $4, token = NULL, lease_until = NULL,
            updated_at = $2, ended_at = $2
        WHERE id = $1 AND state = 'unknown'
        """
    private static let sendAgain = """
        UPDATE deliveries SET state = 'queued', reason_code = $3, reason = $4, token = NULL, lease_until = NULL,
            echo = NULL, not_before = $2, expires_at = CASE WHEN expires_at < $5 THEN $5 ELSE expires_at END,
            updated_at = $2, ended_at = NULL
        WHERE id = $1 AND state = 'unknown'
        """
    private static let selectState = "SELECT state FROM deliveries WHERE id = $1"
    /// What is sent again because the owner says so has at least so long to go out.
    private static let secondLife = Duration.hours(24)

    private static func resolve(
        _ id: DeliveryID, as resolution: Delivery.Resolution, now: Timestamp, on connection: any SQLConnection
    ) throws -> Int {
        let reason = DeliveryReason.resolved(resolution)
        let values: [SQLValue] = [.id(id), .time(now), .text(reason.code), .text(reason.message)]
        return switch resolution {
        case .sent: try connection.execute(takeAsSent, values)
        case .drop: try connection.execute(drop, values)
        case .retry: try connection.execute(sendAgain, values + [.time(now + secondLife)])
        }
    }

    /// Does what the owner decided about some deliveries; those that are not `unknown` stay as they are.
    ///
    /// - Parameters:
    ///   - deliveries: Which.
    ///   - resolution: The decision.
    ///   - now: When.
    /// - Returns: Each, in the same order.
    /// - Throws: When the database fails; then nothing was done.
    package func resolve(
        _ deliveries: [DeliveryID], as resolution: Delivery.Resolution, now: Timestamp
    ) async throws -> [ResolvedDelivery] {
        try await database.write { connection in
            try deliveries.map { id in
                let isResolved = try Self.resolve(id, as: resolution, now: now, on: connection) == 1
                let state = try connection.query(Self.selectState, [.id(id)]) { $0.text(0) }.first.flatMap(\.self)
                return ResolvedDelivery(id: id, state: state, isResolved: isResolved)
            }
        }
    }

    private static let selectUnknown = DialectStatement {
        """
        SELECT id FROM deliveries WHERE \($0.stage) = 'unknown' AND campaign_id = $1 AND id > $2 ORDER BY id LIMIT $3
        """
    }

    /// Does it for all deliveries of a campaign that are `unknown`, a lot at a time.
    ///
    /// - Returns: How many there were.
    /// - Throws: When the database fails; what was done by then is done.
    package func resolveAll(
        of campaign: CampaignID, as resolution: Delivery.Resolution, now: Timestamp
    ) async throws -> Int {
        var last = DeliveryID(rawValue: 0)
        var count = 0
        while true {
            let from = last
            let ids: [DeliveryID] = try await database.read {
                try $0.query(Self.selectUnknown[$0.dialect], [.id(campaign), .id(from), .integer(Int64(Self.lot))]) {
                    $0.id(0)
                }
            }
            guard let end = ids.last else { return count }
            count += try await database.write { connection in
                try ids.reduce(into: 0) { $0 += try Self.resolve($1, as: resolution, now: now, on: connection) }
            }
            last = end
        }
    }

    private static let countUnknown = DialectStatement {
        "SELECT COUNT(*) FROM deliveries WHERE \($0.stage) = 'unknown' AND campaign_id = $1"
    }

    /// How many of a campaign's deliveries are `unknown`.
    package func unknownDeliveries(of campaign: CampaignID) async throws -> Int {
        Int(try await database.read { try $0.integer(Self.countUnknown[$0.dialect], [.id(campaign)]) } ?? 0)
    }

    // Once: a request whose second try is not answered either is left to the owner.
    private static let selectToResend = DialectStatement {
        """
        SELECT d.id FROM deliveries d
        WHERE d.\($0.stage) = 'unknown' AND d.campaign_id = $1 AND d.ended_at <= $2 AND d.expires_at > $3
            AND (SELECT COUNT(*) FROM attempts a
                WHERE a.delivery_id = d.id AND a.part = d.parts_sent AND a.outcome = 'unknown') = 1
        ORDER BY d.id LIMIT $4
        """
    }

    /// Lets the deliveries of a campaign go once more that have been `unknown` for long, and are not too old.
    ///
    /// - Parameters:
    ///   - campaign: Whose owner wants that.
    ///   - age: How long nobody has known.
    ///   - now: The time.
    /// - Returns: How many.
    /// - Throws: When the database fails.
    package func resendUnknown(
        of campaign: CampaignID, after age: Duration, now: Timestamp
    ) async throws -> Int {
        let reason = DeliveryReason.resent
        return try await inLots {
            try $0.query(
                Self.selectToResend[$0.dialect],
                [.id(campaign), .time(now - age), .time(now), .integer(Int64(Self.lot))]
            ) { $0.id(0) }
        } change: { id, connection in
            try connection.execute(
                Self.sendAgain, [.id(id), .time(now), .text(reason.code), .text(reason.message), .time(now)])
        }
    }
}
