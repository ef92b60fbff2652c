import CampaignModel
import Foundation
import GRDB
import TestSupport
import Testing

@testable import CampaignStore

@Suite struct DiskGuardTests {
    /// A real database that may grow no more until the test says so.
    private struct Bench: Sendable {
        let folder: TemporaryFolder
        let base: SQLiteDatabase
        let time = SteppedTime()
        let hasRoom = LockedValue(false)
        let gaveUp = LockedValue(false)
        let news = LockedValue<[String]>([])

        init() async throws {
            folder = try TemporaryFolder()
            base = try SQLiteDatabase(path: folder.path("disk.db"))
            try await base.write { try $0.execute("CREATE TABLE notes (text TEXT NOT NULL)") }
        }

        func guarded(_ policy: (Bench) -> OutagePolicy) -> DiskGuard {
            DiskGuard(
                base, path: "disk.db", policy: policy(self),
                reserve: DiskReserve(fill: { hasRoom.withLock { $0 } }, release: {}), time: time
            ) { news in
                let word =
                    switch news {
                    case .full: "full"
                    case .roomAgain: "room"
                    case .failed: "failed"
                    case .away, .back: "server"
                    }
                self.news.withLock { $0.append(word) }
            }
        }

        func mayGrow(to pages: Int) async throws {
            _ = try await base.write { try $0.integer("PRAGMA max_page_count=\(pages)") }
        }

        func count() async throws -> Int64? { try await base.read { try $0.integer("SELECT COUNT(*) FROM notes") } }
    }

    private static let long = String(repeating: "x", count: 100_000)

    private static func note(_ connection: any SQLConnection) throws -> Int {
        try connection.execute("INSERT INTO notes (text) VALUES ($1)", [.text(long)])
    }

    @Test func `a write that finds the disk full waits for room, and then it is made`() async throws {
        let bench = try await Bench()
        let disk = bench.guarded { _ in .wait(unless: { false }) }
        try await bench.mayGrow(to: 10)
        async let written = disk.write { try Self.note($0) }
        await bench.time.waitForSleepers(1)
        #expect(disk.trouble != nil)
        #expect(try await bench.count() == 0)
        try await bench.mayGrow(to: 10_000)
        bench.hasRoom.withLock { $0 = true }
        bench.time.advance(by: .seconds(1))
        let changed = try await written
        #expect(changed == 1)
        #expect(try await bench.count() == 1)
        #expect(disk.trouble == nil)
        #expect(bench.news.withLock { $0 } == ["full", "room"])
    }

    @Test func `who waits for room gives up when the process is to end`() async throws {
        let bench = try await Bench()
        let disk = bench.guarded { bench in .wait(unless: { bench.gaveUp.withLock { $0 } }) }
        try await bench.mayGrow(to: 10)
        let written = Task { try await disk.write { try Self.note($0) } }
        await bench.time.waitForSleepers(1)
        bench.gaveUp.withLock { $0 = true }
        bench.time.advance(by: .seconds(1))
        await #expect(throws: Problem.self) { _ = try await written.value }
        #expect(try await bench.count() == 0)
    }

    @Test func `what is in hand is stored in the room that was kept, and nothing else is`() async throws {
        let bench = try await Bench()
        let disk = bench.guarded { _ in .keepResults }
        try await bench.mayGrow(to: 10)
        await #expect(throws: Problem.self) { try await disk.write { try Self.note($0) } }
        // That gave the room away; as much as it is, results may take it.
        try await bench.mayGrow(to: 100)
        await #expect(throws: Problem.self) { try await disk.write { try Self.note($0) } }
        #expect(try await disk.write(.fullUsingReserve) { try Self.note($0) } == 1)
        #expect(bench.news.withLock { $0 } == ["full"])
    }

    @Test func `a quota that is used up is a disk that is full`() async throws {
        let bench = try await Bench()
        let disk = bench.guarded { _ in .fail }
        let quota = try Quota(on: bench.folder.path("disk.db-wal"))
        let error = await #expect(throws: DatabaseError.self) { try await disk.write { try Self.note($0) } }
        #expect(error?.resultCode == .SQLITE_FULL)
        quota.lift()
        #expect(try await disk.write { try Self.note($0) } == 1)
        #expect(try await bench.count() == 1)
    }

    @Test func `a statement that needs more memory than there is finds a quota that is used up, too`() async throws {
        let bench = try await Bench()
        let disk = bench.guarded { _ in .fail }
        let quota = try Quota(on: bench.folder.path("disk.db-wal"))
        let error = await #expect(throws: DatabaseError.self) {
            try await disk.write { connection in
                _ = try connection.integer("PRAGMA cache_size=4")
                for _ in 1...3 { _ = try Self.note(connection) }
            }
        }
        #expect(error?.resultCode == .SQLITE_FULL && error?.sql != nil)
        quota.lift()
        #expect(try await disk.write { try Self.note($0) } == 1)
        #expect(try await bench.count() == 1)
    }

    @Test func `a database that may not grow keeps its log when it is closed`() async throws {
        let bench = try await Bench()
        let disk = bench.guarded { _ in .fail }
        #expect(try await disk.write { try Self.note($0) } == 1)
        let quota = try Quota(on: bench.folder.path("disk.db"))
        try disk.close()
        #expect(bench.news.withLock { $0 }.isEmpty)
        quota.lift()
        let again = try SQLiteDatabase(path: bench.folder.path("disk.db"))
        #expect(try await again.read { try $0.integer("SELECT COUNT(*) FROM notes") } == 1)
        try again.close()
    }

    @Test func `a disk that fails is not asked again`() async throws {
        let bench = try await Bench()
        let disk = bench.guarded { _ in .wait(unless: { false }) }
        await #expect(throws: Problem.self) {
            try await disk.write { _ in throw DatabaseError(resultCode: .SQLITE_IOERR_FSYNC) }
        }
        await #expect(throws: Problem.self) { try await disk.write { try Self.note($0) } }
        await #expect(throws: (any Error).self) { try await bench.base.write { try Self.note($0) } }
        #expect(try await bench.count() == 0)
        #expect(bench.news.withLock { $0 } == ["failed"])
    }

    @Test func `the reserve takes its room and gives it away`() async throws {
        let folder = try TemporaryFolder()
        let reserve = DiskReserve(at: folder.path("tellal.db.reserve"))
        #expect(await reserve.fill())
        let attributes = try FileManager.default.attributesOfItem(atPath: folder.path("tellal.db.reserve"))
        #expect(attributes[.size] as? Int == DiskReserve.size)
        reserve.release()
        #expect(!FileManager.default.fileExists(atPath: folder.path("tellal.db.reserve")))
    }
}
