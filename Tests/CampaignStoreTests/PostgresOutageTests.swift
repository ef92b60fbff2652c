import CampaignModel
import Foundation
import TestSupport
import Testing

@testable import CampaignStore

/// A server that does not answer for longer than it takes to start.
@Suite(.enabled(if: PostgresServer.shared != nil, "there is no PostgreSQL here")) struct PostgresOutageTests {
    /// A database that cannot be reached until the proxy is there.
    private func away(
        _ folder: TemporaryFolder, _ url: String, _ policy: TroublePolicy, news: LockedValue<[String]>
    ) throws -> PostgresDatabase {
        let host = URLComponents(string: url)?.queryItems?.first { $0.name == "host" }?.value ?? ""
        return PostgresDatabase(
            try PostgresAddress(url.replacingOccurrences(of: "host=\(host)", with: "host=\(folder.url.path)")),
            inTrouble: policy, patience: PostgresPatience(hidden: .zero, silent: .zero, away: .zero, last: .zero)
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
        #expect(throws: Problem.self) { try bench.store.with(database).requireWell() }
        let proxy = try PostgresProxy(to: bench.url, in: folder, cut: nil)
        defer { proxy.stop() }
        #expect(try await (written, read) == (7, 8))
        #expect(database.outage.trouble == nil && news.withLock { $0 } == ["away", "back"])
    }

    @Test func `a server that is away is not waited for by a command, nor at the end`() async throws {
        let bench = try await TestDatabase.$current.withValue(.postgres) { try await StoreBench() }
        for policy in [TroublePolicy.fail, .wait(unless: { true })] {
            let database = try away(try TemporaryFolder(), bench.url, policy, news: LockedValue([]))
            defer { database.close() }
            let problem = await #expect(throws: Problem.self) { try await database.read { try $0.integer("SELECT 7") } }
            #expect(problem?.code == .databaseUnavailable)
        }
    }
}
