/// One of the tables that hold what tellal knows.
struct StoreTable: Sendable, Hashable {
    let name: String
    /// What its rows are told apart by, and are read in the order of.
    let key: [String]
    /// The column whose numbers the database hands out.
    let identity: String?

    init(_ name: String, _ key: String..., identity: String? = nil) {
        self.name = name
        self.key = key
        self.identity = identity
    }

    /// With numbers of their own.
    private static func numbered(_ name: String, _ identity: String = "id") -> StoreTable {
        StoreTable(name, identity, identity: identity)
    }

    /// All of them, those that others refer to first. What workers tell each other while they run is not among them, and
    /// neither is the list of schema steps.
    static let all = [
        numbered("workspaces"), numbered("channels"), numbered("sources"), StoreTable("source_states", "source_id"),
        StoreTable("snapshot_entries", "source_id", "item_key"), StoreTable("snapshot_staged", "source_id", "item_key"),
        numbered("polls"), numbered("changes", "position"), numbered("campaigns"),
        StoreTable("campaign_cursors", "campaign_id", "source_id"),
        StoreTable("campaign_waiting", "campaign_id", "position"), numbered("runs"),
        StoreTable("campaign_schedules", "campaign_id"),
        StoreTable("campaign_items", "campaign_id", "source_id", "item_key", "kind"),
        StoreTable("campaign_prices", "campaign_id", "source_id", "item_key"), numbered("messages"),
        numbered("subscribers"), StoreTable("subscriber_tags", "subscriber_id", "tag"),
        StoreTable("subscriber_unwanted", "subscriber_id", "campaign_id"), numbered("consent_log"),
        StoreTable("erased_subscribers", "channel_id", "hash"), numbered("fan_outs"), numbered("deliveries"),
        numbered("links"), numbered("clicks"), numbered("item_notes"),
        StoreTable("message_items", "message_id", "position"),
        StoreTable("run_items", "source_id", "item_key", "run_id", "kind"),
        StoreTable("attempts", "delivery_id", "attempt"),
        StoreTable("message_fates", "message_id", "channel_id"),
        StoreTable("media", "channel_id", "kind", "source"), numbered("inbox"),
        StoreTable("hub_subscriptions", "token"),
        StoreTable("marketing_campaigns", "campaign_id", "channel_id", "account"),
        StoreTable("marketing_ends", "channel_id", "address"), StoreTable("installation", "name"),
    ]

    /// What a column holds.
    enum Kind: Sendable { case integer, text, bytes }

    struct Column: Sendable {
        let name: String
        let kind: Kind
    }

    /// Its columns, as the database has them.
    func columns(on connection: any SQLConnection) throws -> [Column] {
        try connection.query(connection.dialect.columns, [.text(name)]) { row in
            let kind: Kind =
                switch row.text(1)?.lowercased() {
                case "text": .text
                case "blob", "bytea": .bytes
                default: .integer
                }
            return Column(name: row.text(0) ?? "", kind: kind)
        }
    }

    /// Some rows behind one, by their key.
    func rows(
        _ columns: [Column], after key: [SQLValue]?, atMost count: Int, on connection: any SQLConnection
    ) throws -> [[SQLValue]] {
        let names = columns.map(\.name).joined(separator: ", ")
        let order = self.key.joined(separator: ", ")
        let places = self.key.indices.map { "$\($0 + 2)" }.joined(separator: ", ")
        let start = key == nil ? "" : " WHERE (\(order)) > (\(places))"
        return try connection.query(
            "SELECT \(names) FROM \(name)\(start) ORDER BY \(order) LIMIT $1", [.integer(Int64(count))] + (key ?? [])
        ) { row in
            columns.enumerated().map { index, column in
                switch column.kind {
                case .integer: .optional(row.integer(index))
                case .text: .optional(row.text(index))
                case .bytes: row.bytes(index).map(SQLValue.bytes) ?? .null
                }
            }
        }
    }

    /// The key of a row.
    func key(of row: [SQLValue], _ columns: [Column]) -> [SQLValue] {
        key.compactMap { name in columns.firstIndex { $0.name == name }.map { row[$0] } }
    }

    func insert(_ rows: [[SQLValue]], _ columns: [Column], on connection: any SQLConnection) throws {
        let names = columns.map(\.name).joined(separator: ", ")
        let places = columns.indices.map { "$\($0 + 1)" }.joined(separator: ", ")
        try connection.execute("INSERT INTO \(name) (\(names)) VALUES (\(places))", each: rows)
    }

    func count(on connection: any SQLConnection) throws -> Int {
        try connection.takeTime()
        return Int(try connection.integer("SELECT COUNT(*) FROM \(name)") ?? 0)
    }

    /// Lets the database hand out numbers behind those that are there.
    func setSequence(on connection: any SQLConnection) throws {
        guard let identity, let statement = connection.dialect.sequence(name, identity) else { return }
        try connection.takeTime()
        _ = try connection.query(statement, []) { _ in }
    }
}
