import CampaignModel
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import CampaignStore

/// The databases that a store runs on.
enum TestDatabase: String, Sendable {
    case sqlite, postgres

    /// The one that a test runs on now.
    @TaskLocal static var current = TestDatabase.sqlite

    /// Those that are here: `scripts/postgres-for-tests` starts PostgreSQL.
    static let all: [TestDatabase] = PostgresServer.shared == nil ? [.sqlite] : [.sqlite, .postgres]

    /// The one that tests which hold for every database run on this time.
    static let tested: TestDatabase = PostgresServer.shared == nil ? .sqlite : .postgres
}

/// Runs each test of a suite on SQLite, or on PostgreSQL when that was started for the tests: `make test` does both.
struct EveryDatabase: SuiteTrait, TestTrait, TestScoping {
    var isRecursive: Bool { true }

    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        try await TestDatabase.$current.withValue(TestDatabase.tested) { try await function() }
    }
}

extension Trait where Self == EveryDatabase {
    /// What is tested here holds for every database.
    static var everyDatabase: Self { Self() }
}

/// The PostgreSQL that the tests were started beside: a new database for each test, made from one that has the schema.
final class PostgresServer: Sendable {
    static let shared = ProcessInfo.processInfo.environment["TELLAL_TEST_POSTGRES"].map(PostgresServer.init)

    private let url: String
    private let threads: ConnectionThreads?
    private let template: Task<String, any Error>
    private let count = Mutex(0)
    private let finished = Mutex<[String]>([])

    private init(url: String) {
        self.url = url
        let threads = (try? PostgresAddress(url)).map { ConnectionThreads(1, name: "test-databases", $0) }
        self.threads = threads
        template = Task {
            let name = "template_\(ProcessInfo.processInfo.processIdentifier)"
            try await Self.execute("CREATE DATABASE \(name)", on: threads)
            let store = try await Store.open(Self.address(of: name, at: url), now: StoreBench.now)
            try store.close()
            return name
        }
    }

    private static func address(of name: String, at url: String) -> String {
        url.replacingOccurrences(of: "/postgres?", with: "/\(name)?")
    }

    /// Leaves the schema and nothing else; fails if a test took a part of that away.
    private static let emptying = """
        DO $$ DECLARE name TEXT; BEGIN
            SET LOCAL session_replication_role = replica;
            PERFORM 1 FROM polls;
            FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
                IF name = 'numbers' THEN DROP TABLE numbers;
                ELSIF name <> 'schema_migrations' THEN EXECUTE format('DELETE FROM %I', name); END IF;
            END LOOP;
            FOR name IN SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' LOOP
                EXECUTE format('ALTER SEQUENCE %I RESTART', name);
            END LOOP;
        END $$
        """

    /// A database with the schema and nothing in it: one that a test is done with, or a new one.
    func emptyDatabase() async throws -> (name: String, url: String) {
        while let name = finished.withLock({ $0.popLast() }) {
            let url = Self.address(of: name, at: url)
            let threads = ConnectionThreads(1, name: "test-emptying", try PostgresAddress(url))
            do {
                try await Self.execute(Self.emptying, on: threads)
                return (name, url)
            } catch is PostgresFailure {
                // The test has broken it.
            }
        }
        return try await newDatabase(from: template.value)
    }

    /// A new database.
    func newDatabase(from source: String = "template1") async throws -> (name: String, url: String) {
        let name = "test_\(ProcessInfo.processInfo.processIdentifier)_\(count.withLock { $0 += 1; return $0 })"
        // Connections to the template end by themselves, a moment after they were told to.
        while true {
            do {
                try await Self.execute("CREATE DATABASE \(name) TEMPLATE \(source) STRATEGY file_copy", on: threads)
                return (name, Self.address(of: name, at: url))
            } catch let failure as PostgresFailure where failure.code == "55006" {
                await Task.yield()
            }
        }
    }

    /// The next test may have it.
    func finish(_ name: String) { finished.withLock { $0.append(name) } }

    private static func execute(_ sql: String, on threads: ConnectionThreads?) async throws {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            guard let threads else {
                return continuation.resume(throwing: Problem(.settings, "TELLAL_TEST_POSTGRES is no address"))
            }
            threads.add { connection in
                continuation.resume(
                    with: Result {
                        try connection.open()
                        try connection.execute(sql)
                    })
            }
            if threads !== shared?.threads { threads.close() }
        }
    }
}

/// Where a test's database is; it is free for the next one when the test has ended.
final class TestPlace: Sendable {
    let url: String
    let folder: TemporaryFolder
    private let database: String?
    private let opened = Mutex<[Store]>([])

    init(_ kind: TestDatabase = .current) async throws {
        folder = try TemporaryFolder()
        switch (kind, PostgresServer.shared) {
        case (.postgres, let server?): (database, url) = try await server.emptyDatabase()
        default: (database, url) = (nil, "sqlite:" + folder.path("tellal.db"))
        }
    }

    /// Opens the store; it is closed with the place.
    func open(trustsCallersClock: Bool = true) async throws -> Store {
        let store =
            database == nil
            ? try await Store.open(url, now: StoreBench.now)
            : try await Store.openPostgres(url, now: StoreBench.now, trustsCallersClock: trustsCallersClock)
        opened.withLock { $0.append(store) }
        return store
    }

    deinit {
        guard let database else { return }
        for store in opened.withLock({ $0 }) { try? store.close() }
        PostgresServer.shared?.finish(database)
    }
}
