import CampaignModel
import Foundation
import GRDB
import Synchronization

/// Wraps a database on this machine's disk and handles a full or failing disk.
///
/// With a full disk writes wait by the policy, and continue when there is room: no message is sent without a stored
/// intent. A failing disk is final: an `fsync` that succeeds later does not bring back what a failed one lost.
final class DiskGuard: SQLDatabase {
    private enum State: Sendable {
        case well
        case full(Problem)
        case failed(Problem)
    }

    /// Time between two checks whether the disk has room.
    private static let recheckInterval = Duration.seconds(1)
    /// Most writes that wait for room; each holds memory.
    private static let mostWaiting = 1000

    let base: any SQLDatabase
    private let path: String
    private let policy: OutagePolicy
    private let reserve: DiskReserve
    private let mark: FailureMark?
    private let time: any TimeSource
    private let tell: @Sendable (StoreHealthEvent) -> Void
    private let state = Mutex(State.well)
    private let waiting = Mutex(0)
    /// Whether one of the waiting writes is checking for room.
    private let looking = Mutex(false)

    /// - Parameters:
    ///   - base: The database.
    ///   - path: The database's path, for messages.
    ///   - policy: What writes do while the disk is full.
    ///   - reserve: The reserved disk space.
    ///   - mark: Written when the disk may have lost data.
    ///   - time: The clock.
    ///   - tell: Called once for each change.
    init(
        _ base: any SQLDatabase, path: String, policy: OutagePolicy, reserve: DiskReserve, mark: FailureMark? = nil,
        time: any TimeSource, tell: @escaping @Sendable (StoreHealthEvent) -> Void
    ) {
        (self.base, self.path, self.policy) = (base, path, policy)
        (self.reserve, self.mark, self.time, self.tell) = (reserve, mark, time, tell)
    }

    /// Why writes fail or wait now; nil when they do not.
    var trouble: Problem? {
        switch state.withLock({ $0 }) {
        case .well: nil
        case .full(let problem), .failed(let problem): problem
        }
    }

    func write<Value: Sendable>(
        _ durability: WriteDurability, _ isolation: IsolationLevel,
        _ body: @escaping @Sendable (any SQLConnection) throws -> Value
    ) async throws -> Value {
        // A result is tried again in the released reserve before it waits like other writes.
        var tries = durability == .fullUsingReserve ? 2 : 0
        var holds = 0
        while true {
            if tries == 0 { try await waitForRoom() }
            if case .failed(let problem) = state.withLock({ $0 }) { throw problem }
            do {
                return try await base.write(durability, isolation, body)
            } catch let error where DiskFault(error) == .full {
                if case .fail = policy { throw error }
                note(.full(fullProblem))
                tries = max(0, tries - 1)
            } catch let error where DiskFault(error) == .failed {
                throw failed(error)
            } catch let error where DiskFault(error) == .held {
                // Each try has waited for seconds already; mostly the other program releases the lock.
                holds += 1
                guard holds < mostLockWaits else { throw Problem.held(path) }
            }
        }
    }

    func read<Value: Sendable>(_ body: @escaping @Sendable (any SQLConnection) throws -> Value) async throws -> Value {
        do {
            return try await base.read(body)
        } catch let error where DiskFault(error) == .failed {
            throw failed(error)
        } catch let error where DiskFault(error) == .held {
            throw Problem.held(path)
        }
    }

    /// Most waits in a row for another program that holds the database's lock.
    private var mostLockWaits: Int {
        switch policy {
        case .fail: 1
        case .keepResults: 6
        case .wait(let givesUp): givesUp() ? 2 : .max
        }
    }

    private func failed(_ error: any Error) -> Problem {
        let problem = Problem.failing(path, error)
        if DiskFault.mayHaveLost(error) { mark?.leave(problem.message, at: time.now()) }
        note(.failed(problem))
        return problem
    }

    func close() throws {
        do { try base.close() } catch let error where DiskFault(error) == .failed { throw failed(error) }
    }

    private var fullProblem: Problem {
        Problem(
            .databaseUnavailable, "there is no room on the disk of \(path)",
            hint: "Nothing is polled, heard or sent until there is; free \(DiskReserve.size >> 20) MB or more.")
    }

    private func note(_ news: State) {
        let told: StoreHealthEvent? = state.withLock { state in
            switch (state, news) {
            case (.failed, _), (.full, .full): return nil
            case (_, .full(let problem)):
                reserve.release()
                state = news
                return .full(problem)
            case (_, .failed(let problem)):
                state = news
                return .failed(problem)
            case (.full, .well):
                state = news
                return .roomAgain
            case (.well, .well): return nil
            }
        }
        if let told { tell(told) }
    }

    private func waitForRoom() async throws {
        guard case .full(let problem) = state.withLock({ $0 }) else { return }
        guard case .wait(let givesUp) = policy else { throw problem }
        let isTooMany = waiting.withLock { waiting in
            waiting += 1
            return waiting > Self.mostWaiting
        }
        defer { waiting.withLock { $0 -= 1 } }
        guard !isTooMany else { throw problem }
        while case .full = state.withLock({ $0 }) {
            guard !givesUp() else { throw problem }
            try await time.sleep(for: Self.recheckInterval)
            guard
                looking.withLock({ isLooking in
                    defer { isLooking = true }
                    return !isLooking
                })
            else { continue }
            let hasRoom = await reserve.fill()
            looking.withLock { $0 = false }
            if hasRoom { note(.well) }
        }
    }
}

extension Problem {
    static func failing(_ path: String, _ error: any Error) -> Problem {
        Problem(
            .databaseUnavailable, "the disk under \(path) fails, or the database is damaged: \(error)",
            hint:
                "Nothing is sent any more. Look at the disk, and run `tellal database check`, before you start tellal again."
        )
    }

    static func held(_ path: String) -> Problem {
        Problem(
            .databaseUnavailable, "another program has locked \(path)",
            hint: "Nothing but tellal may hold it while tellal runs: end that program's transaction.")
    }
}

/// The fault of a database error: the disk is full or failing, or another program holds the lock.
enum DiskFault: Sendable, Hashable {
    case full, failed, held

    /// The fault of an error; nil for errors of other kinds.
    init?(_ error: any Error) {
        guard let error = error as? DatabaseError else { return nil }
        switch (error.resultCode, error.extendedResultCode) {
        case (.SQLITE_FULL, _), (_, .SQLITE_IOERR_SHMSIZE): self = .full
        case (.SQLITE_IOERR, _), (.SQLITE_CORRUPT, _), (.SQLITE_NOTADB, _): self = .failed
        case (.SQLITE_BUSY, _), (.SQLITE_LOCKED, _): self = .held
        default: return nil
        }
    }

    /// Whether earlier writes may be lost or damaged. Errors of locks, memory or temporary files lose nothing: SQLite
    /// rolls back the transaction.
    static func mayHaveLost(_ error: any Error) -> Bool {
        guard let error = error as? DatabaseError else { return false }
        return switch (error.resultCode, error.extendedResultCode) {
        case (.SQLITE_CORRUPT, _), (.SQLITE_NOTADB, _): true
        case (_, .SQLITE_IOERR_READ), (_, .SQLITE_IOERR_SHORT_READ), (_, .SQLITE_IOERR_CORRUPTFS): true
        case (_, .SQLITE_IOERR_WRITE), (_, .SQLITE_IOERR_FSYNC), (_, .SQLITE_IOERR_DIR_FSYNC): true
        case (_, .SQLITE_IOERR_TRUNCATE): true
        default: false
        }
    }

    /// Turns a write error for an exceeded quota or file size into "disk full", which SQLite does not do. The reason is
    /// in `errno` of this thread, so call this where the error is caught. SQLite's own copy of `errno` misses errors of
    /// a commit.
    static func named(_ error: any Error) -> any Error {
        let reason = errno
        guard let failed = error as? DatabaseError, failed.extendedResultCode == .SQLITE_IOERR_WRITE,
            reason == EDQUOT || reason == EFBIG
        else { return error }
        return DatabaseError(resultCode: .SQLITE_FULL, message: String(cString: strerror(reason)), sql: failed.sql)
    }
}
