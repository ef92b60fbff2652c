import CampaignModel
import TestSupport
import Testing

@testable import CampaignStore

@Suite(.everyDatabase) struct SharedWritesTests {
    private static let now = StoreBench.now

    private struct Refused: Error {}

    /// Commits, and nobody hears of it.
    private struct UnheardDatabase: SQLDatabase {
        let base: any SQLDatabase

        func write<Value: Sendable>(
            _ durability: WriteDurability, _ isolation: IsolationLevel,
            _ body: @escaping @Sendable (any SQLConnection) throws -> Value
        ) async throws -> Value {
            _ = try await base.write(durability, isolation, body)
            throw InDoubtCommit()
        }

        func read<Value: Sendable>(
            _ body: @escaping @Sendable (any SQLConnection) throws -> Value
        ) async throws -> Value { try await base.read(body) }

        func close() throws { try base.close() }
    }

    /// Runs the writes while something else holds up the database, so that many of them share a commit.
    private func all<Output: Sendable>(
        _ inputs: [Int], in writes: SharedWrites<Int, Output>, on database: any SQLDatabase
    ) async -> [Int: Result<Output, any Error>] {
        let gate = LoopbackServer.Gate()
        async let holding: Void? = try? database.write(.readCommitted) { _ in gate.waitUntilOpen() }
        let results = await withTaskGroup(of: (Int, Result<Output, any Error>).self) { group in
            for input in inputs {
                group.addTask {
                    do { return (input, .success(try await writes.add(input, to: database))) } catch {
                        return (input, .failure(error))
                    }
                }
            }
            gate.open()
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        _ = await holding
        return results
    }

    private func intents(of claimed: [ClaimedDelivery], in outbox: OutboxBench) async throws -> [Intent] {
        let (store, now) = (outbox.store, Self.now)
        let gate = LoopbackServer.Gate()
        async let holding: Void? = try? store.database.write(.readCommitted) { _ in gate.waitUntilOpen() }
        let intents = try await withThrowingTaskGroup(of: (Int, Intent).self) { group in
            for (place, delivery) in claimed.enumerated() {
                group.addTask { (place, try await store.beginSending(delivery, part: 0, of: 1, now: now)) }
            }
            gate.open()
            return try await group.reduce(into: [Int: Intent]()) { $0[$1.0] = $1.1 }
        }
        _ = await holding
        return claimed.indices.compactMap { intents[$0] }
    }

    @Test func `to each of those that are written together its own answer is given`() async throws {
        let bench = try await StoreBench()
        try await bench.execute("CREATE TABLE numbers (n BIGINT NOT NULL)")
        let writes = SharedWrites<Int, Int>(.full, .readCommitted) { inputs, connection in
            for input in inputs { try connection.execute("INSERT INTO numbers VALUES ($1)", [.integer(Int64(input))]) }
            return inputs.map { $0 * 2 }
        }
        let results = await all(Array(0..<100), in: writes, on: bench.store.database)
        #expect(try results.mapValues { try $0.get() } == .init(uniqueKeysWithValues: (0..<100).map { ($0, $0 * 2) }))
        #expect(try await bench.integer("SELECT COUNT(*) FROM numbers") == 100)
    }

    @Test func `one that cannot be made fails alone`() async throws {
        let bench = try await StoreBench()
        try await bench.execute("CREATE TABLE numbers (n BIGINT NOT NULL)")
        let writes = SharedWrites<Int, Int>(.full, .readCommitted) { inputs, connection in
            for input in inputs { try connection.execute("INSERT INTO numbers VALUES ($1)", [.integer(Int64(input))]) }
            if inputs.contains(7) { throw Refused() }
            return inputs
        }
        let results = await all(Array(0..<20), in: writes, on: bench.store.database)
        #expect(results.filter { (try? $0.value.get()) == nil }.map(\.key) == [7])
        #expect(try await bench.integer("SELECT COUNT(*) FROM numbers") == 19)
        #expect(try await bench.integer("SELECT COUNT(*) FROM numbers WHERE n = 7") == 0)
    }

    @Test func `when nobody knows whether they are written, all are told so, and none is written again`() async throws {
        let bench = try await StoreBench()
        try await bench.execute("CREATE TABLE numbers (n BIGINT NOT NULL)")
        let writes = SharedWrites<Int, Int>(.full, .readCommitted) { inputs, connection in
            for input in inputs { try connection.execute("INSERT INTO numbers VALUES ($1)", [.integer(Int64(input))]) }
            return inputs
        }
        let results = await all(Array(0..<20), in: writes, on: UnheardDatabase(base: bench.store.database))
        for (_, result) in results { #expect(throws: InDoubtCommit.self) { try result.get() } }
        #expect(results.count == 20)
        #expect(try await bench.integer("SELECT COUNT(*) FROM numbers") == 20)
    }

    @Test func `of intents that are stored together those that may not leave are refused`() async throws {
        let outbox = try await OutboxBench(subscribers: 6)
        let claimed = try await outbox.bench.claim(outbox.channel)
        try await outbox.store.release(claimed[1], as: .queued(notBefore: nil), now: Self.now)
        try await outbox.bench.execute(
            "UPDATE subscribers SET state = 'stopped' WHERE id = $1", [.id(claimed[3].subscriber)])
        let intents = try await intents(of: claimed, in: outbox)
        #expect(intents.map(\.attempt) == [1, nil, 1, nil, 1, 1])
        #expect(
            try await outbox.bench.states() == [.sending, .queued, .sending, .claimed, .sending, .sending])
        guard case .refused(.queued(nil)) = intents[1], case .refused(.suppressed) = intents[3] else {
            Issue.record("\(intents)")
            return
        }
    }

    @Test func `of intents that are stored together none leaves when its campaign is paused`() async throws {
        let outbox = try await OutboxBench(subscribers: 3)
        let claimed = try await outbox.bench.claim(outbox.channel)
        try await outbox.bench.execute("UPDATE campaigns SET state = 'paused', paused_at = 1")
        let refused = try await intents(of: claimed, in: outbox).filter {
            if case .refused(.queued(nil)) = $0 { true } else { false }
        }
        #expect(refused.count == 3)
        #expect(try await outbox.bench.states() == [.claimed, .claimed, .claimed])
    }

    @Test func `of two intents for the same attempt one is refused, together or one after the other`() async throws {
        let outbox = try await OutboxBench(subscribers: 3)
        let claimed = try await outbox.bench.claim(outbox.channel)
        let together = try await intents(of: claimed + claimed, in: outbox)
        for place in claimed.indices {
            #expect([together[place].attempt, together[place + 3].attempt].compactMap(\.self) == [1])
        }
        let later = try await intents(of: claimed, in: outbox)
        #expect(later.allSatisfy { $0.attempt == nil })
        #expect(try await outbox.bench.texts("SELECT DISTINCT CAST(attempt AS TEXT) FROM deliveries") == ["1"])
    }

    @Test func `intents that differ are stored together all the same`() async throws {
        let outbox = try await OutboxBench(subscribers: 6)
        let claimed =
            try await outbox.bench.claim(outbox.channel, limit: 3, token: "one")
            + outbox.bench.claim(outbox.channel, limit: 3, token: "other")
        let end = Self.now + .minutes(30)
        let requests = claimed.enumerated().map { place, delivery in
            IntentRequest(
                delivery: delivery, part: 0, parts: 1 + place % 2, begun: 0, now: Self.now, end: place == 5 ? end : nil)
        }
        let intents = try await outbox.store.database.write(.readCommitted) { try Store.begin(requests, on: $0) }
        #expect(intents.map(\.attempt) == Array(repeating: 1, count: 6))
        #expect(
            try await outbox.bench.texts("SELECT CAST(parts AS TEXT) FROM deliveries ORDER BY id")
                == ["1", "2", "1", "2", "1", "2"])
        #expect(
            try await outbox.bench.integer("SELECT COUNT(*) FROM deliveries WHERE lease_until = \(end.milliseconds)")
                == 1)
    }

    @Test func `of answers that are stored together each counts once, with what the platform calls its message`()
        async throws
    {
        let outbox = try await OutboxBench(subscribers: 5)
        let claimed = try await outbox.bench.claim(outbox.channel)
        for delivery in claimed {
            _ = try await outbox.store.beginSending(delivery, part: 0, of: 1, now: Self.now)
        }
        // Given up meanwhile, and ended already.
        try await outbox.bench.execute(
            "UPDATE deliveries SET state = 'unknown', lease_until = NULL WHERE id = $1", [.id(claimed[1].id)])
        try await outbox.store.finish(claimed[3], attempt: 1, as: .sent(messageID: "first"), now: Self.now)
        let names = ["1", "late", "m_\"\\\u{1}\u{1F600}ü", "second", ""]
        let store = outbox.store
        let counts = try await withThrowingTaskGroup(of: (Int, Bool).self) { group in
            for (place, (delivery, name)) in zip(claimed, names).enumerated() {
                group.addTask {
                    let counts = try await store.finish(
                        delivery, attempt: 1, as: .sent(messageID: name), now: Self.now + .seconds(1))
                    return (place, counts)
                }
            }
            return try await group.reduce(into: [false, false, false, false, false]) { $0[$1.0] = $1.1 }
        }
        #expect(counts == [true, true, true, false, true])
        #expect(try await outbox.bench.states() == Array(repeating: .sent, count: 5))
        let stored = try await outbox.store.database.read {
            try $0.query("SELECT platform_message_id FROM deliveries ORDER BY id", []) { $0.text(0) }
        }
        #expect(stored == ["1", "late", "m_\"\\\u{1}\u{1F600}ü", "first", ""])
    }

    @Test func `answers are stored by one statement with what the platform calls each message`() async throws {
        let outbox = try await OutboxBench(subscribers: 4)
        let claimed = try await outbox.bench.claim(outbox.channel)
        _ = try await intents(of: claimed, in: outbox)
        let names = ["1", "m_\"\\\u{1}\u{1F600}ü", "{}", ""]
        let arrivals = zip(claimed, names).map { delivery, name in
            Arrival(
                answer: Answer(
                    delivery: delivery, attempt: 1, outcome: .sent(messageID: name), note: nil, isNews: false,
                    now: Self.now + .seconds(1)), platformID: name)
        }
        let counts = try await outbox.store.database.write(.readCommitted) { try Store.store(arrivals, on: $0) }
        #expect(counts == [true, true, true, true])
        #expect(try await outbox.bench.texts("SELECT platform_message_id FROM deliveries ORDER BY id") == names)
        await #expect(throws: SomeRefused.self, "an attempt ends once") {
            try await outbox.store.database.write(.readCommitted) { try Store.store(arrivals, on: $0) }
        }
    }

    @Test func `U+0000, which databases do not keep in a text, is replaced in an object`() {
        #expect(StoredJSON.object([("1", "a\u{0}b")]) == "{\"1\":\"a\u{FFFD}b\"}")
    }
}
