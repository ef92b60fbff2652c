import CampaignModel
import GRDB

/// What the database says in the end, read without the code that is judged.
struct Outbox: Sendable {
    struct Row: Sendable {
        var id: Int64
        var channel: String
        var address: String
        var subscriber: Int64
        var isOfCampaign: Bool
        var state: String
        /// What its requests say, in their order; of replies as far as can be told.
        var texts: [String]
        var partsDone: Int
        var platformID: String?
    }

    struct Person: Sendable, Hashable {
        var channel: String
        var address: String
    }

    var rows: [Row]
    var people: [Int64: Person]
    var counts: [String: Int]

    init(rows: [Row], people: [Int64: Person] = [:]) {
        self.rows = rows
        self.people = people
        counts = Dictionary(grouping: rows, by: \.state).mapValues(\.count)
    }

    init(_ disk: SimulatedDisk) throws {
        let rows = try disk.queue.inDatabase { database in
            try GRDB.Row.fetchAll(
                database,
                sql: """
                    SELECT d.id AS id, c.name AS channel, s.address AS address, s.id AS subscriber, d.campaign_id AS campaign,
                        d.state AS state, m.body AS body, d.parts_sent AS parts, d.platform_message_id AS platform
                    FROM deliveries d JOIN channels c ON c.id = d.channel_id
                    JOIN subscribers s ON s.id = d.subscriber_id JOIN messages m ON m.id = d.message_id ORDER BY d.id
                    """
            ).map { row in
                let body: String = row["body"]
                // The story's texts are `source.item.part`.
                let texts = body.matches(of: /s\d+\.\d+\.\d+/).map { String($0.output) }
                return Row(
                    id: row["id"], channel: row["channel"], address: row["address"], subscriber: row["subscriber"],
                    isOfCampaign: (row["campaign"] as Int64?) != nil, state: row["state"], texts: texts,
                    partsDone: row["parts"], platformID: row["platform"])
            }
        }
        let people = try disk.queue.inDatabase { database in
            try GRDB.Row.fetchAll(
                database,
                sql: """
                    SELECT s.id AS id, c.name AS channel, s.address AS address
                    FROM subscribers s JOIN channels c ON c.id = s.channel_id
                    """
            ).map { ($0["id"] as Int64, Person(channel: $0["channel"], address: $0["address"])) }
        }
        self.init(rows: rows, people: Dictionary(people) { first, _ in first })
    }
}
