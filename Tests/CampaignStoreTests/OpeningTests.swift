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

    @Test(arguments: ["postgres://host/db", "mysql://host/db", "sqlite:"])
    func `an address of another kind of database is a mistake in the settings`(url: String) async throws {
        let problem = await #expect(throws: Problem.self) { try await Store.open(url, now: StoreBench.now) }
        #expect(problem?.code == .settings)
    }
}
