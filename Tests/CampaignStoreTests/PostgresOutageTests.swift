import CampaignModel
import Foundation
import TestSupport
import Testing

@testable import CampaignStore

/// A server that does not answer for longer than it takes to start, or cannot do what it is asked for.
@Suite(.enabled(if: PostgresServer.shared != nil, "there is no PostgreSQL here")) struct PostgresOutageTests {
    /// A database that cannot be reached until the proxy is there.
    private func away(
        _ folder: TemporaryFolder, _ url: String, _ policy: OutagePolicy, news: LockedValue<[String]>
    ) throws -> PostgresDatabase {
        let host = URLComponents(string: url)?.queryItems?.first { $0.name == "host" }?.value ?? ""
        return PostgresDatabase(
            try PostgresAddress(url.replacingOccurrences(of: "host=\(host)", with: "host=\(folder.url.path)")),
            onOutage: policy, patience: PostgresPatience(hidden: .zero, silent: .zero, away: .zero, last: .zero)
        ) { story in
            news.withLock { $0.append("\(story)".prefix { $0 != "(" } + "") }
        }
    }

    @Test func `a server that is away is waited for, and its owner hears of it once`() async throws {
        let bench = try await TestDatabase.$current.withValue(.postgres) { try await StoreBench() }
        let (folder, news) = (try TemporaryFolder(), LockedValue<[String]>([]))
        let database = try away(folder, bench.url, .wait(unless: { false }), news: news)
        defer { database.close() }
        async let written = database.write { try $0.integer("SELECT 7") }
        async let read = database.read { try $0.integer("SELECT 8") }
        while database.outage.trouble == nil { await Task.yield() }
        #expect(news.withLock { $0 } == ["away"])
        #expect(throws: Problem.self) { try bench.store.with(database).requireAvailable() }
        let proxy = try PostgresProxy(to: bench.url, in: folder, cut: nil)
        defer { proxy.stop() }
        #expect(try await (written, read) == (7, 8))
        #expect(database.outage.trouble == nil && news.withLock { $0 } == ["away", "back"])
    }

    @Test func `a server that is away is not waited for by a command, nor at the end`() async throws {
        let bench = try await TestDatabase.$current.withValue(.postgres) { try await StoreBench() }
        for policy in [OutagePolicy.fail, .wait(unless: { true })] {
            let database = try away(try TemporaryFolder(), bench.url, policy, news: LockedValue([]))
            defer { database.close() }
            let problem = await #expect(throws: Problem.self) { try await database.read { try $0.integer("SELECT 7") } }
            #expect(problem?.code == .databaseUnavailable)
        }
    }

    @Test(arguments: ["53100", "53200", "57014"]) func `what a server cannot do at this moment is done when it can`(
        code: String
    ) async throws {
        let bench = try await TestDatabase.$current.withValue(.postgres) { try await StoreBench() }
        try await bench.execute("CREATE TABLE numbers (n BIGINT NOT NULL)")
        let failing = "DO $$ BEGIN RAISE EXCEPTION 'not now' USING ERRCODE = '\(code)'; END $$"
        #expect(try await bench.insert(interruptedBy: failing) == 2)
        #expect(try await bench.integer("SELECT COUNT(*) FROM numbers") == 1)
    }

    @Test func `a commit for which there is no room is made again, and happens once`() async throws {
        let bench = try await TestDatabase.$current.withValue(.postgres) { try await StoreBench() }
        // The second try has another number.
        try await bench.execute("CREATE TABLE numbers (n BIGINT NOT NULL, attempt BIGSERIAL)")
        try await bench.execute(
            """
            CREATE OR REPLACE FUNCTION has_no_room() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF NEW.attempt = 1 THEN RAISE EXCEPTION 'no room' USING ERRCODE = '53100'; END IF;
                RETURN NULL;
            END $$
            """)
        try await bench.execute(
            """
            CREATE CONSTRAINT TRIGGER room AFTER INSERT ON numbers DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW EXECUTE FUNCTION has_no_room()
            """)
        try await bench.execute("INSERT INTO numbers (n) VALUES (7)")
        #expect(try await bench.integer("SELECT SUM(n) FROM numbers") == 7)
        #expect(try await bench.integer("SELECT MAX(attempt) FROM numbers") == 2)
        try await bench.execute("DROP FUNCTION has_no_room() CASCADE")
    }

    @Test func `who goes through whole tables may take longer than others`() async throws {
        let bench = try await TestDatabase.$current.withValue(.postgres) { try await StoreBench() }
        let limit = "SHOW statement_timeout"
        let (before, during) = try await bench.store.database.read { connection in
            let before = try connection.query(limit, []) { $0.text(0) ?? "" }
            try connection.takeTime()
            return (before, try connection.query(limit, []) { $0.text(0) ?? "" })
        }
        #expect(before == ["1min"] && during == ["0"])
        #expect(try await bench.texts(limit) == ["1min"], "only in that transaction")
    }
}
