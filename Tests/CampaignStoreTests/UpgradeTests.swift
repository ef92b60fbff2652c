import CampaignModel
import Foundation
import TestSupport
import Testing

@testable import CampaignStore

/// What an installation had before campaigns got times, results and edits goes on as it was.
@Suite(.everyDatabase) struct UpgradeTests {
    static let now = StoreBench.now
    private static let later = 9_999_999_999_999

    /// A database as the eleventh schema step had it: one campaign with a run half planned, a change that waits, people who
    /// chose, and deliveries in every state that is not final.
    private func filled(_ database: any SQLDatabase) async throws {
        let old = Array(Migration.all.prefix { $0.name < "0012" })
        try #require(old.last?.name == "0011-lighter-outbox")
        try await Migration.apply(old, to: database, now: Self.now)
        let zoned = try StoredJSON.encode(Subscriber.Preferences(timeZone: "Asia/Tokyo"))
        let collecting = try StoredJSON.encode(Subscriber.Preferences(frequency: .daily, timeZone: "Europe/Rome"))
        let body = try StoredJSON.encode(SampleContent.message("Told before"))
        let audience = try StoredJSON.encode(Audience())
        let report = """
            {"campaign":"news","seen":2,"chosen":[],"waiting":[],"skipped":[],"messages":1,"queued":0,"held":0}
            """
        try await database.write { connection in
            func insert(_ statement: String, _ values: SQLValue...) throws { try connection.execute(statement, values) }
            try insert("INSERT INTO workspaces (name, created_at) VALUES ('default', 1)")
            for (name, platform) in [("bot", "telegram"), ("page", "messenger")] {
                try insert(
                    "INSERT INTO channels (workspace_id, name, platform, created_at) VALUES (1, $1, $2, 1)",
                    .text(name), .text(platform))
            }
            try insert(
                "INSERT INTO sources (workspace_id, name, location, definition, created_at) VALUES (1, 'blog', 'x', '{}', 1)"
            )
            try insert(
                "INSERT INTO source_states (source_id, next_poll_at, failures, baseline_at, log_head) VALUES (1, 1, 0, 1, 2)"
            )
            try insert(
                "INSERT INTO campaigns (workspace_id, name, definition, state, created_at) VALUES (1, 'news', '{}', 'active', 1)"
            )
            try insert(
                "INSERT INTO campaign_cursors (campaign_id, source_id, position, start_count) VALUES (1, 1, 2, 0)")
            for number in [1, 2] {
                let change = SampleContent.new(number)
                try insert(
                    "INSERT INTO changes (source_id, kind, item_key, after, at) VALUES (1, 'new', $1, $2, 1)",
                    change.key.stored, .text(try StoredJSON.encode(change.after)))
            }
            try insert("INSERT INTO campaign_waiting (campaign_id, position) VALUES (1, 2)")
            try insert("INSERT INTO runs (workspace_id, campaign_id, at, report) VALUES (1, 1, 1, $1)", .text(report))
            try insert(
                "INSERT INTO campaign_items (campaign_id, source_id, item_key, kind, run_id) VALUES (1, 1, $1, 'new', 1)",
                SampleContent.key(1).stored)
            try insert("INSERT INTO messages (run_id, ordinal, body) VALUES (1, 0, $1)", .text(body))
            let person = """
                INSERT INTO subscribers (channel_id, address, state, created_at, last_active_at, preferences, collects)
                VALUES ($1, $2, 'active', 1, $3, $4, $5)
                """
            try insert(person, .integer(1), .text("sent"), .null, .null, .null)
            try insert(person, .integer(1), .text("queued"), .null, .null, .null)
            try insert(person, .integer(1), .text("tokyo"), .null, .text(zoned), .null)
            try insert(person, .integer(1), .text("rome"), .null, .text(collecting), .text("daily Europe/Rome"))
            try insert(person, .integer(2), .text("held"), .integer(1), .null, .null)
            let delivery = """
                INSERT INTO deliveries (message_id, campaign_id, channel_id, subscriber_id, purpose, state, not_before,
                    expires_at, updated_at, attempt, parts, parts_sent, platform_message_id, ended_at)
                VALUES (1, 1, $1, $2, 'campaign', $3, 1, \(Self.later), 1, $4, $5, $6, $7, $8)
                """
            try insert(
                delivery, .integer(1), .integer(1), .text("sent"), .integer(1), .integer(1), .integer(1), .text("77"),
                .integer(1))
            try insert(
                delivery, .integer(1), .integer(2), .text("queued"), .integer(0), .null, .integer(0), .null, .null)
            try insert(
                delivery, .integer(2), .integer(5), .text("held"), .integer(0), .null, .integer(0), .null, .null)
            // The first two people of the bot are planned.
            try insert(
                """
                INSERT INTO fan_outs (run_id, message_id, campaign_id, channel_id, after_id, until_id, planned_at,
                    not_before, expires_at, window_opened_after, audience) VALUES (1, 1, 1, 1, 2, 4, 1, 1, \(Self.later), 1, $1)
                """, .text(audience))
        }
    }

    /// An old database, not upgraded yet.
    func withOld(_ body: (any SQLDatabase) async throws -> Void) async throws {
        if TestDatabase.current == .postgres, let server = PostgresServer.shared {
            let database = PostgresDatabase(try PostgresAddress(try await server.newDatabase().url))
            try await filled(database)
            try await body(database)
            database.close()
        } else {
            let folder = try TemporaryFolder()
            let database = try SQLiteDatabase(path: folder.path("old.db"))
            try await filled(database)
            try await body(database)
            try database.close()
        }
    }

    private func withUpgraded(_ body: (Store) async throws -> Void) async throws {
        if TestDatabase.current == .postgres, let server = PostgresServer.shared {
            let url = try await server.newDatabase().url
            let database = PostgresDatabase(try PostgresAddress(url))
            try await filled(database)
            database.close()
            let store = try await Store.openPostgres(url, now: Self.now, trustsCallersClock: true)
            try await body(store)
            try store.close()
        } else {
            let folder = try TemporaryFolder()
            let database = try SQLiteDatabase(path: folder.path("old.db"))
            try await filled(database)
            try database.close()
            let store = try await Store.open("sqlite:" + folder.path("old.db"), now: Self.now)
            try await body(store)
            #expect(try await store.database.read { try $0.query("PRAGMA foreign_key_check", []) { _ in 1 } }.isEmpty)
            try store.close()
        }
    }

    private func claim(_ store: Store) async throws -> [ClaimedDelivery] {
        try await store.claim(
            channel: ChannelID(rawValue: 1), lane: .campaigns(after: nil), limit: 10, token: "t", lease: .seconds(60),
            now: Self.now
        ).deliveries
    }

    @Test func `nobody gets a message twice, and who is still to get it does`() async throws {
        try await withUpgraded { store in
            let step = try await store.fanOut(CampaignID(rawValue: 1)) { _, _ in nil }
            #expect(step.queued == 2 && step.looked == 2)
            #expect(try await store.fanOut(CampaignID(rawValue: 1)) { _, _ in nil }.looked == 0)
            let claimed = try await claim(store)
            #expect(claimed.map(\.address).sorted() == ["queued", "rome", "tokyo"])
            #expect(claimed.allSatisfy { $0.message == SampleContent.message("Told before") && $0.edits == nil })
            #expect(claimed.first { $0.address == "rome" }?.preferences.frequency == .daily)
        }
    }

    @Test func `a Page that was restricted is known by a code from then on`() async throws {
        try await withOld { old in
            try await old.write { connection in
                for (name, reason) in [("bot", "no such token"), ("page", "Meta restricted the Page: spam")] {
                    try connection.execute(
                        "UPDATE channels SET paused_reason = $2, paused_at = 1 WHERE name = $1",
                        [.text(name), .text(reason)])
                }
            }
            try await Migration.apply(to: old, now: Self.now)
            let codes = try await old.read {
                try $0.query("SELECT paused_code FROM channels ORDER BY id", []) { $0.text(0) }
            }
            #expect(codes == [nil, "page_restricted"])
        }
    }

    @Test func `people keep their times`() async throws {
        try await withUpgraded { store in
            let timings = try await store.timings(on: [ChannelID(rawValue: 1)])
            #expect(
                Set(timings.map { "\($0.frequency.rawValue) \($0.timeZone ?? "")" })
                    .isSuperset(of: ["daily Europe/Rome", "at_once Asia/Tokyo"]))
        }
    }

    @Test func `what waited is seen again, and what was announced is not`() async throws {
        try await withUpgraded { store in
            let campaign = SampleContent.campaign {
                $0.onUpdate = .edit
                $0.on = [.new, .removed]
            }
            let work = try await store.work(for: CampaignID(rawValue: 1), of: campaign)
            #expect(work.changes.map(\.change.key) == [SampleContent.key(2)] && work.waited == [2])
            try await store.database.write { connection in
                _ = try connection.execute(
                    "UPDATE campaign_cursors SET position = 0", [])
            }
            let again = try await store.work(for: CampaignID(rawValue: 1), of: campaign)
            #expect(again.taken.map(\.key) == [SampleContent.key(1)])
        }
    }

    @Test func `runs, results and why tell of it`() async throws {
        try await withUpgraded { store in
            let runs = try await store.runs(of: "news", limit: 5)
            #expect(runs.map(\.deliveries) == [["sent": 1, "queued": 1, "held": 1]] && runs.map(\.edits) == [nil])
            let report = try await store.results(of: "news", byRun: false)
            #expect(report.map(\.planned) == [3] && report.map(\.sent) == [1] && report.map(\.edited) == [0])
            let trails = try await store.trails(ofItems: SampleContent.new(1).after?.title ?? "", aliases: [])
            #expect(trails.map(\.key).contains(SampleContent.key(1)))
            #expect(
                try await store.trail(
                    ofSubscriber: "sent", on: ChannelID(rawValue: 1), limit: 5, now: Self.now)?.runs.count == 1)
        }
    }

    @Test func `what is held opens as it is, for nobody knows what it told of`() async throws {
        try await withUpgraded { store in
            try await store.database.write { connection in
                _ = try connection.execute(
                    "UPDATE subscribers SET last_active_at = \(Self.now.milliseconds) WHERE address = 'held'", [])
            }
            #expect(try await store.heldGroups(of: nil, windowOpenedAfter: Self.now - .hours(1), now: Self.now).isEmpty)
            let upkeep = try await store.tidyOutbox(
                leasesUntil: Self.now, windowOpenedAfter: Self.now - .hours(1), now: Self.now)
            #expect(upkeep.reopened == 1)
        }
    }
}
