import CampaignModel
import TestSupport
import Testing

@testable import CampaignStore

@Suite(.everyDatabase) struct GroupCommitTests {
    private struct Refused: Error {}

    @Test(arguments: [WriteDurability.full, .relaxed]) func `one failing write among many fails alone`(
        durability: WriteDurability
    ) async throws {
        let bench = try await StoreBench()
        try await bench.execute("CREATE TABLE numbers (n BIGINT NOT NULL)")
        let failures = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<200 {
                group.addTask {
                    do {
                        try await bench.store.database.write(durability) { connection in
                            try connection.execute("INSERT INTO numbers (n) VALUES ($1)", [.integer(Int64(number))])
                            if number % 10 == 3 { throw Refused() }
                        }
                        return false
                    } catch {
                        return error is Refused
                    }
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(failures == 20)
        #expect(try await bench.integer("SELECT COUNT(*) FROM numbers") == 180)
        #expect(try await bench.integer("SELECT COUNT(*) FROM numbers WHERE n % 10 = 3") == 0)
    }

    @Test func `what was promised is there after the database was opened again`() async throws {
        let bench = try await StoreBench()
        try await bench.execute("CREATE TABLE numbers (n BIGINT NOT NULL)")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<100 {
                group.addTask {
                    try await bench.execute("INSERT INTO numbers (n) VALUES ($1)", [.integer(Int64(number))])
                }
            }
            try await group.waitForAll()
        }
        try bench.store.close()
        let reader = try await Store.openForReading(bench.url)
        #expect(try await reader.database.read { try $0.integer("SELECT COUNT(*) FROM numbers") } == 100)
    }

    @Test func `a write that ends the common transaction takes nobody's promise with it`() async throws {
        let bench = try await StoreBench()
        try await bench.execute("CREATE TABLE numbers (n BIGINT NOT NULL)")
        let gate = LoopbackServer.Gate()
        // Holds the connection, so that the writes after it wait for one common commit.
        async let holding: Void = bench.store.database.write { _ in gate.waitUntilOpen() }
        let results = await withTaskGroup(of: (Int, Bool).self) { group in
            for number in 0..<20 {
                group.addTask {
                    do {
                        try await bench.store.database.write { connection in
                            try connection.execute("INSERT INTO numbers (n) VALUES ($1)", [.integer(Int64(number))])
                            // What SQLite does by itself when the disk is full.
                            if number == 7 {
                                try connection.execute("ROLLBACK")
                                throw Refused()
                            }
                        }
                        return (number, true)
                    } catch {
                        return (number, false)
                    }
                }
            }
            gate.open()
            return await group.reduce(into: [Int: Bool]()) { $0[$1.0] = $1.1 }
        }
        _ = try? await holding
        let stored = try await bench.store.database.read { try $0.query("SELECT n FROM numbers", []) { $0.integer(0) } }
        let promised = results.filter(\.value).map { Int64($0.key) }
        #expect(Set(stored.compactMap(\.self)) == Set(promised))
        #expect(results[7] == false)
    }

    @Test func `a transaction that ends under its only write fails it once`() async throws {
        let bench = try await StoreBench()
        await #expect(throws: (any Error).self) {
            try await bench.store.database.write { connection in
                try connection.execute("ROLLBACK")
                throw Refused()
            }
        }
        #expect(try await bench.provision().channels.count == 1)
    }

    @Test func `a write after the end fails and does not hang`() async throws {
        let bench = try await StoreBench()
        try bench.store.close()
        await #expect(throws: (any Error).self) { try await bench.execute("DELETE FROM polls") }
    }
}
