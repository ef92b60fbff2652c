import CampaignModel
import Foundation
import GRDB
import TestSupport
import Testing

@testable import CampaignStore

/// What comes of SQLite databases that are closed, copied, damaged and replaced.
@Suite struct RestoreTests {
    /// A database that knows one person, and a backup from before that.
    private struct Scene {
        let bench: StoreBench
        let backup: String

        init() async throws {
            bench = try await StoreBench()
            backup = bench.place.folder.path("backup.db")
            try await bench.provision()
            try await Store.backUp(bench.url, to: backup)
            try await bench.subscribe(["1"], to: ChannelID(rawValue: 1))
        }

        var path: String { bench.place.folder.path("tellal.db") }

        /// How many people there are.
        func people(_ url: String) async throws -> [Int] {
            let store = try await Store.open(url, now: StoreBench.now)
            defer { try? store.close() }
            #expect(try await store.check { _ in })
            return try await store.status().channels.map(\.subscribers)
        }
    }

    /// Fills a file with zeros from somewhere on.
    private static func scribble(_ path: String, from start: Int, count: Int) throws {
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        try file.seek(toOffset: UInt64(start))
        try file.write(contentsOf: Data(repeating: 0, count: count))
        try file.close()
    }

    @Test func `nobody else may read a database, its log or a backup, whatever was so before`() async throws {
        let scene = try await Scene()
        func modes(_ paths: [String]) throws -> [Int?] {
            try paths.map { try FileManager.default.attributesOfItem(atPath: $0)[.posixPermissions] as? Int }
        }
        #expect(try modes([scene.path, scene.path + "-wal", scene.backup]) == [0o600, 0o600, 0o600])
        try scene.bench.store.close()
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: scene.path)
        let store = try await Store.open(scene.bench.url, now: StoreBench.now)
        #expect(try modes([scene.path, scene.path + "-wal", scene.path + "-shm"]) == [0o600, 0o600, 0o600])
        try store.close()
    }

    @Test func `a database that was read and closed is one file`() async throws {
        let scene = try await Scene()
        #expect(try await scene.bench.store.status().channels.map(\.subscribers) == [1])
        try scene.bench.store.close()
        #expect(!FileManager.default.fileExists(atPath: scene.path + "-wal"))
    }

    @Test func `a backup that is copied over a closed database is all that is there`() async throws {
        let scene = try await Scene()
        _ = try await scene.bench.store.status()
        try scene.bench.store.close()
        try Data(contentsOf: URL(fileURLWithPath: scene.backup)).write(to: URL(fileURLWithPath: scene.path))
        #expect(try await scene.people(scene.bench.url) == [0])
    }

    @Test func `a restore takes the place of a database that was not closed`() async throws {
        let scene = try await Scene()
        let folder = try TemporaryFolder()
        // As a process that was killed leaves it.
        for end in ["", "-wal"] {
            try FileManager.default.copyItem(atPath: scene.path + end, toPath: folder.path("tellal.db" + end))
        }
        let url = "sqlite:" + folder.path("tellal.db")
        let restored = try await Store.restore(url, from: scene.backup)
        #expect(restored.schema == Migration.all.last?.name && !restored.isSealed)
        let left = try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
        #expect(Set(left) == ["tellal.db", "tellal.db.lock"])
        #expect(try await scene.people(url) == [0])
        #expect(try await scene.people(scene.backup) == [0], "the backup stays as it was")
    }

    @Test func `a restore takes along what a copy has in its log`() async throws {
        let scene = try await Scene()
        let folder = try TemporaryFolder()
        for end in ["", "-wal"] {
            try FileManager.default.copyItem(atPath: scene.path + end, toPath: folder.path("copy.db" + end))
        }
        let url = "sqlite:" + folder.path("tellal.db")
        _ = try await Store.restore(url, from: folder.path("copy.db"))
        #expect(try await scene.people(url) == [1])
    }

    @Test func `nothing is restored into a database that is in use`() async throws {
        let scene = try await Scene()
        let problem = await #expect(throws: Problem.self) {
            try await Store.restore(scene.bench.url, from: scene.backup)
        }
        #expect(problem?.code == .databaseUnavailable && problem?.message.contains("in use") == true)
        #expect(try await scene.bench.store.status().channels.map(\.subscribers) == [1])
    }

    @Test func `a backup that is damaged, newer, missing or the database itself changes nothing`() async throws {
        let scene = try await Scene()
        try scene.bench.store.close()
        let folder = scene.bench.place.folder
        let newer = try await Store.open(scene.backup, now: StoreBench.now)
        try await newer.database.write {
            try $0.execute("INSERT INTO schema_migrations (name, applied_at) VALUES ('9999-later', 1)")
        }
        try newer.close()
        let half = folder.path("half.db")
        try FileManager.default.copyItem(atPath: scene.path, toPath: half)
        try Self.scribble(half, from: 65_536, count: 65_536)
        try folder.write(String(repeating: "This is a shopping list. ", count: 50), to: "list.db")
        let tries: [(String, Problem.Code)] = [
            (scene.backup, .databaseUnavailable), (half, .badData), (folder.path("list.db"), .badData),
            (folder.path("none.db"), .notFound), (scene.path, .usage),
        ]
        for (file, code) in tries {
            let problem = await #expect(throws: Problem.self) {
                try await Store.restore(scene.bench.url, from: file)
            }
            #expect(problem?.code == code, "\(file)")
        }
        #expect(try await scene.people(scene.bench.url) == [1])
    }

    @Test func `a database that failed is not written to again before it was looked through`() async throws {
        let scene = try await Scene()
        await #expect(throws: Problem.self) {
            try await scene.bench.store.database.write { _ in throw DatabaseError(resultCode: .SQLITE_IOERR_FSYNC) }
        }
        try scene.bench.store.close()
        for _ in 1...2 {
            let problem = await #expect(throws: Problem.self) {
                try await Store.open(scene.bench.url, now: StoreBench.now)
            }
            #expect(problem?.code == .badData && problem?.message.contains("the disk under") == true)
        }
        let failure = try #require(try Store.failure(of: scene.bench.url))
        let reader = try await Store.openForReading(scene.bench.url)
        #expect(try await reader.check { _ in })
        try reader.close()
        #expect(try Store.forget(failure, of: scene.bench.url))
        #expect(try await scene.people(scene.bench.url) == [1])
        #expect(try !Store.forget(failure, of: scene.bench.url))
    }

    @Test func `a failure that came while the database was looked through is not forgotten`() async throws {
        let scene = try await Scene()
        try scene.bench.store.close()
        #expect(try Store.failure(of: scene.bench.url) == nil)
        let mark = FailureMark(.failed, of: scene.path)
        mark.leave("the disk is gone", at: StoreBench.now)
        let failure = try #require(try Store.failure(of: scene.bench.url))
        try mark.remove()
        mark.leave("the disk is gone", at: StoreBench.now + .minutes(1))
        #expect(try !Store.forget(failure, of: scene.bench.url))
        await #expect(throws: Problem.self) { try await Store.open(scene.bench.url, now: StoreBench.now) }
    }

    @Test func `a process that ends for want of memory, locks or the like may be started again`() async throws {
        let codes: [ResultCode] = [.SQLITE_IOERR_NOMEM, .SQLITE_IOERR_GETTEMPPATH, .SQLITE_IOERR_SHMMAP]
        for code in codes + [.SQLITE_IOERR_LOCK] {
            let scene = try await Scene()
            let problem = await #expect(throws: Problem.self) {
                try await scene.bench.store.database.write { _ in throw DatabaseError(resultCode: code) }
            }
            #expect(problem?.code == .databaseUnavailable)
            try scene.bench.store.close()
            #expect(try await scene.people(scene.bench.url) == [1])
        }
    }

    @Test func `a restore lets a database that failed be used again`() async throws {
        let scene = try await Scene()
        try scene.bench.store.close()
        FailureMark(.failed, of: scene.path).leave("the disk is gone", at: StoreBench.now)
        await #expect(throws: Problem.self) { try await Store.open(scene.bench.url, now: StoreBench.now) }
        _ = try await Store.restore(scene.bench.url, from: scene.backup)
        #expect(try await scene.people(scene.bench.url) == [0])
    }

    @Test func `a restore that cannot take the place of what is there leaves all as it was`() async throws {
        let scene = try await Scene()
        let folder = try TemporaryFolder()
        let url = "sqlite:" + folder.path("tellal.db")
        // Like a mount, it cannot be replaced by a file, not even by root.
        try FileManager.default.createDirectory(atPath: folder.path("tellal.db"), withIntermediateDirectories: false)
        try folder.write("what was committed", to: "tellal.db-wal")
        for isHalf in [false, true] {
            let mark = FailureMark(.halfRestored, of: folder.path("tellal.db"))
            if isHalf { mark.leave("it was so before", at: StoreBench.now) }
            let problem = await #expect(throws: Problem.self) { try await Store.restore(url, from: scene.backup) }
            #expect(problem?.code == .unavailable && problem?.message.contains("cannot be replaced") == true)
            #expect(try String(contentsOfFile: folder.path("tellal.db-wal"), encoding: .utf8) == "what was committed")
            #expect((mark.text != nil) == isHalf)
            #expect(!FileManager.default.fileExists(atPath: folder.path("tellal.db.restoring")))
        }
    }

    @Test func `what was restored by half is used by nobody before another restore`() async throws {
        let scene = try await Scene()
        try scene.bench.store.close()
        // What cannot be removed keeps the restore from its end.
        let log = scene.path + "-shm"
        try FileManager.default.createDirectory(atPath: log, withIntermediateDirectories: false)
        await #expect(throws: Problem.self) { try await Store.restore(scene.bench.url, from: scene.backup) }
        try FileManager.default.removeItem(atPath: log)
        #expect(try Store.failure(of: scene.bench.url) == nil, "a check has nothing to forget")
        let problems = [
            await #expect(throws: Problem.self) { try await Store.open(scene.bench.url, now: StoreBench.now) },
            await #expect(throws: Problem.self) { try await Store.openForReading(scene.bench.url) },
        ]
        for problem in problems {
            #expect(problem?.code == .badData && problem?.hint?.contains("restore") == true)
            #expect(problem?.message.contains(scene.backup) == true)
        }
        _ = try await Store.restore(scene.bench.url, from: scene.backup)
        #expect(try await scene.people(scene.bench.url) == [0])
    }

    @Test func `a folder is no backup, and one that was left is no hindrance`() async throws {
        let scene = try await Scene()
        try scene.bench.store.close()
        let folder = scene.bench.place.folder
        let problem = await #expect(throws: Problem.self) {
            try await Store.restore(scene.bench.url, from: folder.url.path)
        }
        #expect(problem?.code == .badData && problem?.message.contains("is no file") == true)
        try FileManager.default.createDirectory(
            atPath: scene.path + ".restoring/feeds", withIntermediateDirectories: true)
        _ = try await Store.restore(scene.bench.url, from: scene.backup)
        #expect(!FileManager.default.fileExists(atPath: scene.path + ".restoring"))
        #expect(try await scene.people(scene.bench.url) == [0])
    }

    @Test(.enabled(if: geteuid() == 0, "only root may give files away"))
    func `what root restores belongs to the owner of the database, or of its folder`() async throws {
        let scene = try await Scene()
        let folder = try TemporaryFolder()
        let path = folder.path("tellal.db")
        func owners(_ paths: [String]) -> [[UInt32]] {
            paths.map { path in
                var status = stat()
                return stat(path, &status) == 0 ? [status.st_uid, status.st_gid] : []
            }
        }
        #expect(chown(folder.url.path, 10_001, 10_002) == 0)
        _ = try await Store.restore("sqlite:" + path, from: scene.backup)
        #expect(owners([path, path + ".lock"]) == [[10_001, 10_002], [10_001, 10_002]])
        #expect(chown(path, 10_003, 10_004) == 0)
        _ = try await Store.restore("sqlite:" + path, from: scene.backup)
        #expect(owners([path]) == [[10_003, 10_004]])
    }

    @Test func `a backup that is sealed with another key changes nothing`() async throws {
        let scene = try await Scene()
        try scene.bench.store.close()
        let folder = scene.bench.place.folder
        let keys = KeyFile(path: folder.path("keys"))
        let (old, new) = (SecretKeys.newLine(), SecretKeys.newLine())
        try keys.write([old], replaces: false)
        try await Store.open(scene.backup, now: StoreBench.now, keys: keys).close()
        try keys.write([new], replaces: true)
        let problem = await #expect(throws: Problem.self) {
            try await Store.restore(scene.bench.url, from: scene.backup, keys: keys)
        }
        #expect(problem?.code == .settings && problem?.message.contains(keys.path) == true)
        #expect(try await scene.people(scene.bench.url) == [1])
        try keys.write([new, old], replaces: true)
        #expect(try await Store.restore(scene.bench.url, from: scene.backup, keys: keys).isSealed)
        // Where no key is yet it may be brought later.
        _ = try await Store.restore(scene.bench.url, from: scene.backup, keys: KeyFile(path: folder.path("none")))
    }

    @Test func `damage that keeps a rule from being looked at is found, and not the end of the check`() async throws {
        let scene = try await Scene()
        let page = try #require(
            try await scene.bench.integer("SELECT rootpage FROM sqlite_master WHERE name = 'subscribers'"))
        try scene.bench.store.close()
        try Self.scribble(scene.path, from: (Int(page) - 1) * 4096, count: 4096)
        let store = try await Store.openForReading(scene.bench.url)
        var bad: [String] = []
        let isWell = try await store.check { if !$0.problems.isEmpty { bad.append($0.rule) } }
        #expect(!isWell && bad.starts(with: ["The file is whole.", "What rows refer to is there."]))
        try store.close()
    }
}
