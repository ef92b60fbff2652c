import CampaignModel
import Foundation
import TestSupport
import Testing

@testable import CampaignStore

@Suite struct OpeningTests {
    @Test func `a fresh database gets the whole schema once`() async throws {
        let bench = try await StoreBench()
        #expect(try await bench.texts("SELECT name FROM schema_migrations") == Migration.all.map(\.name))
        try await Migration.apply(to: bench.store.database, now: StoreBench.now + .days(1))
        #expect(
            try await bench.integer("SELECT MAX(applied_at) FROM schema_migrations") == StoreBench.now.milliseconds)
    }

    @Test func `a database of a newer tellal is refused and left as it is`() async throws {
        let bench = try await StoreBench()
        try await bench.execute("INSERT INTO schema_migrations (name, applied_at) VALUES ('9999-later', 1)")
        try bench.store.close()
        let problem = await #expect(throws: Problem.self) { try await Store.open(bench.url, now: StoreBench.now) }
        #expect(problem?.code == .databaseUnavailable)
        #expect(problem?.message.contains("9999-later") == true)
        let reading = await #expect(throws: Problem.self) { try await Store.openForReading(bench.url) }
        #expect(reading?.code == .databaseUnavailable)
    }

    @Test func `commits go to the disk before they are promised`() async throws {
        let bench = try await StoreBench()
        // 2 is FULL; the write-ahead log with NORMAL loses commits when power fails.
        let level = try await bench.store.database.write { try $0.integer("PRAGMA synchronous") }
        #expect(level == 2)
        #expect(try await bench.texts("PRAGMA journal_mode") == ["wal"])
    }

    @Test func `a second writer is refused and told who has the database`() async throws {
        let bench = try await StoreBench()
        let problem = await #expect(throws: Problem.self) { try await Store.open(bench.url, now: StoreBench.now) }
        #expect(problem?.code == .databaseUnavailable)
        #expect(problem?.message.contains("process \(ProcessInfo.processInfo.processIdentifier)") == true)
    }

    @Test func `a closed database can be opened again and has kept everything`() async throws {
        let bench = try await StoreBench()
        let before = try await bench.provision()
        try bench.store.close()
        let again = try await Store.open(bench.url, now: StoreBench.now)
        #expect(try await again.status().campaigns.map(\.name) == before.campaigns.map(\.campaign.name))
        try again.close()
    }

    @Test func `a reader sees what is committed beside a writer and cannot write`() async throws {
        let bench = try await StoreBench()
        let reader = try await Store.openForReading(bench.url)
        #expect(try await reader.status().channels.isEmpty)
        try await bench.provision()
        #expect(try await reader.status().channels.map(\.name) == ["bot"])
        await #expect(throws: Problem.self) {
            try await reader.provision(channels: [], sources: [], campaigns: [], now: StoreBench.now)
        }
    }

    @Test func `a reader opens what a writer has closed`() async throws {
        let bench = try await StoreBench()
        try await bench.provision()
        try bench.store.close()
        #expect(try await Store.openForReading(bench.url).status().channels.map(\.name) == ["bot"])
    }

    @Test func `there is nothing to read where no database is`() async throws {
        let folder = try TemporaryFolder()
        let problem = await #expect(throws: Problem.self) {
            try await Store.openForReading("sqlite:" + folder.path("none.db"))
        }
        #expect(problem?.code == .notFound)
    }

    @Test func `a file that is no database is refused`() async throws {
        let folder = try TemporaryFolder()
        try folder.write(String(repeating: "This is a shopping list. ", count: 50), to: "list.db")
        let problem = await #expect(throws: Problem.self) {
            try await Store.open(folder.path("list.db"), now: StoreBench.now)
        }
        #expect(problem?.code == .databaseUnavailable)
    }

    @Test func `beside a file that is no database nothing is left`() async throws {
        let folder = try TemporaryFolder()
        try folder.write(String(repeating: "This is a shopping list. ", count: 50), to: "list.db")
        for _ in 1...2 {
            let problem = await #expect(throws: Problem.self) {
                try await Store.open(folder.path("list.db"), now: StoreBench.now, onOutage: .keepResults)
            }
            #expect(problem?.message.contains("in use") == false)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["list.db"])
        }
    }

    @Test func `a lock that was there before stays`() async throws {
        let folder = try TemporaryFolder()
        try folder.write(String(repeating: "This is a shopping list. ", count: 50), to: "list.db")
        try folder.write("", to: "list.db.lock")
        await #expect(throws: Problem.self) { try await Store.open(folder.path("list.db"), now: StoreBench.now) }
        #expect(FileManager.default.fileExists(atPath: folder.path("list.db.lock")))
    }

    @Test(arguments: ["postgres://me:word@[::1/db", "mysql://host/db", "sqlite:"])
    func `an address of another kind of database is a mistake in the settings`(url: String) async throws {
        let problem = await #expect(throws: Problem.self) { try await Store.open(url, now: StoreBench.now) }
        #expect(problem?.code == .settings)
    }

    /// Outbox and audience as the third schema step had them.
    @Test func `an outbox of before replies keeps every row`() async throws {
        let folder = try TemporaryFolder()
        let database = try SQLiteDatabase(path: folder.path("old.db"))
        let old = Array(Migration.all.prefix { $0.name < "0004" })
        try await Migration.apply(old, to: database, now: StoreBench.now)
        try await database.write { connection in
            for statement in [
                "INSERT INTO workspaces (name, created_at) VALUES ('default', 1)",
                "INSERT INTO channels (workspace_id, name, platform, created_at) VALUES (1, 'bot', 'telegram', 1)",
                "INSERT INTO campaigns (workspace_id, name, definition, state, created_at) VALUES (1, 'n', '{}', 'active', 1)",
                "INSERT INTO runs (workspace_id, campaign_id, at, report) VALUES (1, 1, 1, '{}')",
                "INSERT INTO messages (run_id, ordinal, body) VALUES (1, 0, '{\"modules\":[]}')",
                "INSERT INTO subscribers (channel_id, address, state, created_at) VALUES (1, '7', 'active', 5), (1, '8', 'stopped', 5)",
                """
                INSERT INTO deliveries (run_id, message_id, ordinal, campaign_id, channel_id, subscriber_id, state,
                    not_before, expires_at, updated_at) VALUES (1, 1, 0, 1, 1, 1, 'queued', 1, 9999999999999, 1)
                """,
                "INSERT INTO attempts (delivery_id, attempt, part, started_at, finished_at) VALUES (1, 1, 0, 1, 2)",
            ] { try connection.execute(statement) }
        }
        try database.close()
        let store = try await Store.open("sqlite:" + folder.path("old.db"), now: StoreBench.now)
        let claimed = try await store.claim(
            channel: ChannelID(rawValue: 1), lane: .campaigns(after: nil), limit: 10, token: "t", lease: .seconds(60),
            now: StoreBench.now
        ).deliveries
        #expect(claimed.map(\.address) == ["7"] && claimed.map(\.purpose) == [.campaign])
        #expect(try await store.listSubscribers(limit: 9).subscribers.map(\.subscriber.state) == [.active, .stopped])
        #expect(try await store.database.read { try $0.integer("SELECT COUNT(*) FROM attempts") } == 1)
        #expect(try await store.database.read { try $0.query("PRAGMA foreign_key_check", []) { _ in 1 } }.isEmpty)
        try store.close()
    }
}
