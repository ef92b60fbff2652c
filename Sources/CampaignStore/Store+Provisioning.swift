package import CampaignModel

/// What the owner's files hold, with the numbers that the store knows the things by.
package struct ProvisionedContent: Sendable {
    /// A channel with its number.
    package struct ChannelEntry: Sendable {
        package let id: ChannelID
        package let channel: Channel
        /// The platform wants to hear nothing of it before.
        package var restsUntil: Timestamp?
    }

    /// A source with its number.
    package struct SourceEntry: Sendable {
        package let id: SourceID
        package var source: Source
    }

    /// A campaign with its number, and what it works with.
    package struct CampaignEntry: Sendable {
        package let id: CampaignID
        package let workspace: WorkspaceID
        package let campaign: Campaign
        package let sources: [SourceEntry]
        package let channels: [ChannelEntry]
        /// What it says, where that was written by hand.
        package let message: Message?

        package init(
            id: CampaignID, workspace: WorkspaceID, campaign: Campaign, sources: [SourceEntry],
            channels: [ChannelEntry], message: Message? = nil
        ) {
            self.id = id
            self.workspace = workspace
            self.campaign = campaign
            self.sources = sources
            self.channels = channels
            self.message = message
        }
    }

    package let channels: [ChannelEntry]
    package var sources: [SourceEntry]
    package let campaigns: [CampaignEntry]
    /// What the owner is told of it, one sentence each.
    package let remarks: [String]
}

/// Of a stored source's definition what tells whether its items may have other ids now.
private struct StoredMapping: Decodable {
    var mapping: DocumentMapping?
    var identity: IdentityPolicy?
}

extension ProvisionedContent.ChannelEntry: WorkspaceMember {
    package var workspace: String { channel.workspace }
    package var name: String { channel.name }
}

extension ProvisionedContent.SourceEntry: WorkspaceMember {
    package var workspace: String { source.workspace }
    package var name: String { source.name }
}

extension Store {
    private static let insertWorkspace = """
        INSERT INTO workspaces (name, created_at) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING
        """

    // A pause is lifted when the owner starts tellal anew: what was broken may have been mended, and if it was not,
    // one refused request shows it.
    private static let upsertChannel = """
        INSERT INTO channels (workspace_id, name, platform, provisioned_by, created_at, paid_from, account)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (workspace_id, name) DO UPDATE SET
            provisioned_by = excluded.provisioned_by, platform = excluded.platform, account = excluded.account,
            paused_reason = NULL, paused_code = NULL, paused_at = NULL,
            paid_from = excluded.paid_from, paid_reason = NULL, ask_reason = NULL,
            rests_until = CASE WHEN channels.rests_until > $8 THEN $8 ELSE channels.rests_until END
        RETURNING id, rests_until
        """

    private static let selectDefinition = "SELECT definition FROM sources WHERE workspace_id = $1 AND name = $2"

    private static let upsertSource = """
        INSERT INTO sources (workspace_id, name, location, definition, provisioned_by, created_at)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (workspace_id, name) DO UPDATE SET
            definition = excluded.definition, provisioned_by = excluded.provisioned_by
        RETURNING id, location
        """

    private static let insertSourceState = """
        INSERT INTO source_states (source_id, next_poll_at, failures) VALUES ($1, $2, 0)
        ON CONFLICT (source_id) DO NOTHING
        """

    // Another address, another mapping or identity, may give other items under other ids: what it gives now is taken as known,
    // nothing is announced.
    private static let moveSource = """
        UPDATE sources SET location = $2 WHERE id = $1
        """
    private static let forgetSourceState = """
        UPDATE source_states SET baseline_at = NULL, manners = NULL, next_poll_at = $2, next_code = NULL, next_reason = NULL, failures = 0,
            last_error = NULL, held_at = NULL, hold_code = NULL, hold_reason = NULL, decision = NULL, usual_new = NULL, identity = NULL,
            oldest = NULL, look_again_at = NULL, staged = 2
        WHERE source_id = $1
        """

    // A pause, whoever made it, stays until the owner resumes: only whether the campaign is there is the files' to say.
    private static let upsertCampaign = """
        INSERT INTO campaigns (workspace_id, name, definition, state, provisioned_by, created_at)
        VALUES ($1, $2, $3, 'active', $4, $5)
        ON CONFLICT (workspace_id, name) DO UPDATE SET
            definition = excluded.definition, provisioned_by = excluded.provisioned_by,
            state = CASE WHEN campaigns.paused_at IS NULL THEN 'active' ELSE 'paused' END
        WHERE campaigns.one_off IS NULL
        RETURNING id
        """

    private static let withdrawCampaigns =
        "UPDATE campaigns SET state = 'withdrawn' WHERE state IN ('active', 'paused') AND one_off IS NULL"

    // No file names these any more. What they were is kept, and counts again when one does.
    private static let withdrawChannels = DialectStatement { withdraw("channels", $0) }
    private static let withdrawSources = DialectStatement { withdraw("sources", $0) }
    private static func withdraw(_ table: String, _ dialect: Dialect) -> String {
        """
        UPDATE \(table) SET provisioned_by = NULL
        WHERE provisioned_by IS NOT NULL AND NOT (\(dialect.isListed("id", "$1")))
        """
    }

    // A new campaign starts at the head of the log: nothing old is sent.
    private static let insertCursor = """
        INSERT INTO campaign_cursors (campaign_id, source_id, position, start_count)
        VALUES ($1, $2, COALESCE((SELECT log_head FROM source_states WHERE source_id = $2), 0), $3)
        ON CONFLICT (campaign_id, source_id) DO NOTHING
        """

    /// Takes over what the owner's files hold.
    ///
    /// A campaign that the files no longer hold keeps its waiting deliveries but sends nothing until it comes back. A channel is
    /// known by its bot or Page, also under another name. Processes that share a database have the same files: the last one
    /// to start says what they hold.
    package func provision(
        channels: [Channel], sources: [Source], campaigns: [Campaign], now: Timestamp
    ) async throws -> ProvisionedContent {
        try await database.write { connection in
            var workspaces: [String: WorkspaceID] = [:]
            let names = Set(
                [Workspace.defaultName] + channels.map(\.workspace) + sources.map(\.workspace)
                    + campaigns.map(\.workspace)
            )
            for name in names {
                try connection.execute(Self.insertWorkspace, [.text(name), .time(now)])
                let id = try connection.integer("SELECT id FROM workspaces WHERE name = $1", [.text(name)])
                workspaces[name] = id.map(WorkspaceID.init(rawValue:))
            }
            let workspaceIDs = workspaces
            func workspace(_ name: String) throws -> WorkspaceID {
                guard let id = workspaceIDs[name] else { throw Problem(.internal, "no workspace \(name)") }
                return id
            }
            let remarks = try names.sorted().flatMap { name in
                try Self.renameChannels(
                    as: channels.filter { $0.workspace == name }, in: workspace(name), on: connection)
            }
            let channelEntries = try channels.map { channel in
                try Self.provision(channel, in: workspace(channel.workspace), now: now, on: connection)
            }
            let sourceEntries = try sources.map { source in
                try Self.provision(source, in: workspace(source.workspace), now: now, on: connection)
            }
            let before = try Self.campaignStates(on: connection)
            let dialect = connection.dialect
            try connection.execute(
                Self.withdrawChannels[dialect], [dialect.list(channelEntries.map(\.id.rawValue))])
            try connection.execute(Self.withdrawSources[dialect], [dialect.list(sourceEntries.map(\.id.rawValue))])
            try connection.execute(Self.withdrawCampaigns)
            let campaignEntries = try campaigns.map { campaign in
                try Self.provision(
                    campaign, in: workspace(campaign.workspace), sources: sourceEntries, channels: channelEntries,
                    now: now, on: connection)
            }
            try Self.keepUnwanted(in: campaignEntries, before: before, on: connection)
            return ProvisionedContent(
                channels: channelEntries, sources: sourceEntries, campaigns: campaignEntries, remarks: remarks)
        }
    }

    private static func provision(
        _ channel: Channel, in workspace: WorkspaceID, now: Timestamp, on connection: any SQLConnection
    ) throws -> ProvisionedContent.ChannelEntry {
        let rows: [(ChannelID, Timestamp?)] = try connection.query(
            upsertChannel,
            [
                .id(workspace), .text(channel.name), .text(channel.platform.rawValue),
                .text(channel.provenance.description), .time(now), .optional(channel.marketing == nil ? nil : Int64(0)),
                .optional(channel.account),
                .time(now + longestRest),
            ]
        ) { ($0.id(0), $0.time(1)) }
        let (id, restsUntil) = try first(rows)
        // Whoever is called asks for nothing.
        if channel.isCalledFor { try connection.execute(endUpdatesFailure, [.id(id)]) }
        return ProvisionedContent.ChannelEntry(id: id, channel: channel, restsUntil: restsUntil)
    }

    private static func provision(
        _ source: Source, in workspace: WorkspaceID, now: Timestamp, on connection: any SQLConnection
    ) throws -> ProvisionedContent.SourceEntry {
        // What ${NAME} stands for is a secret, and no reason to take a source for another when it changes.
        var stored = source
        stored.location = source.writtenLocation
        let definitions = try connection.query(selectDefinition, [.id(workspace), .text(source.name)]) { $0.text(0) }
        let before = try definitions.first.flatMap { try StoredJSON.decode(StoredMapping.self, $0) }
        let rows: [(SourceID, String?)] = try connection.query(
            upsertSource,
            [
                .id(workspace), .text(source.name), .text(stored.location), .text(try StoredJSON.encode(stored)),
                .text(source.provenance.description), .time(now),
            ]
        ) { ($0.id(0), $0.text(1)) }
        let (id, location) = try first(rows)
        try connection.execute(insertSourceState, [.id(id), .time(now)])
        if location != stored.location
            || before.map({ $0.mapping != stored.mapping || $0.identity != stored.identity }) ?? false
        {
            try connection.execute(moveSource, [.id(id), .text(stored.location)])
            try connection.execute(forgetSourceState, [.id(id), .time(now)])
            try forgetPrices(of: id, on: connection)
        }
        return ProvisionedContent.SourceEntry(id: id, source: source)
    }

    private static func provision(
        _ campaign: Campaign, in workspace: WorkspaceID, sources: [ProvisionedContent.SourceEntry],
        channels: [ProvisionedContent.ChannelEntry], now: Timestamp, on connection: any SQLConnection
    ) throws -> ProvisionedContent.CampaignEntry {
        let ids: [CampaignID] = try connection.query(
            upsertCampaign,
            [
                .id(workspace), .text(campaign.name), .text(try StoredJSON.encode(campaign)),
                .text(campaign.provenance.description), .time(now),
            ]
        ) { $0.id(0) }
        guard let id = ids.first else {
            throw Problem(
                .settings, "\(campaign.provenance): a message with the name \(campaign.name) was sent by hand",
                hint: "Give the campaign another name.")
        }
        let ownSources = sources.filter {
            $0.source.workspace == campaign.workspace && campaign.sources.contains($0.source.name)
        }
        let ownChannels = channels.filter {
            $0.channel.workspace == campaign.workspace && campaign.channels.contains($0.channel.name)
        }
        let startCount: Int64 =
            switch campaign.start {
            case .now: 0
            case .last(let count): Int64(count)
            }
        for entry in ownSources {
            try connection.execute(insertCursor, [.id(id), .id(entry.id), .integer(startCount)])
        }
        if !campaign.comparesPrices { try forgetPrices(of: id, on: connection) }
        return ProvisionedContent.CampaignEntry(
            id: id, workspace: workspace, campaign: campaign, sources: ownSources, channels: ownChannels)
    }

    private static func first<Element>(_ elements: [Element]) throws -> Element {
        guard let element = elements.first else { throw Problem(.internal, "the database returned no row") }
        return element
    }
}
