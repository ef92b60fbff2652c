import CampaignModel

/// What is known of an item beyond the changes that a run sees.
extension Store {
    private static let selectLatest = """
        SELECT position, source_id, kind, item_key, before, after, at FROM changes
        WHERE source_id = $1 AND item_key = $2 AND after IS NOT NULL ORDER BY position DESC LIMIT 1
        """
    private static let selectLastKnown = """
        SELECT after FROM changes
        WHERE source_id = $1 AND item_key = $2 AND position < $3 AND after IS NOT NULL ORDER BY position DESC LIMIT 1
        """
    private static let isPresent = """
        SELECT 1 FROM snapshot_entries WHERE source_id = $1 AND item_key = $2 AND absent_since IS NULL
        """

    /// What the log last had of an item, and where.
    static func latest(_ item: ItemPlace, on connection: any SQLConnection) throws -> LoggedChange? {
        try connection.query(selectLatest, [.id(item.source), item.key.stored], loggedChange).first ?? nil
    }

    /// Gives a removal what the log had of the item before it. Of one that never changed since its source's first document it
    /// has nothing.
    static func fillRemoved(_ change: inout LoggedChange, on connection: any SQLConnection) throws {
        guard change.change.kind == .removed else { return }
        let known = try connection.query(
            selectLastKnown, [.id(change.source), change.change.key.stored, .integer(change.position)]
        ) { $0.text(0) }
        // A row that cannot be read must not stop its campaigns for ever.
        change.change.after = try? StoredJSON.decode(Item.self, known.first ?? nil)
    }

    /// Looks up what became of the items of which something waited, or which were removed.
    static func lookUpItems(
        of work: inout CampaignWork, isAboutRemovals: Bool, on connection: any SQLConnection
    ) throws {
        for index in work.changes.indices {
            let change = work.changes[index]
            let item = ItemPlace(change)
            if work.waited.contains(change.position), work.latest[item] == nil {
                work.latest[item] = try latest(item, on: connection)?.change.after
            }
            guard change.change.kind == .removed else { continue }
            if try connection.integer(isPresent, [.id(item.source), item.key.stored]) != nil {
                work.returned.insert(change.position)
            }
            if isAboutRemovals { try fillRemoved(&work.changes[index], on: connection) }
        }
    }
}
