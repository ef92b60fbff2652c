import CampaignModel
import Foundation
import Testing

/// The core of the sender as a deterministic simulation: one seed, one run.
///
/// On one thread, for the other tests want to run, too. `TELLAL_SEED=7` tells that story alone and prints it when it goes
/// wrong; `TELLAL_SEEDS=10000` tells so many.
@Suite(.serialized) struct SimulationTests {
    private static let first = environment("TELLAL_SEED")
    private static let count = environment("TELLAL_SEEDS") ?? (first == nil ? 100 : 1)

    private static func environment(_ name: String) -> UInt64? {
        ProcessInfo.processInfo.environment[name].flatMap(UInt64.init)
    }

    @Test func `whatever happens, nothing is lost, doubled or forgotten`() async throws {
        let first = Self.first ?? 1
        let bad = try await onThread { (first..<first + Self.count).flatMap(Self.judge) }
        #expect(bad.isEmpty, "\(bad.count) findings\n\(bad.sorted().prefix(400).joined(separator: "\n"))")
    }

    private static func judge(_ seed: UInt64) -> [String] {
        do {
            let story = try Story(seed: seed)
            let findings = try story.findings()
            if !findings.isEmpty, Self.first != nil { print(story.text) }
            return findings.map { "TELLAL_SEED=\(seed): \($0)" }
        } catch {
            return ["TELLAL_SEED=\(seed): \(error)"]
        }
    }

    @Test(arguments: [1, 2, 3, 5, 8, 13, 21, 34] as [UInt64])
    func `the same seed tells the same story`(seed: UInt64) async throws {
        try await onThread {
            let one = try Story(seed: seed)
            let other = try Story(seed: seed)
            let same = zip(one.history, other.history).prefix { $0 == $1 }.count
            #expect(
                same == one.history.count && same == other.history.count, "\(one.history.dropFirst(same).first as Any)")
            #expect(same > 3)
        }
    }
}

/// A story that was told.
private struct Story {
    let scenario: Scenario
    let history: [History.Entry]

    init(seed: UInt64) throws {
        scenario = try Scenario(seed: seed)
        try scenario.tell()
        history = scenario.history.entries
    }

    func findings() throws -> [String] {
        Checker(history, try Outbox(scenario.disk), try scenario.terms()).findings()
    }

    var text: String {
        history.map { "\($0.at / 1000) µs, process \($0.process): \($0.what)" }.joined(separator: "\n")
    }
}

/// Runs it on a thread of its own, so that no other test waits for it.
private func onThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        let thread = Thread { continuation.resume(with: Result(catching: body)) }
        thread.stackSize = 8 << 20
        thread.start()
    }
}
