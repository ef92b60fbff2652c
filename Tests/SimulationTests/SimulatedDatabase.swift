import CampaignModel
import GRDB
import Synchronization

@testable import CampaignStore

/// What outlives the processes: a real SQLite database, and what the disk does to its commits.
final class SimulatedDisk: Sendable {
    /// What becomes of a commit.
    enum Fate: Sendable {
        case kept
        /// The disk fails and nothing of it is there.
        case lost
        /// The disk fails, says so, and has it all the same.
        case keptUnheard
        /// There is no room, and nothing of it is there.
        case full
    }

    /// What a commit changed that the checker wants to know.
    enum Change: Sendable, Hashable {
        case delivery(Int64, from: String, to: String)
        case person(Int64, to: String)
    }

    let queue: DatabaseQueue
    let statements = SQLiteStatementCache()
    /// A share of all commits that fail.
    private let failures = Mutex(0.0)
    /// How many commits there is room for; nil for as many as you like.
    private let room = Mutex<Int?>(nil)

    /// - Parameter template: What is on it already; nothing, if nil.
    /// - Throws: When SQLite fails.
    init(copyOf template: SimulatedDisk? = nil) throws {
        queue = try DatabaseQueue()
        guard template == nil else {
            try template?.queue.backup(to: queue)
            return
        }
        try queue.inDatabase { database in
            try database.execute(
                sql: "CREATE TABLE watched (number INTEGER PRIMARY KEY, what TEXT, id BIGINT, before TEXT, after TEXT)")
        }
    }

    /// How much room the reserve is, in commits.
    private static let reserved = 30

    func fail(share: Double) { failures.withLock { $0 = share } }
    fileprivate var failureShare: Double { failures.withLock { $0 } }

    /// From now on there is no room, or there is again.
    func fill(_ isFull: Bool) { room.withLock { $0 = isFull ? 0 : nil } }

    /// What is kept for results.
    var reserve: DiskReserve {
        DiskReserve(
            fill: { self.room.withLock { $0 == nil } },
            release: { self.room.withLock { $0 = $0.map { $0 + Self.reserved } } })
    }

    /// Whether there is room for a commit, which takes it.
    fileprivate func takeRoom() -> Bool {
        room.withLock { room in
            guard let left = room else { return true }
            room = max(0, left - 1)
            return left > 0
        }
    }

    /// Has the database itself note every step of a delivery and of a person.
    func watch() throws {
        try queue.inDatabase { database in
            try database.execute(
                sql: """
                    CREATE TRIGGER watch_deliveries AFTER UPDATE OF state ON deliveries
                    WHEN old.state <> new.state BEGIN
                        INSERT INTO watched (what, id, before, after) VALUES ('d', new.id, old.state, new.state);
                    END;
                    CREATE TRIGGER watch_people AFTER UPDATE OF state ON subscribers
                    WHEN old.state <> new.state BEGIN
                        INSERT INTO watched (what, id, before, after) VALUES ('p', new.id, old.state, new.state);
                    END;
                    """)
        }
    }

    fileprivate static func takeChanges(_ database: Database) throws -> [Change] {
        let rows = try Row.fetchAll(database, sql: "SELECT what, id, before, after FROM watched ORDER BY number")
        guard !rows.isEmpty else { return [] }
        try database.execute(sql: "DELETE FROM watched")
        return rows.map { row in
            row["what"] == "d"
                ? .delivery(row["id"], from: row["before"], to: row["after"]) : .person(row["id"], to: row["after"])
        }
    }
}

/// One process's way to the disk. Writes that wait while a commit runs share the next one, as with the real driver; a dead
/// process writes nothing.
final class SimulatedDatabase: SQLDatabase {
    struct Dead: Error {}
    /// The disk said no.
    struct DiskFailure: Error {}

    private typealias Answer = @Sendable () -> Void

    private struct Waiting {
        var run: @Sendable (any SQLConnection) throws -> Answer
        var fail: @Sendable (any Error) -> Void
    }

    /// A commit takes up to so many nanoseconds; a slow one a thousand times as long.
    private static let slowestCommit = 4_000_000

    private let simulation: Simulation
    private let process: Simulation.Process
    private let disk: SimulatedDisk
    private let history: History
    private let waiting = Mutex<(writes: [Waiting], isAsked: Bool)>(([], false))
    /// After a failure nothing is written any more: what the disk has is not known.
    private let isBroken = Mutex(false)

    init(_ simulation: Simulation, _ process: Simulation.Process, disk: SimulatedDisk, history: History) {
        (self.simulation, self.process, self.disk, self.history) = (simulation, process, disk, history)
    }

    func write<Value: Sendable>(
        _ durability: WriteDurability, _ isolation: IsolationLevel,
        _ body: @escaping @Sendable (any SQLConnection) throws -> Value
    ) async throws -> Value {
        guard !simulation.isDead(process) else { throw Dead() }
        return try await withCheckedThrowingContinuation { continuation in
            let write = Waiting(
                run: { connection in
                    let value = try body(connection)
                    return { continuation.resume(returning: value) }
                },
                fail: { continuation.resume(throwing: $0) })
            let asks = waiting.withLock { waiting in
                waiting.writes.append(write)
                defer { waiting.isAsked = true }
                return !waiting.isAsked
            }
            if asks { Task(executorPreference: simulation) { await self.commitWaiting() } }
        }
    }

    private func commitWaiting() async {
        let pause = simulation.decide { chance in
            UInt64(chance.below(Self.slowestCommit)) * (chance.happens(0.005) ? 2000 : 1)
        }
        let isAlive = await simulation.endure(pause, in: process)
        let writes = waiting.withLock { waiting in
            defer { waiting = ([], false) }
            return waiting.writes
        }
        guard isAlive else { return fail(writes, Dead()) }
        guard !isBroken.withLock({ $0 }) else { return fail(writes, DiskFailure()) }
        let (share, hasRoom) = (disk.failureShare, disk.takeRoom())
        let fate = simulation.decide { chance -> SimulatedDisk.Fate in
            guard chance.happens(share) else { return hasRoom ? .kept : .full }
            return chance.happens(0.5) ? .lost : .keptUnheard
        }
        do {
            let (answers, changes) = try commit(writes, fate)
            history.note(.changed(changes), in: process)
            // The word of it takes its time, too.
            let pause = simulation.decide { UInt64($0.below(200_000)) }
            guard await simulation.endure(pause, in: process), fate == .kept else { throw DiskFailure() }
            for answer in answers { answer() }
        } catch {
            if !simulation.isDead(process), fate != .full {
                isBroken.withLock { $0 = true }
                history.note(.diskFailed, in: process)
            }
            fail(writes, error)
        }
    }

    private func fail(_ writes: [Waiting], _ error: any Error) {
        for write in writes { write.fail(error) }
    }

    private func commit(
        _ writes: [Waiting], _ fate: SimulatedDisk.Fate
    ) throws -> (answers: [Answer], changes: [SimulatedDisk.Change]) {
        try disk.queue.inDatabase { database in
            var answers: [Answer] = []
            var changes: [SimulatedDisk.Change] = []
            try database.inTransaction(.immediate) {
                for write in writes {
                    do {
                        var answer: Answer?
                        try database.inSavepoint {
                            answer = try write.run(SQLiteConnection(database, disk.statements))
                            return .commit
                        }
                        if let answer { answers.append(answer) }
                    } catch {
                        answers.append { write.fail(error) }
                    }
                }
                guard fate != .full else { throw DatabaseError(resultCode: .SQLITE_FULL) }
                guard fate != .lost else { throw DiskFailure() }
                changes = try SimulatedDisk.takeChanges(database)
                return .commit
            }
            return (answers, changes)
        }
    }

    func read<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Value
    ) async throws -> Value {
        let pause = simulation.decide { UInt64($0.below(200_000)) }
        guard await simulation.endure(pause, in: process) else { throw Dead() }
        return try disk.queue.inDatabase { try body(SQLiteConnection($0, disk.statements)) }
    }

    func close() throws {}
}
