import CampaignModel
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import CampaignStore

/// What only several processes on one database can do; two stores stand for two processes.
@Suite(.enabled(if: PostgresServer.shared != nil, "there is no PostgreSQL here")) struct PostgresTests {
    private static let now = StoreBench.now

    private func bench() async throws -> StoreBench {
        try await TestDatabase.$current.withValue(.postgres) { try await StoreBench() }
    }

    private func outbox(subscribers: Int = 1, messages: Int = 1) async throws -> OutboxBench {
        try await TestDatabase.$current.withValue(.postgres) {
            try await OutboxBench(subscribers: subscribers, messages: messages)
        }
    }

    @Test func `many processes that start at once make one schema`() async throws {
        let server = try #require(PostgresServer.shared)
        let (_, url) = try await server.newDatabase()
        let stores = try await withThrowingTaskGroup(of: Store.self) { group in
            for _ in 0..<6 { group.addTask { try await Store.open(url, now: Self.now) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(try await stores[0].schema() == Migration.all.map(\.name))
        for store in stores { try store.close() }
    }

    @Test func `an outbox of before is brought over, with leases that had outlived their deliveries`() async throws {
        let server = try #require(PostgresServer.shared)
        let url = try await server.newDatabase().url
        let database = PostgresDatabase(try PostgresAddress(url))
        try await Migration.apply(Array(Migration.all.prefix { $0.name < "0011" }), to: database, now: Self.now)
        let delivery = """
            INSERT INTO deliveries (message_id, campaign_id, channel_id, subscriber_id, purpose, state, token, lease_until,
                not_before, expires_at, updated_at, ended_at)
            """
        try await database.write { connection in
            for statement in [
                "INSERT INTO workspaces (name, created_at) VALUES ('default', 1)",
                "INSERT INTO channels (workspace_id, name, platform, created_at) VALUES (1, 'bot', 'telegram', 1)",
                """
                INSERT INTO campaigns (workspace_id, name, definition, state, created_at)
                VALUES (1, 'n', '{}', 'active', 1)
                """,
                "INSERT INTO messages (ordinal, body) SELECT 0, '{\"modules\":[]}' FROM generate_series(1, 3)",
                """
                INSERT INTO subscribers (channel_id, address, state, created_at)
                VALUES (1, '7', 'active', 5), (1, '8', 'active', 5)
                """,
                delivery + " VALUES (1, 1, 1, 1, 'campaign', 'sent', 'a', 5, 1, 9999999999999, 1, 1)",
                delivery + " VALUES (2, 1, 1, 1, 'campaign', 'unknown', 'a', 5, 1, 9999999999999, 1, 1)",
                delivery + " VALUES (3, 1, 1, 1, 'campaign', 'queued', NULL, NULL, 1, 9999999999999, 1, NULL)",
                delivery + " VALUES (1, 1, 1, 2, 'campaign', 'sending', 'a', 5, 1, 9999999999999, 1, NULL)",
            ] { try connection.execute(statement) }
        }
        database.close()
        let store = try await Store.openPostgres(url, now: Self.now, trustsCallersClock: true)
        let claimed = try await store.claim(
            channel: ChannelID(rawValue: 1), lane: .campaigns(after: nil), limit: 10, token: "t", lease: .seconds(60),
            now: Self.now
        ).deliveries
        #expect(claimed.map(\.id.rawValue) == [3])
        let upkeep = try await store.tidyOutbox(leasesUntil: Self.now, windowOpenedAfter: Self.now, now: Self.now)
        #expect(upkeep.unknown == 1, "the lease of what was being sent counts")
        let states = try await store.deliveries(in: nil, limit: 9).map(\.state)
        #expect(states.sorted() == ["claimed", "sent", "unknown", "unknown"])
        #expect(try await store.deliveries(in: .unknown, limit: 9).map(\.id) == [4, 2])
        #expect(try await store.deliveries(in: .claimed, limit: 9).map(\.id) == [3])
        try store.close()
    }

    @Test func `there is nothing to read in an empty database`() async throws {
        let server = try #require(PostgresServer.shared)
        let (_, url) = try await server.newDatabase()
        let problem = await #expect(throws: Problem.self) { try await Store.openForReading(url) }
        #expect(problem?.code == .notFound)
    }

    @Test func `a server that is not there is told of, without the password`() async throws {
        let database = PostgresDatabase(
            try PostgresAddress("postgres://me:open-sesame@/no_such_database?host=/nowhere"))
        let failure = PostgresFailure(connecting: "password authentication failed for user \"me\"")
        #expect(failure.kind == .refused)
        // The server ends these connections by itself.
        #expect(["57P05", "25P04"].allSatisfy { PostgresFailure(code: $0, message: "timeout").kind == .lost })
        let problem = failure.problem(at: try PostgresAddress("postgres://me:open-sesame@db:5433/x"))
        #expect(problem.code == .databaseUnavailable && problem.message.contains("db:5433/x"))
        #expect(!problem.description.contains("open-sesame"))
        database.close()
        await #expect(throws: Problem.self) { try await database.read { try $0.integer("SELECT 1") } }
    }

    @Test func `two who add to the same number both count`() async throws {
        let bench = try await bench()
        let other = try await bench.place.open()
        try await bench.execute("CREATE TABLE numbers (n BIGINT NOT NULL)")
        try await bench.execute("INSERT INTO numbers (n) VALUES (0)")
        // Reads and then writes: right only if it is made again where another was faster.
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<40 {
                group.addTask {
                    try await (index.isMultiple(of: 2) ? bench.store : other).database.write { connection in
                        let before = try connection.integer("SELECT n FROM numbers") ?? 0
                        try connection.execute("UPDATE numbers SET n = $1", [.integer(before + 1)])
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await bench.integer("SELECT n FROM numbers") == 40)
    }

    @Test func `values come back as they went`() async throws {
        let bench = try await bench()
        try await bench.execute("CREATE TABLE numbers (n BIGINT, t TEXT, b BYTEA)")
        let rows: [[SQLValue]] = [
            [.integer(.max), .text("Ünïcode \u{1F600}"), .bytes([0, 255, 1])], [.integer(.min), .text(""), .bytes([])],
            [.null, .null, .null], [.integer(-1), .text("a'b\"c\\d"), .bytes(Array(0...255))],
        ]
        try await bench.store.database.write { try $0.execute("INSERT INTO numbers VALUES ($1, $2, $3)", each: rows) }
        let back = try await bench.store.database.read { connection in
            try connection.query("SELECT n, t, b FROM numbers", []) { row -> [SQLValue] in
                [.optional(row.integer(0)), .optional(row.text(1)), row.bytes(2).map(SQLValue.bytes) ?? .null]
            }
        }
        #expect(back == rows)
        try await bench.execute("INSERT INTO numbers (t) VALUES ($1)", [.text("a\u{0}b")])
        #expect(try await bench.texts("SELECT t FROM numbers WHERE t LIKE 'a%b' AND n IS NULL") == ["a\u{FFFD}b"])
        #expect(try await bench.integer("SELECT SUM(n) FROM numbers WHERE n < 0 AND n > -9") == -1)
        let product = "SELECT 12345678901 * COUNT(*)::NUMERIC FROM numbers WHERE n = -1"
        #expect(try await bench.integer(product) == 12_345_678_901)
    }

    @Test func `a connection that was ended is made anew, for reading and for writing`() async throws {
        let bench = try await bench()
        try await bench.execute("CREATE TABLE numbers (n BIGINT NOT NULL)")
        let other = try await bench.place.open()
        for _ in 0..<3 {
            _ = try await other.database.read { connection in
                try connection.query(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
                        + "AND pid <> pg_backend_pid()", []
                ) { _ in }
            }
            try await bench.execute("INSERT INTO numbers (n) VALUES (1)")
        }
        #expect(try await bench.integer("SELECT COUNT(*) FROM numbers") == 3)
    }

    @Test func `a write whose connection breaks half-way is made again, and happens once`() async throws {
        let bench = try await bench()
        try await bench.execute("CREATE TABLE numbers (n BIGINT NOT NULL)")
        #expect(try await bench.insert(interruptedBy: "SELECT pg_terminate_backend(pg_backend_pid())") == 2)
        #expect(try await bench.integer("SELECT COUNT(*) FROM numbers") == 1)
    }

    @Test func `what became of a commit whose answer was lost is found out`() async throws {
        let bench = try await bench()
        try await bench.execute("CREATE TABLE numbers (n BIGINT NOT NULL)")
        let database = try #require(bench.store.database as? PostgresDatabase)
        let address = try PostgresAddress(bench.url)
        let threads = ConnectionThreads(2, name: "test-commits", address)
        defer { threads.close() }
        func number(_ ending: String, ends: Bool = true) async throws -> (number: String?, server: String) {
            try await withCheckedThrowingContinuation { continuation in
                threads.add { connection in
                    continuation.resume(
                        with: Result {
                            try connection.open()
                            connection.begin(["BEGIN"], isNumbered: true)
                            try connection.execute("INSERT INTO numbers (n) VALUES (1)")
                            let number = connection.transaction
                            if ends { try connection.execute(ending) }
                            return (number, connection.serverStart)
                        })
                }
            }
        }
        func fate(_ transaction: (number: String?, server: String)) async throws -> Bool {
            try await withCheckedThrowingContinuation { continuation in
                threads.add { connection in
                    continuation.resume(
                        with: Result {
                            try database.isCommitted(
                                transaction.number, of: transaction.server, on: PostgresConnection(address))
                        })
                }
            }
        }
        let committed = try await number("COMMIT")
        #expect(try await fate(committed))
        #expect(try await !fate(number("ROLLBACK")))
        // The server still waits for a client that is gone: it is told so.
        #expect(try await !fate(number("", ends: false)))
        #expect(try await bench.integer("SELECT COUNT(*) FROM numbers") == 1)
        // Another server does not know it; a number that this one never gave out is nobody's.
        await #expect(throws: InDoubtCommit.self) { try await fate((nil, committed.server)) }
        await #expect(throws: InDoubtCommit.self) { try await fate(("999999999999", committed.server)) }
    }

    @Test(arguments: PostgresProxy.Cut.allCases) func `a write whose connection is cut at its commit happens once`(
        cut: PostgresProxy.Cut
    ) async throws {
        let bench = try await bench()
        try await bench.execute("CREATE TABLE numbers (n BIGINT NOT NULL)")
        let proxy = try PostgresProxy(to: bench.url, in: try TemporaryFolder(), cut: cut)
        defer { proxy.stop() }
        let database = PostgresDatabase(try PostgresAddress(proxy.url))
        defer { database.close() }
        let tries = Mutex(0)
        for number in 1...2 {
            try await database.write { connection in
                tries.withLock { $0 += 1 }
                try connection.execute("INSERT INTO numbers (n) VALUES ($1)", [.integer(Int64(number))])
            }
        }
        #expect(tries.withLock { $0 } == (cut == .before ? 3 : 2))
        #expect(try await bench.texts("SELECT CAST(n AS TEXT) FROM numbers ORDER BY n") == ["1", "2"])
    }

    @Test(arguments: PostgresProxy.Cut.allCases) func `an intent whose connection is cut at its commit is stored once`(
        cut: PostgresProxy.Cut
    ) async throws {
        let outbox = try await outbox(subscribers: 3)
        let claimed = try await outbox.bench.claim(outbox.channel)
        let proxy = try PostgresProxy(to: outbox.bench.url, in: try TemporaryFolder(), cut: cut)
        defer { proxy.stop() }
        let database = PostgresDatabase(try PostgresAddress(proxy.url), trustsCallersClock: true)
        defer { database.close() }
        let store = outbox.store.with(database)
        let intents = try await withThrowingTaskGroup(of: Int?.self) { group in
            for delivery in claimed {
                group.addTask { try await store.beginSending(delivery, part: 0, of: 1, now: Self.now).attempt }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(intents == [1, 1, 1])
        #expect(try await outbox.bench.states() == [.sending, .sending, .sending])
        #expect(try await outbox.bench.texts("SELECT DISTINCT CAST(attempt AS TEXT) FROM deliveries") == ["1"])
    }

    @Test func `two workers take everything once, and of one person one at a time`() async throws {
        let outbox = try await outbox(subscribers: 40, messages: 2)
        let other = try await outbox.bench.place.open()
        let claims = try await withThrowingTaskGroup(of: [ClaimedDelivery].self) { group in
            for (token, store) in [("a", outbox.store), ("b", other)] {
                group.addTask {
                    var all: [ClaimedDelivery] = []
                    for _ in 0..<20 {
                        all += try await store.claim(
                            channel: outbox.channel, lane: .campaigns(after: nil), limit: 7, token: token,
                            lease: .seconds(60), now: Self.now
                        ).deliveries
                    }
                    return all
                }
            }
            return try await group.reduce([], +)
        }
        #expect(claims.count == 40)
        #expect(Set(claims.map(\.subscriber)).count == 40)
    }

    @Test func `leases go by the clock of the database, whatever a worker's says`() async throws {
        let outbox = try await outbox()
        let real = try await outbox.bench.place.open(trustsCallersClock: false)
        let claimed = try await real.claim(
            channel: outbox.channel, lane: .campaigns(after: nil), limit: 1, token: "a", lease: .seconds(60),
            now: Self.now)
        let delivery = try #require(claimed.deliveries.first)
        let clock = try #require(
            try await outbox.bench.integer("SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)"))
        #expect(abs(delivery.leaseUntil.milliseconds - clock - 60_000) < 30_000)
        let read = try await real.database.read { try $0.leaseTime(Self.now) }
        #expect(abs(read.milliseconds - clock) < 30_000)
        // A worker that starts does not take what is another one's.
        let tidied = try await real.tidyOutbox(
            leasesUntil: Timestamp(milliseconds: .max), windowOpenedAfter: Self.now, now: Self.now)
        #expect(tidied.requeued == 0)
        try await outbox.bench.execute("UPDATE deliveries SET lease_until = $1", [.integer(clock - 1)])
        let later = try await real.tidyOutbox(
            leasesUntil: Timestamp(seconds: 0), windowOpenedAfter: Self.now, now: Self.now)
        #expect(later.requeued == 1)
    }

    @Test func `a source is polled by one worker at a time, and a silent one loses it`() async throws {
        let bench = try await bench()
        let source = try await bench.provision().sources[0].id
        let (first, second) = (PollLease(source: source, worker: "a"), PollLease(source: source, worker: "b"))
        let store = bench.store
        #expect(try await store.take(first, lastPollAt: nil, now: Self.now))
        #expect(try await !store.take(second, lastPollAt: nil, now: Self.now + .seconds(59)))
        try await store.renew(first, now: Self.now + .seconds(59))
        #expect(try await !store.take(second, lastPollAt: nil, now: Self.now + .seconds(118)))
        let late = Self.now + .seconds(119)
        #expect(try await store.take(second, lastPollAt: nil, now: late))
        // What the first one found counts for nothing now.
        let result = PollResult(document: .notModified, fetchState: "1", next: .sample(late))
        await #expect(throws: LeaseLost.self) {
            try await store.holding(first) { late }.record(result, of: source, at: late)
        }
        try await store.holding(second) { late }.record(result, of: source, at: late)
        try await store.end(second)
        // Who read the state before that poll must read it again.
        #expect(try await !store.take(first, lastPollAt: nil, now: late))
        #expect(try await store.take(first, lastPollAt: late, now: late))
    }

    @Test func `a lease is one worker's until it gives it up or is silent`() async throws {
        let bench = try await bench()
        let store = bench.store
        func take(_ worker: String, _ seconds: Int64) async throws -> Bool {
            try await store.takeLease("hubs", for: worker, length: .seconds(60), now: Self.now + .seconds(seconds))
        }
        #expect(try await take("a", 0))
        #expect(try await !take("b", 30))
        #expect(try await take("a", 50))
        #expect(try await !take("b", 109))
        #expect(try await take("b", 110))
        try await store.releaseLease("hubs", of: "a")
        #expect(try await !take("a", 111))
        try await store.releaseLease("hubs", of: "b")
        #expect(try await take("a", 112))
    }

    @Test func `what one process writes is heard by the others`() async throws {
        let outbox = try await outbox()
        let other = try await outbox.bench.place.open()
        var heard = other.notifications().makeAsyncIterator()
        // Whoever begins to listen looks at everything once.
        for topic in StoreTopic.allCases { #expect(await heard.next() == topic) }
        _ = try await outbox.store.receive(
            [(outbox.channel, ReceivedEvent(key: "1", address: "1", body: "{}"))], at: Self.now)
        #expect(await heard.next() == .inbox)
    }

    @Test func `events are taken once by two who take them`() async throws {
        let outbox = try await outbox(subscribers: 4)
        let other = try await outbox.bench.place.open()
        let events = (0..<60).map {
            (channel: outbox.channel, event: ReceivedEvent(key: "\($0)", address: "\($0 % 4 + 1)", body: "{}"))
        }
        _ = try await outbox.store.receive(events, at: Self.now)
        let taken = try await withThrowingTaskGroup(of: Int.self) { group in
            for store in [outbox.store, other] {
                group.addTask {
                    var count = 0
                    for _ in 0..<20 {
                        count += try await store.takeFromInbox(
                            atMost: 7, of: [outbox.channel], hash: { $0 }, now: Self.now
                        ) { _, person in
                            person?.lastActiveAt = Self.now
                            return EventEffects()
                        }.report.events
                    }
                    return count
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(taken == 60)
        #expect(try await outbox.bench.integer("SELECT COUNT(*) FROM inbox WHERE done_at IS NULL") == 0)
    }

    @Test func `a run that two workers make at the same moment is made once`() async throws {
        let bench = try await bench()
        let other = try await bench.place.open()
        let content = try await bench.provision()
        try await bench.subscribe(["1", "2"], to: content.channels[0].id)
        try await bench.announce([1, 2], in: content.sources[0].id)
        let work = try await bench.store.work(for: content.campaigns[0].id)
        let plan = bench.plan(content.campaigns[0], work)
        let reports = try await withThrowingTaskGroup(of: RunReport?.self) { group in
            for store in [bench.store, other, bench.store, other] {
                group.addTask { try await store.record(plan, at: Self.now) }
            }
            return try await group.reduce(into: [RunReport]()) { if let report = $1 { $0.append(report) } }
        }
        #expect(reports.count == 1)
        #expect(try await bench.integer("SELECT COUNT(*) FROM deliveries") == 2)
    }
}
