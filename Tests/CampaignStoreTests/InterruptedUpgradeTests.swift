import CampaignModel
import Synchronization
import TestSupport
import Testing

@testable import CampaignStore

/// A database whose statements go wrong at one place: the process ended there, or the disk did.
private final class BrokenOff: SQLDatabase {
    struct Ended: Error {}

    let base: any SQLDatabase
    /// How many statements are left.
    private let left: Mutex<Int>

    init(_ base: any SQLDatabase, after count: Int) {
        self.base = base
        left = Mutex(count)
    }

    func write<Value: Sendable>(
        _ durability: WriteDurability, _ isolation: IsolationLevel,
        _ body: @escaping @Sendable (any SQLConnection) throws -> Value
    ) async throws -> Value {
        try await base.write(durability, isolation) { [self] in try body(Connection(base: $0, spend: spend)) }
    }

    func read<Value: Sendable>(_ body: @escaping @Sendable (any SQLConnection) throws -> Value) async throws -> Value {
        try await base.read(body)
    }

    func close() throws { try base.close() }

    private func spend() throws {
        let isOver = left.withLock { left in
            left -= 1
            return left < 0
        }
        if isOver { throw Ended() }
    }

    private struct Connection: SQLConnection {
        let base: any SQLConnection
        let spend: () throws -> Void

        var dialect: Dialect { base.dialect }

        func execute(_ sql: String, _ arguments: [SQLValue]) throws -> Int {
            try spend()
            return try base.execute(sql, arguments)
        }

        func rows(_ sql: String, _ arguments: [SQLValue], _ show: (any SQLRow) throws -> Void) throws {
            try base.rows(sql, arguments, show)
        }
    }
}

extension UpgradeTests {
    @Test func `an upgrade that is broken off at any statement is made again, and nothing is missing`() async throws {
        try await withOld { old in
            var (tries, after, steps) = (0, 0, 0)
            while true {
                do {
                    try await Migration.apply(to: BrokenOff(old, after: after), now: Self.now)
                    break
                } catch is BrokenOff.Ended {
                    // What is committed stays: the next step is broken off at its first statement again.
                    let done = try await old.read { try $0.integer("SELECT COUNT(*) FROM schema_migrations") ?? 0 }
                    after = Int(done) > steps ? 0 : after + 1
                    (tries, steps) = (tries + 1, Int(done))
                }
                try #require(tries < 1000)
            }
            #expect(tries > 30)
            let interrupted = try await Self.rows(of: old)
            try await withOld { whole in
                try await Migration.apply(to: whole, now: Self.now)
                let rows = try await Self.rows(of: whole)
                for (table, content) in rows { #expect(interrupted[table] == content, "\(table)") }
            }
        }
    }

    private static func rows(of database: any SQLDatabase) async throws -> [String: [[SQLValue]]] {
        try await database.read { connection in
            var all: [String: [[SQLValue]]] = [:]
            for table in StoreTable.all {
                all[table.name] = try table.rows(
                    try table.columns(on: connection), after: nil, atMost: 1000, on: connection)
            }
            return all
        }
    }
}
