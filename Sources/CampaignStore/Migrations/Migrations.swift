import CampaignModel

/// One step of the schema. A released step is never edited; a later change is a later step.
struct Migration: Sendable {
    let name: String
    let statements: @Sendable (Dialect) -> [String]

    static let all: [Migration] = [
        Migration(name: "0001-spine", statements: Self.spine),
        Migration(name: "0002-changes", statements: Self.changes),
        Migration(name: "0003-hubs", statements: Self.hubs),
        Migration(name: "0004-conversations", statements: Self.conversations),
        Migration(name: "0005-media", statements: Self.media),
        Migration(name: "0006-marketing", statements: Self.marketing),
        Migration(name: "0007-outbox", statements: Self.leanOutbox),
        // Time until which the platform asked for no requests of a channel, from any process.
        Migration(name: "0008-rests") { _ in ["ALTER TABLE channels ADD COLUMN rests_until BIGINT"] },
        Migration(name: "0009-workers", statements: Self.workers),
        Migration(name: "0010-control", statements: Self.control),
        Migration(name: "0011-lighter-outbox", statements: Self.lighterOutbox),
        Migration(name: "0012-schedules", statements: Self.schedules),
        // NULL for an automatic campaign; `scheduled`, `done`, `cancelled` for a message that was written by hand.
        Migration(name: "0013-one-offs") { _ in ["ALTER TABLE campaigns ADD COLUMN one_off TEXT"] },
        Migration(name: "0014-clicks", statements: Self.clicks),
        Migration(name: "0015-why", statements: Self.why),
        // State of a run that needs approval: `waiting`, `send`, `skip`, `expired`; and the time until which it may be
        // approved.
        Migration(name: "0016-approval") { _ in
            [
                "ALTER TABLE runs ADD COLUMN approval TEXT", "ALTER TABLE runs ADD COLUMN approval_until BIGINT",
                "CREATE INDEX runs_to_approve ON runs (id) WHERE approval = 'waiting'",
            ]
        },
        // Message that this one edits: always the first, also for a second edit. And 1 for a catch-up message, which
        // replaces several that waited for somebody.
        Migration(name: "0017-edits") { _ in
            [
                "ALTER TABLE messages ADD COLUMN edits_message_id BIGINT",
                "ALTER TABLE messages ADD COLUMN gathers BIGINT",
                // Time at which somebody was asked to approve the run.
                "ALTER TABLE runs ADD COLUMN asked_at BIGINT",
                // Time at which the chat got another address.
                "ALTER TABLE subscribers ADD COLUMN moved_at BIGINT",
                "CREATE INDEX messages_by_edited ON messages (edits_message_id) WHERE edits_message_id IS NOT NULL",
                // Index for the last change of an item in the log.
                "CREATE INDEX changes_by_item ON changes (source_id, item_key, position)",
            ]
        },
        Migration(name: "0018-history", statements: Self.history),
        Migration(name: "0019-pauses", statements: Self.pauses),
        // The channel's account id at the platform: NULL until the owner's files are read again.
        Migration(name: "0020-accounts") { _ in ["ALTER TABLE channels ADD COLUMN account TEXT"] },
        // Hash of an announced item's page and title: another source of the campaign may have the item under another
        // key.
        Migration(name: "0021-likeness") { _ in
            [
                "ALTER TABLE campaign_items ADD COLUMN likeness BIGINT",
                """
                CREATE INDEX campaign_items_by_likeness ON campaign_items (campaign_id, likeness)
                WHERE likeness IS NOT NULL
                """,
            ]
        },
        Migration(name: "0022-updates-failure", statements: Self.updatesFailure),
        // Partial indexes stay small: the topics of forums are few among a million subscribers, and so are the clicks
        // of one link in a delivery.
        Migration(name: "0023-topics") { _ in
            [
                "CREATE INDEX subscribers_by_topic ON subscribers (channel_id, address) WHERE address LIKE '%/%'",
                "DROP INDEX clicks_by_delivery",
                "CREATE INDEX clicks_by_delivery ON clicks (delivery_id, link_id, visitor)",
            ]
        },
        // What a campaign compares the price of an item with whose falls were too small for it so far.
        Migration(name: "0024-prices") { dialect in
            [
                """
                CREATE TABLE campaign_prices (
                    campaign_id BIGINT NOT NULL REFERENCES campaigns(id), source_id BIGINT NOT NULL REFERENCES sources(id),
                    item_key \(dialect.bytes) NOT NULL, price TEXT NOT NULL,
                    PRIMARY KEY (campaign_id, source_id, item_key))\(dialect.clustered)
                """
            ]
        },
    ]

    /// Migrates the database to the newest schema, one transaction for each step.
    ///
    /// - Throws: ``Problem`` when the database was made by a newer tellal.
    static func apply(_ steps: [Migration] = all, to database: any SQLDatabase, now: Timestamp) async throws {
        // `readCommitted`, so that a process that waited for the lock sees the steps that another one just applied.
        let applied = try await database.write(.readCommitted) { connection in
            try connection.lockSchema()
            try connection.execute(
                "CREATE TABLE IF NOT EXISTS schema_migrations (name TEXT PRIMARY KEY, applied_at BIGINT NOT NULL)")
            return try names(on: connection)
        }
        try check(applied)
        for migration in steps where !applied.contains(migration.name) {
            try await database.write(.readCommitted) { connection in
                try connection.lockSchema()
                guard try !names(on: connection).contains(migration.name) else { return }
                try connection.takeTime()
                for statement in migration.statements(connection.dialect) { try connection.execute(statement) }
                try connection.execute(
                    "INSERT INTO schema_migrations (name, applied_at) VALUES ($1, $2)",
                    [.text(migration.name), .integer(now.milliseconds)])
            }
        }
    }

    /// Checks, for commands that only read, that the schema exists and is of a known version.
    static func verify(_ database: any SQLDatabase) async throws {
        let applied: Set<String>
        do {
            applied = try await database.read { try names(on: $0) }
        } catch let problem as Problem {
            throw problem
        } catch {
            throw Problem(
                .databaseUnavailable, "this is no tellal database: \(error)",
                hint: "Check the `database` setting; `tellal run` or `tellal serve` makes a new one.")
        }
        try check(applied)
    }

    private static func names(on connection: any SQLConnection) throws -> Set<String> {
        Set(try connection.query("SELECT name FROM schema_migrations", []) { $0.text(0) ?? "" })
    }

    private static func check(_ applied: Set<String>) throws(Problem) {
        let known = Set(all.map(\.name))
        guard let unknown = applied.subtracting(known).sorted().first else { return }
        throw Problem(
            .databaseUnavailable, "the database was made by a newer tellal (schema step \(unknown))",
            hint: "Run the newer version, or restore a backup that was made before the upgrade.")
    }

    /// The key of the advisory lock: the bytes of "tellal".
    static let schemaLock: Int64 = 0x7465_6c6c_616c

    @Sendable private static func spine(_ dialect: Dialect) -> [String] {
        tables(dialect) + sending(dialect)
    }

    private static func tables(_ dialect: Dialect) -> [String] {
        [
            """
            CREATE TABLE workspaces (id \(dialect.identity), name TEXT NOT NULL UNIQUE, created_at BIGINT NOT NULL)
            """,
            """
            CREATE TABLE channels (
                id \(dialect.identity), workspace_id BIGINT NOT NULL REFERENCES workspaces(id), name TEXT NOT NULL,
                platform TEXT NOT NULL, provisioned_by TEXT, paused_reason TEXT, paused_at BIGINT,
                created_at BIGINT NOT NULL, UNIQUE (workspace_id, name))
            """,
            """
            CREATE TABLE sources (
                id \(dialect.identity), workspace_id BIGINT NOT NULL REFERENCES workspaces(id), name TEXT NOT NULL,
                location TEXT NOT NULL, definition TEXT NOT NULL, provisioned_by TEXT, created_at BIGINT NOT NULL,
                UNIQUE (workspace_id, name))
            """,
            """
            CREATE TABLE source_states (
                source_id \(dialect.foreignIdentity) REFERENCES sources(id), title TEXT, baseline_at BIGINT, etag TEXT, last_modified TEXT,
                last_poll_at BIGINT, last_change_at BIGINT, next_poll_at BIGINT NOT NULL, items BIGINT,
                failures BIGINT NOT NULL, last_error TEXT)
            """,
            """
            CREATE TABLE snapshot_entries (
                source_id BIGINT NOT NULL REFERENCES sources(id), item_key \(dialect.bytes) NOT NULL,
                fingerprint \(dialect.bytes) NOT NULL, price TEXT, currency TEXT, availability TEXT,
                PRIMARY KEY (source_id, item_key))\(dialect.clustered)
            """,
            """
            CREATE TABLE polls (
                id \(dialect.identity), source_id BIGINT NOT NULL REFERENCES sources(id), at BIGINT NOT NULL,
                outcome TEXT NOT NULL, items BIGINT NOT NULL, changes BIGINT NOT NULL, detail TEXT)
            """,
            "CREATE INDEX polls_by_source ON polls (source_id, id)",
            """
            CREATE TABLE changes (
                position \(dialect.identity), source_id BIGINT NOT NULL REFERENCES sources(id), campaign_id BIGINT,
                kind TEXT NOT NULL, item_key \(dialect.bytes) NOT NULL, before TEXT, after TEXT, at BIGINT NOT NULL)
            """,
            "CREATE INDEX changes_by_source ON changes (source_id, position)",
            """
            CREATE TABLE campaigns (
                id \(dialect.identity), workspace_id BIGINT NOT NULL REFERENCES workspaces(id), name TEXT NOT NULL,
                definition TEXT NOT NULL, state TEXT NOT NULL, provisioned_by TEXT, created_at BIGINT NOT NULL,
                UNIQUE (workspace_id, name))
            """,
            """
            CREATE TABLE campaign_cursors (
                campaign_id BIGINT NOT NULL REFERENCES campaigns(id), source_id BIGINT NOT NULL REFERENCES sources(id),
                position BIGINT NOT NULL, start_count BIGINT NOT NULL, PRIMARY KEY (campaign_id, source_id))
            """,
            """
            CREATE TABLE campaign_waiting (
                campaign_id BIGINT NOT NULL REFERENCES campaigns(id), position BIGINT NOT NULL,
                PRIMARY KEY (campaign_id, position))
            """,
            """
            CREATE TABLE campaign_items (
                campaign_id BIGINT NOT NULL REFERENCES campaigns(id), source_id BIGINT NOT NULL,
                item_key \(dialect.bytes) NOT NULL, kind TEXT NOT NULL, run_id BIGINT NOT NULL,
                PRIMARY KEY (campaign_id, source_id, item_key, kind))\(dialect.clustered)
            """,
        ]
    }

    private static func sending(_ dialect: Dialect) -> [String] {
        [
            """
            CREATE TABLE runs (
                id \(dialect.identity), workspace_id BIGINT NOT NULL REFERENCES workspaces(id),
                campaign_id BIGINT NOT NULL REFERENCES campaigns(id), at BIGINT NOT NULL, report TEXT NOT NULL)
            """,
            "CREATE INDEX runs_by_campaign ON runs (campaign_id, id)",
            """
            CREATE TABLE messages (
                id \(dialect.identity), run_id BIGINT NOT NULL REFERENCES runs(id), ordinal BIGINT NOT NULL,
                body TEXT NOT NULL, UNIQUE (run_id, ordinal))
            """,
            """
            CREATE TABLE subscribers (
                id \(dialect.identity), channel_id BIGINT NOT NULL REFERENCES channels(id), address TEXT NOT NULL,
                first_name TEXT, last_name TEXT, language TEXT, state TEXT NOT NULL, state_reason TEXT,
                last_active_at BIGINT, created_at BIGINT NOT NULL, UNIQUE (channel_id, address))
            """,
            """
            CREATE TABLE subscriber_tags (
                subscriber_id BIGINT NOT NULL REFERENCES subscribers(id), tag TEXT NOT NULL,
                PRIMARY KEY (subscriber_id, tag))\(dialect.clustered)
            """,
            """
            CREATE TABLE consent_log (
                id \(dialect.identity), subscriber_id BIGINT NOT NULL REFERENCES subscribers(id), kind TEXT NOT NULL,
                origin TEXT, at BIGINT NOT NULL, recorded_at BIGINT NOT NULL)
            """,
            """
            CREATE TABLE deliveries (
                id \(dialect.identity), run_id BIGINT NOT NULL REFERENCES runs(id),
                message_id BIGINT NOT NULL REFERENCES messages(id), ordinal BIGINT NOT NULL,
                campaign_id BIGINT NOT NULL REFERENCES campaigns(id), channel_id BIGINT NOT NULL REFERENCES channels(id),
                subscriber_id BIGINT NOT NULL REFERENCES subscribers(id), state TEXT NOT NULL,
                parts_sent BIGINT NOT NULL DEFAULT 0, attempt BIGINT NOT NULL DEFAULT 0, token TEXT, lease_until BIGINT,
                not_before BIGINT NOT NULL, expires_at BIGINT NOT NULL, platform_message_id TEXT, reason_code TEXT,
                reason TEXT, updated_at BIGINT NOT NULL, UNIQUE (run_id, ordinal, subscriber_id))
            """,
            "CREATE INDEX deliveries_to_claim ON deliveries (channel_id, state, not_before, id)",
            "CREATE INDEX deliveries_by_subscriber ON deliveries (subscriber_id, state, id)",
            "CREATE INDEX deliveries_by_state ON deliveries (state, lease_until)",
            """
            CREATE TABLE attempts (
                delivery_id BIGINT NOT NULL REFERENCES deliveries(id), attempt BIGINT NOT NULL, part BIGINT NOT NULL,
                started_at BIGINT NOT NULL, finished_at BIGINT, outcome TEXT, platform_message_id TEXT,
                reason_code TEXT, reason TEXT, PRIMARY KEY (delivery_id, attempt))\(dialect.clustered)
            """,
        ]
    }

    /// Replaces the snapshot by one with smaller rows and more to compare. The old rows cannot be converted, so each
    /// source's next document is a new baseline, of which nothing is announced.
    @Sendable private static func changes(_ dialect: Dialect) -> [String] {
        let entry = """
                source_id BIGINT NOT NULL REFERENCES sources(id), item_key \(dialect.bytes) NOT NULL,
                stated BIGINT NOT NULL, significance BIGINT NOT NULL, price TEXT, availability BIGINT,
                link_alias BIGINT, title_alias BIGINT, look_again_at BIGINT, absent_since BIGINT,
                absent_document BIGINT, memory TEXT
            """
        return [
            "DROP TABLE snapshot_entries",
            "CREATE TABLE snapshot_entries (\(entry), PRIMARY KEY (source_id, item_key))\(dialect.clustered)",
            // Staging for a poll's rows that are too many for one transaction; `gone`: the row is to be deleted.
            """
            CREATE TABLE snapshot_staged (\(entry), gone BIGINT NOT NULL, PRIMARY KEY (source_id, item_key))\(dialect.clustered)
            """,
            // Position up to which changes are visible; later ones belong to a poll that is not done.
            "ALTER TABLE source_states ADD COLUMN log_head BIGINT NOT NULL DEFAULT 0",
            // 1: staged rows belong to a poll that is done; 2: to a poll that only began; so may other rows.
            "ALTER TABLE source_states ADD COLUMN staged BIGINT NOT NULL DEFAULT 0",
            "ALTER TABLE source_states ADD COLUMN documents BIGINT NOT NULL DEFAULT 0",
            "ALTER TABLE source_states ADD COLUMN identity TEXT",
            "ALTER TABLE source_states ADD COLUMN usual_new BIGINT",
            "ALTER TABLE source_states ADD COLUMN look_again_at BIGINT",
            "ALTER TABLE source_states ADD COLUMN oldest BIGINT",
            "ALTER TABLE source_states ADD COLUMN held_at BIGINT",
            "ALTER TABLE source_states ADD COLUMN hold_code TEXT",
            "ALTER TABLE source_states ADD COLUMN hold_reason TEXT",
            "ALTER TABLE source_states ADD COLUMN decision TEXT",
            "ALTER TABLE source_states ADD COLUMN last_good_at BIGINT",
            "ALTER TABLE source_states ADD COLUMN manners TEXT",
            "ALTER TABLE source_states ADD COLUMN next_code TEXT",
            "ALTER TABLE source_states ADD COLUMN next_reason TEXT",
            // The validators are part of the stored fetch state now.
            "ALTER TABLE source_states DROP COLUMN etag",
            "ALTER TABLE source_states DROP COLUMN last_modified",
            """
            UPDATE source_states SET baseline_at = NULL,
                log_head = COALESCE((SELECT MAX(position) FROM changes c WHERE c.source_id = source_states.source_id), 0)
            """,
        ]
    }

    @Sendable private static func hubs(_ dialect: Dialect) -> [String] {
        [
            """
            CREATE TABLE hub_subscriptions (
                token TEXT PRIMARY KEY, source_id BIGINT NOT NULL REFERENCES sources(id), hub TEXT NOT NULL,
                topic TEXT NOT NULL, callback TEXT NOT NULL, secret TEXT NOT NULL, is_wanted BIGINT NOT NULL,
                verified_at BIGINT, ends_at BIGINT, told_at BIGINT, missed_at BIGINT, ask_at BIGINT NOT NULL,
                requests BIGINT NOT NULL, problem TEXT)\(dialect.clustered)
            """,
            "CREATE INDEX hub_subscriptions_by_source ON hub_subscriptions (source_id, is_wanted)",
            "CREATE INDEX hub_subscriptions_to_ask ON hub_subscriptions (ask_at)",
        ]
    }

    @Sendable private static func media(_ dialect: Dialect) -> [String] {
        [
            // Ids under which a platform already has a medium. `source`: its address, or the hash of a file's content.
            """
            CREATE TABLE media (
                channel_id BIGINT NOT NULL REFERENCES channels(id), kind TEXT NOT NULL, source TEXT NOT NULL,
                platform_id TEXT NOT NULL, expires_at BIGINT, PRIMARY KEY (channel_id, kind, source))\(dialect.clustered)
            """,
            "CREATE INDEX media_to_forget ON media (expires_at)",
            // Time at which the message was stopped, since the platform refuses its content for everybody.
            "ALTER TABLE messages ADD COLUMN stopped_at BIGINT",
            "ALTER TABLE campaigns ADD COLUMN paused_reason TEXT",
            "ALTER TABLE campaigns ADD COLUMN paused_at BIGINT",
        ]
    }
}

extension SQLConnection {
    /// Takes the schema lock until the end of this transaction, and waits for another process that holds it.
    fileprivate func lockSchema() throws {
        guard dialect.isShared else { return }
        for setting in ["SET LOCAL statement_timeout = 0", "SET LOCAL lock_timeout = 0"] { try execute(setting) }
        _ = try query("SELECT CAST(pg_advisory_xact_lock($1) AS TEXT)", [.integer(Migration.schemaLock)]) { _ in }
    }
}
