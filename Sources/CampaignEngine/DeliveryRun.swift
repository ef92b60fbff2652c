import CampaignModel
import CampaignStore
import MessageChannels

/// Sends what is due, each channel in a lane of its own at its own pace, until nothing is due any more.
package struct DeliveryRun: Sendable {
    private let engine: Engine
    private let token: String

    /// The token names this sender in the leases; no two senders may share one.
    package init(_ engine: Engine, token: String) {
        self.engine = engine
        self.token = token
    }

    /// Ends when the outbox is empty or holds only future or held work, or when told to stop.
    ///
    /// - Returns: one report a channel that had something to do.
    /// - Throws: when the store fails: then sending stops at once, for nothing may be sent whose intent is not stored.
    package func run() async throws -> [DeliveryReport] {
        try await withThrowingTaskGroup(of: DeliveryReport.self) { group in
            let lanes = max(1, engine.settings.sendConcurrency / max(1, engine.content.channels.count))
            for entry in engine.content.channels {
                group.addTask { try await drain(entry, width: lanes) }
            }
            var reports: [DeliveryReport] = []
            for try await report in group where !report.isEmpty {
                engine.report(.delivered(report))
                reports.append(report)
            }
            return reports
        }
    }

    private func drain(_ entry: ProvisionedContent.ChannelEntry, width: Int) async throws -> DeliveryReport {
        let batch = max(1, min(width * 2, entry.channel.rate > 0 ? Int(entry.channel.rate * 5) : width * 2))
        return try await withThrowingTaskGroup(of: DeliveryResult.self) { group in
            var tally = DeliveryTally(channel: entry.channel.name)
            var claimed: [ClaimedDelivery] = []
            var inFlight = 0
            while true {
                if claimed.isEmpty, !engine.stop.isRaised, !tally.isPaused {
                    claimed = try await engine.store.claim(
                        channel: entry.id, limit: batch, token: token, lease: EngineSettings.lease,
                        now: engine.time.now())
                }
                while inFlight < width, let delivery = claimed.popLast(from: .front) {
                    inFlight += 1
                    group.addTask { try await Sending(engine, entry, delivery).run() }
                }
                guard let result = try await group.next() else { break }
                inFlight -= 1
                tally.count(result)
                if let reason = result.pausesChannel { try await pause(entry.id, reason) }
                if engine.stop.isRaised || tally.isPaused {
                    for delivery in claimed {
                        try await engine.store.release(delivery, as: .queued(notBefore: nil), now: engine.time.now())
                    }
                    claimed = []
                }
            }
            return tally.report
        }
    }

    private func pause(_ channel: ChannelID, _ reason: DeliveryReason) async throws {
        try await engine.store.pause(channel, reason: reason, now: engine.time.now())
    }
}

extension [ClaimedDelivery] {
    fileprivate enum End { case front }
    fileprivate mutating func popLast(from end: End) -> Element? { isEmpty ? nil : removeFirst() }
}

/// What became of one delivery in one go.
struct DeliveryResult: Sendable {
    var state: Delivery.State
    var reason: DeliveryReason?
    /// Set when nothing of the channel can go until the owner acts.
    var pausesChannel: DeliveryReason?
}

private struct DeliveryTally {
    private(set) var report: DeliveryReport
    var isPaused: Bool { report.pausedReason != nil }

    init(channel: String) { report = DeliveryReport(channel: channel) }

    mutating func count(_ result: DeliveryResult) {
        switch result.state {
        case .sent: report.sent += 1
        case .failed: report.failed += 1
        case .unknown: report.unknown += 1
        case .held: report.held += 1
        case .suppressed, .expired: report.suppressed += 1
        case .queued, .claimed, .sending: report.postponed += 1
        }
        if let reason = result.pausesChannel { report.pausedReason = reason.message }
        if let message = result.reason?.message, report.reasons.count < 5, !report.reasons.contains(message) {
            report.reasons.append(message)
        }
    }
}
