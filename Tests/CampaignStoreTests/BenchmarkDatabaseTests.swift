import CampaignModel
import Foundation
import TestSupport
import Testing

@testable import CampaignStore

@Suite(.everyDatabase) struct BenchmarkDatabaseTests {
    private func openBenchmark(_ url: String, empties: Bool) async throws -> Store {
        try await Store.openForBenchmark(url, empties: empties, now: StoreBench.now)
    }

    private var ownSource: Source {
        var source = SampleContent.source()
        source.workspace = Store.benchmarkWorkspace
        return source
    }

    @Test(arguments: [false, true]) func `a benchmark leaves an installation as it is`(empties: Bool) async throws {
        let bench = try await StoreBench()
        try await bench.provision()
        try bench.store.close()
        let problem = await #expect(throws: Problem.self) { try await openBenchmark(bench.url, empties: empties) }
        #expect(problem?.code == .usage)
        let reader = try await Store.openForReading(bench.url)
        #expect(try await reader.status().channels.map(\.name) == ["bot"])
        try reader.close()
    }

    @Test func `what a benchmark has made is there the next time`() async throws {
        let place = try await TestPlace()
        for _ in 1...2 {
            let store = try await openBenchmark(place.url, empties: false)
            _ = try await store.provision(channels: [], sources: [ownSource], campaigns: [], now: StoreBench.now)
            #expect(try await store.status().sources.count == 1)
            try store.close()
        }
    }
}

@Suite struct EmptiedDatabaseTests {
    @Test func `what a benchmark has made is emptied, and a database is made where none is`() async throws {
        let folder = try TemporaryFolder()
        let url = "sqlite:" + folder.path("bench.db")
        var source = SampleContent.source()
        source.workspace = Store.benchmarkWorkspace
        for _ in 1...2 {
            let store = try await Store.openForBenchmark(url, empties: true, now: StoreBench.now)
            #expect(try await store.status().sources.isEmpty)
            _ = try await store.provision(channels: [], sources: [source], campaigns: [], now: StoreBench.now)
            try store.close()
        }
    }

    @Test func `what another process has is not emptied`() async throws {
        let folder = try TemporaryFolder()
        let url = "sqlite:" + folder.path("bench.db")
        let store = try await Store.openForBenchmark(url, empties: true, now: StoreBench.now)
        let problem = await #expect(throws: Problem.self) {
            try await Store.openForBenchmark(url, empties: true, now: StoreBench.now)
        }
        #expect(problem?.code == .databaseUnavailable)
        try store.close()
    }

    @Test func `a file that is no database is not emptied`() async throws {
        let folder = try TemporaryFolder()
        try folder.write(String(repeating: "This is a shopping list. ", count: 50), to: "list.db")
        await #expect(throws: Problem.self) {
            try await Store.openForBenchmark(
                "sqlite:" + folder.path("list.db"), empties: true, now: StoreBench.now)
        }
        #expect(try String(contentsOfFile: folder.path("list.db"), encoding: .utf8).contains("shopping"))
    }
}
