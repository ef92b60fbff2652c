import CampaignModel
import Foundation
import TestSupport
import Testing

@testable import CampaignStore

@Suite(.everyDatabase) struct CopyTests {
    private static let tables: [TestDatabase: String] = [
        .sqlite: "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
        .postgres: "SELECT tablename FROM pg_tables WHERE schemaname = 'public'",
    ]

    @Test func `no table is forgotten`() async throws {
        let bench = try await StoreBench()
        let there = Set(try await bench.texts(try #require(Self.tables[.current])))
        #expect(
            there == Set(StoreTable.all.map(\.name)).union(["schema_migrations", "worker_leases", "sending_rates"]))
    }

    @Test func `an installation moves there and back, and goes on where it was`() async throws {
        let outbox = try await OutboxBench(subscribers: 3, messages: 2)
        let odd = "Größe\u{1F600} '\"; -- \\ \n"
        try await outbox.bench.subscribe([odd], to: outbox.channel, tags: ["a", "b"])
        for kind in TestDatabase.all {
            let place = try await TestPlace(kind)
            let other = try await place.open()
            let report = try await outbox.store.copy(to: other, now: StoreBench.now) { _ in }
            #expect(report.tables == StoreTable.all.count)
            for table in StoreTable.all {
                let columns = try await outbox.store.database.read { try table.columns(on: $0) }
                let here = try await outbox.store.database.read {
                    try table.rows(columns, after: nil, atMost: 1000, on: $0)
                }
                let there = try await other.database.read { try table.rows(columns, after: nil, atMost: 1000, on: $0) }
                #expect(here == there, "\(table.name) in \(kind)")
            }
            // Numbers go on behind those that are taken.
            _ = try await other.provision(
                channels: [SampleContent.channel(), SampleContent.channel("second")],
                sources: [SampleContent.source()], campaigns: [SampleContent.campaign()], now: StoreBench.now)
            #expect(try await other.status().channels.count == 2)
            let claimed = try await other.claim(
                channel: outbox.channel, lane: .campaigns(after: nil), limit: 10, token: "t", lease: .seconds(60),
                now: StoreBench.now)
            #expect(claimed.deliveries.count == 3)
        }
    }

    @Test func `nothing is copied into what is in use`() async throws {
        let bench = try await StoreBench()
        try await bench.provision()
        for kind in TestDatabase.all {
            let place = try await TestPlace(kind)
            let other = try await place.open()
            _ = try await other.provision(channels: [], sources: [], campaigns: [], now: StoreBench.now)
            let problem = await #expect(throws: Problem.self) {
                try await bench.store.copy(to: other, now: StoreBench.now) { _ in }
            }
            #expect(problem?.code == .usage)
            #expect(try await other.status().channels.isEmpty)
        }
    }
}

@Suite struct BackupTests {
    @Test func `a backup is whole, and made beside who writes`() async throws {
        let bench = try await StoreBench()
        try await bench.provision()
        let file = bench.place.folder.path("backup.db")
        try await Store.backUp(bench.url, to: file)
        try await bench.subscribe(["1"], to: ChannelID(rawValue: 1))
        let copy = try await Store.open(file, now: StoreBench.now)
        #expect(try await copy.status().channels.map(\.subscribers) == [0])
        try copy.close()
        let problem = await #expect(throws: Problem.self) { try await Store.backUp(bench.url, to: file) }
        #expect(problem?.code == .usage)
    }

    @Test(arguments: ["-", "sqlite:backup.db", "postgres://me:word@127.0.0.1/db"])
    func `a backup goes into a file, not to an address or to standard output`(name: String) async throws {
        let bench = try await StoreBench()
        let problem = await #expect(throws: Problem.self) { try await Store.backUp(bench.url, to: name) }
        #expect(problem?.code == .usage && problem?.message.contains("word") == false)
        #expect(!FileManager.default.fileExists(atPath: name))
    }

    @Test func `who backs up or restores PostgreSQL is told by what`() async throws {
        let address = "postgres://me:word@127.0.0.1/db"
        let backup = await #expect(throws: Problem.self) { try await Store.backUp(address, to: "/nowhere/x") }
        #expect(backup?.hint?.contains("pg_dump") == true)
        let restore = await #expect(throws: Problem.self) { try await Store.restore(address, from: "/nowhere/x") }
        #expect(restore?.code == .usage && restore?.hint?.contains("pg_restore") == true)
    }

    @Test func `an address is shown without its password`() {
        #expect(
            Store.shown("postgres://me:word@db.example.com:5433/tellal?sslmode=require")
                == "postgres://db.example.com:5433/tellal")
        #expect(!Store.shown("postgres://me:word@[::1/db").contains("word"))
        #expect(Store.shown("sqlite:tellal.db") == "sqlite:tellal.db")
    }
}
