import CampaignModel
import CampaignStore
import Foundation

/// A store of its own with some channels, a campaign, and subscribers spread evenly over the channels.
struct BenchOutbox {
    let store: Store
    let content: ProvisionedContent

    init(_ database: String, channels: [Channel], subscribers: Int, first: Int = 100_000) async throws {
        let now = SystemTime().now()
        store = try await Store.openForBenchmark(database, empties: true, now: now)
        let provenance = Provenance(file: "bench", line: 1)
        content = try await store.provision(
            channels: channels,
            sources: [
                Source(
                    workspace: Store.benchmarkWorkspace, name: "bench", location: "none", format: nil,
                    every: .every(.minutes(10)), provenance: provenance)
            ],
            campaigns: [
                Campaign(
                    workspace: Store.benchmarkWorkspace, name: "bench", sources: ["bench"], layout: "none",
                    channels: channels.map(\.name), provenance: provenance)
            ], now: now)
        for (place, entry) in content.channels.enumerated() {
            let numbers = Array(stride(from: first + place, to: first + subscribers, by: channels.count))
            for start in stride(from: 0, to: numbers.count, by: 10_000) {
                _ = try await store.importSubscribers(
                    numbers[start..<min(start + 10_000, numbers.count)].map {
                        Subscriber(address: "\($0)", lastActiveAt: now)
                    },
                    to: entry.id, hash: { $0 }, now: now)
            }
        }
        _ = takeLongestWrite()
    }

    static func channel(_ name: String, _ platform: Platform, _ api: String, rate: Double) -> Channel {
        Channel(
            workspace: Store.benchmarkWorkspace, name: name, platform: platform, token: Secret("1:bench"), api: api,
            rate: rate, pageID: "1", version: "v25.0", appSecret: Secret("bench"), verifyToken: Secret("bench"),
            provenance: Provenance(file: "bench", line: 1))
    }

    /// Plans one message for everybody.
    ///
    /// - Returns: How many deliveries.
    /// - Throws: When the database fails.
    func plan() async throws -> Int {
        guard let entry = content.campaigns.first else { return 0 }
        let now = SystemTime().now()
        let work = try await store.work(for: entry.id)
        let text = RichText(
            plain: "Price drop: Classic Slim Cotton T-Shirt – Navy, M is now 12.90 EUR (was 16.13 EUR).")
        let report = try await store.record(
            RunPlan(
                campaign: entry.id, workspace: entry.workspace, work: work, chosen: [], waiting: [],
                messages: [PlannedMessage(Message(modules: [.text(text, buttons: [])]))],
                channels: entry.channels.map(\.id),
                audience: Audience(), notBefore: now, expiresAt: now + .days(1), windowOpenedAfter: now - .hours(24),
                report: RunReport(
                    campaign: entry.campaign.name, seen: 0, chosen: [], waiting: [], skipped: [], messages: 1)),
            at: now)
        var planned = report?.queued ?? 0
        while true {
            let step = try await store.fanOut(entry.id) { _, _ in nil }
            guard step.looked > 0 else { return planned }
            planned += step.queued
        }
    }

    /// Since this was last asked, in milliseconds.
    func takeLongestWrite() -> Double { (store.takeLongestWrite() / .milliseconds(1) * 10).rounded() / 10 }

    func close() throws { try store.close() }
}
