import CampaignModel

/// Of a stored campaign's definition what people choose it by.
private struct StoredTopic: Decodable {
    var topic: String?
}

/// A channel as the database has it.
private struct NamedChannel {
    let id: ChannelID
    var name: String
    let platform: String?
    let account: String?

    func isOf(_ channel: Channel) -> Bool { platform == channel.platform.rawValue && account == channel.account }
}

/// What people refused stays with a bot, a Page or a topic when the owner gives it another name in feeds/.
extension Store {
    private static let selectNamed = """
        SELECT id, name, platform, account FROM channels WHERE workspace_id = $1 ORDER BY id
        """
    private static let renameChannel = "UPDATE channels SET name = $2 WHERE id = $1"

    /// Gives the channels of a workspace the names that their bots and Pages have in the files now.
    ///
    /// - Parameters:
    ///   - channels: Of the workspace, as the files have them.
    ///   - workspace: Which.
    ///   - connection: In the transaction that stores them afterwards.
    /// - Returns: A sentence for each that got another one.
    /// - Throws: When the database fails.
    static func renameChannels(
        as channels: [Channel], in workspace: WorkspaceID, on connection: any SQLConnection
    ) throws -> [String] {
        var known = try connection.query(selectNamed, [.id(workspace)]) { row in
            NamedChannel(id: row.id(0), name: row.text(1) ?? "", platform: row.text(2), account: row.text(3))
        }
        func give(_ name: String, to index: Int) throws {
            try connection.execute(renameChannel, [.id(known[index].id), .text(name)])
            known[index].name = name
        }
        var remarks: [String] = []
        for channel in channels where channel.account != nil {
            let isNamed = known.contains { $0.name == channel.name && $0.isOf(channel) }
            let index = known.firstIndex { row in
                row.isOf(channel) && !channels.contains { $0.name == row.name && row.isOf($0) }
            }
            guard !isNamed, let index else { continue }
            let before = known[index].name
            let other = known.firstIndex { $0.name == channel.name }
            // No two may have one name, not even on the way.
            if let other { try give("renamed:\(known[other].id)", to: other) }
            try give(channel.name, to: index)
            if let other { try give(before, to: other) }
            let account = channel.platform == .telegram ? "bot" : "Page"
            remarks.append(
                "channel \(channel.fullName) was \(before) before: it is the same \(account), so its subscribers stay with it"
            )
        }
        return remarks
    }

    private static let selectStates = "SELECT id, state FROM campaigns WHERE one_off IS NULL"

    /// The campaigns of the files that were, and what they are in.
    static func campaignStates(on connection: any SQLConnection) throws -> [CampaignID: String] {
        let states: [(CampaignID, String)] = try connection.query(selectStates, []) { ($0.id(0), $0.text(1) ?? "") }
        return Dictionary(states) { first, _ in first }
    }

    private static let selectWithdrawn = """
        SELECT id, workspace_id, definition FROM campaigns WHERE state = 'withdrawn' AND one_off IS NULL ORDER BY id DESC
        """
    private static let copyUnwanted = """
        INSERT INTO subscriber_unwanted (subscriber_id, campaign_id)
        SELECT u.subscriber_id, $2 FROM subscriber_unwanted u WHERE u.campaign_id = $1
        ON CONFLICT (subscriber_id, campaign_id) DO NOTHING
        """

    /// Has who turned a topic off keep it off in the campaign that has its title now.
    ///
    /// - Parameters:
    ///   - campaigns: All that the files hold.
    ///   - before: As ``campaignStates(on:)`` said before these were stored.
    ///   - connection: In the transaction that stored them.
    /// - Throws: When the database fails.
    static func keepUnwanted(
        in campaigns: [ProvisionedContent.CampaignEntry], before: [CampaignID: String],
        on connection: any SQLConnection
    ) throws {
        func wasThere(_ id: CampaignID) -> Bool { before[id].map { $0 != "withdrawn" } ?? false }
        let came = campaigns.filter { $0.campaign.topic != nil && !wasThere($0.id) }
        guard !came.isEmpty else { return }
        let gone = try connection.query(selectWithdrawn, []) { row in
            (
                id: row.id(0, CampaignID.self), workspace: row.id(1, WorkspaceID.self),
                topic: try StoredJSON.decode(StoredTopic.self, row.text(2))?.topic
            )
        }
        for entry in came {
            // What is there again has its own; beside that counts what took its place until now.
            let last = gone.first {
                $0.workspace == entry.workspace && $0.topic == entry.campaign.topic
                    && (before[entry.id] == nil || wasThere($0.id))
            }
            if let last { try connection.execute(copyUnwanted, [.id(last.id), .id(entry.id)]) }
        }
    }
}
