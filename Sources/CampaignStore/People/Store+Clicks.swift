package import CampaignModel

/// Links of messages that lead through us, and who opened them.
extension Store {
    private static let insertLink = "INSERT INTO links (message_id, url) VALUES ($1, $2)"
    private static let selectLinks = "SELECT url, id FROM links WHERE message_id = $1"

    static func insertLinks(of message: Message, as id: MessageID, on connection: any SQLConnection) throws {
        for link in message.links where !isInMessenger(link) {
            try connection.execute(insertLink, [.id(id), .text(link)])
        }
    }

    /// Leads on within the chat's own app, which opens it only if it is there itself.
    private static func isInMessenger(_ link: String) -> Bool {
        let host = link.drop { $0 != "/" }.dropFirst(2).prefix { !"/?#:".contains($0) }.lowercased()
        return ["t.me", "telegram.me", "telegram.dog", "m.me", "messenger.com", "www.messenger.com"].contains(host)
    }

    /// By their addresses.
    static func links(of message: MessageID, on connection: any SQLConnection) throws -> [String: LinkID] {
        let rows = try connection.query(selectLinks, [.id(message)]) { ($0.text(0) ?? "", $0.id(1, LinkID.self)) }
        return Dictionary(rows) { first, _ in first }
    }

    private static let selectAddress = "SELECT url FROM links WHERE id = $1"
    private static let selectNewest = "SELECT id, url FROM links ORDER BY id DESC LIMIT $1"

    /// Where a link leads; nil when there is none of that number.
    package func address(of link: LinkID) async throws -> String? {
        try await database.read { try $0.query(Self.selectAddress, [.id(link)]) { $0.text(0) }.first ?? nil }
    }

    /// The links that people are most likely to open next.
    package func newestLinks(_ limit: Int) async throws -> [LinkID: String] {
        let rows = try await database.read {
            try $0.query(Self.selectNewest, [.integer(Int64(limit))]) { ($0.id(0, LinkID.self), $0.text(1) ?? "") }
        }
        return Dictionary(rows) { first, _ in first }
    }

    // Kept of each link of a delivery, for each kind of visitor. Whoever has a link may open it for ever, and a row each time
    // would fill the disk.
    private static let mostOfPerson: Int64 = 100
    // A message to a channel or group is one delivery for all its readers.
    private static let mostOfChat: Int64 = 10_000

    private static let selectReader = """
        SELECT s.address FROM deliveries d JOIN subscribers s ON s.id = d.subscriber_id WHERE d.id = $1
        """
    private static let insertClick = """
        INSERT INTO clicks (link_id, delivery_id, visitor, at)
        SELECT $1, d.id, $3, $4 FROM deliveries d WHERE d.id = $2 AND NOT EXISTS (
            SELECT 1 FROM clicks c WHERE c.delivery_id = $2 AND c.link_id = $1 AND c.visitor = $3 LIMIT 1 OFFSET $5)
        """
    private static let noteClicked = """
        UPDATE subscribers SET last_clicked_at = $2
        WHERE id = (SELECT subscriber_id FROM deliveries WHERE id = $1) AND COALESCE(last_clicked_at, 0) < $2
        """

    /// Keeps what was opened, all in one transaction; what is opened too often is left out. That a person opened it also
    /// proves that its delivery arrived.
    package func record(_ clicks: [Click]) async throws {
        guard !clicks.isEmpty else { return }
        try await database.write { connection in
            for click in clicks {
                // Of a delivery that is gone, nobody asks any more.
                let reader = try connection.query(Self.selectReader, [.id(click.delivery)]) { $0.text(0) ?? "" }.first
                guard let reader else { continue }
                let most = Subscriber.isPerson(address: reader) ? Self.mostOfPerson : Self.mostOfChat
                let kept = try connection.execute(
                    Self.insertClick,
                    [
                        .id(click.link), .id(click.delivery), .text(click.visitor.rawValue), .time(click.at),
                        .integer(most - 1),
                    ])
                if kept > 0, click.visitor == .person {
                    try connection.execute(Self.noteClicked, [.id(click.delivery), .time(click.at)])
                    try Self.settle(clicked: click.delivery, now: click.at, on: connection)
                }
            }
        }
    }
}
