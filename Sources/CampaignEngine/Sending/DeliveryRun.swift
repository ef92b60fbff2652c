import CampaignModel
import CampaignStore
import MessageChannels

/// Sends due deliveries until none is due. Channels run in parallel, each at its own rate.
package struct DeliveryRun: Sendable {
    private let engine: Engine
    private let token: String
    private let ended: WakeSignal?

    /// - Parameters:
    ///   - engine: The engine.
    ///   - token: Identifies this sender in the leases; no two senders may share one.
    ///   - ended: Raised after each delivery.
    package init(_ engine: Engine, token: String, ended: WakeSignal? = nil) {
        self.engine = engine
        self.token = token
        self.ended = ended
    }

    /// Sends until the outbox is empty or holds only future or held deliveries, or until the stop signal is raised.
    ///
    /// - Returns: One report for each channel that had deliveries, and for each round.
    /// - Throws: When the store fails: then sending stops at once, since no message may be sent without a stored
    ///   intent.
    package func run() async throws -> [DeliveryReport] {
        var reports: [DeliveryReport] = []
        while true {
            let round = try await runOnce()
            reports += round
            // A person's reply in one lane may have blocked their delivery in the other, so both are checked once more.
            guard round.contains(where: { $0.ended > 0 }), !engine.stop.isRaised else { return reports }
        }
    }

    /// Sends due replies only.
    ///
    /// - Throws: As ``run()``.
    func sendReplies() async throws -> [DeliveryReport] { try await runOnce([.replies]) }

    private func runOnce(_ lanes: [Lane] = Lane.allCases) async throws -> [DeliveryReport] {
        try await withThrowingTaskGroup(of: DeliveryReport.self) { group in
            for entry in engine.content.channels {
                for lane in lanes { group.addTask { try await drain(entry, lane) } }
            }
            var reports: [DeliveryReport] = []
            for try await report in group where !report.isEmpty { reports.append(report) }
            return reports
        }
    }

    /// A channel's two queues. Replies have their own, so that they do not wait for a campaign's uploads.
    enum Lane: CaseIterable, Sendable {
        case replies, campaigns
    }

    private static let widthOfReplies = 2
    // Smallest limit of a campaign claim; a claim of a few deliveries costs no more than one of one.
    private static let smallestClaim = 16
    // Nanoseconds after which an unsent claimed delivery is released, long before its lease ends.
    private static let releaseAfter: UInt64 = 45_000_000_000

    /// Sends due deliveries of one lane of a channel; those that a pause of the channel delays count as future ones.
    func drain(_ entry: ProvisionedContent.ChannelEntry, _ lane: Lane) async throws -> DeliveryReport {
        let report = try await withThrowingTaskGroup(of: Event.self) { group in
            var tally = DeliveryTally(channel: entry.channel.fullName)
            var claimed: [Claimed] = []
            var inFlight = 0
            var lastServed: CampaignID?
            var isClaiming = false
            // True when the last claim found nothing due and no delivery has ended since.
            var isDry = false
            var hasEnded = false
            var isBusy = false
            defer { if isBusy { engine.slots.note(entry.id, isBusy: false) } }
            while true {
                if isBusy != (inFlight > 0 || !claimed.isEmpty) {
                    isBusy.toggle()
                    engine.slots.note(entry.id, isBusy: isBusy)
                }
                let share = engine.slots.share
                let width = lane == .replies ? min(share, Self.widthOfReplies) : share
                let most = lane == .replies ? width * 2 : max(width * 2, Self.smallestClaim)
                let mayGoOn = !engine.stop.isRaised && !tally.isPaused
                // The next deliveries are claimed while these are sent.
                if mayGoOn, !isClaiming, !isDry, claimed.count < width {
                    let limit = room(on: entry.id, upTo: most, beside: claimed.count)
                    if limit > 0, claimed.isEmpty || limit >= width {
                        (isClaiming, hasEnded) = (true, false)
                        let lane = lane == .replies ? ClaimLane.replies : .campaigns(after: lastServed)
                        group.addTask { .claimed(try await claim(entry.id, lane, limit)) }
                    }
                }
                let now = engine.time.monotonicNanoseconds()
                let old = claimed.prefix { $0.since &+ Self.releaseAfter < now }
                try await giveBack(old)
                claimed.removeFirst(old.count)
                while inFlight < width, !claimed.isEmpty {
                    let delivery = claimed.removeFirst().delivery
                    inFlight += 1
                    group.addTask { .ended(try await send(delivery, on: entry)) }
                }
                guard let event = try await group.next() else { break }
                switch event {
                case .claimed(let claim):
                    isClaiming = false
                    isDry = claim.deliveries.isEmpty && !hasEnded
                    let now = engine.time.monotonicNanoseconds()
                    claimed += claim.deliveries.map { Claimed(delivery: $0, since: now) }
                    lastServed = claim.lastTurn
                    tally.countStopped(claim.stopped, cancelled: claim.cancelled)
                case .ended(let result):
                    inFlight -= 1
                    (isDry, hasEnded) = (false, true)
                    tally.count(result)
                    if let reason = result.pausesChannel { try await pause(entry.id, reason) }
                }
                if engine.stop.isRaised || tally.isPaused {
                    try await giveBack(claimed[...])
                    claimed = []
                }
            }
            return tally.report
        }
        if !report.isEmpty { engine.report(.delivered(report)) }
        return report
    }

    /// A delivery that is claimed and waits for its request.
    private struct Claimed {
        let delivery: ClaimedDelivery
        /// Time of the claim, in monotonic nanoseconds.
        let since: UInt64
    }

    private enum Event: Sendable {
        case claimed(Claim)
        case ended(DeliveryResult)
    }

    /// How many more deliveries to claim: no more than can be sent soon, so that the rest stays in the outbox.
    private func room(on channel: ChannelID, upTo most: Int, beside claimed: Int) -> Int {
        engine.throttles[channel].map { $0.limiter.turns(upTo: most + claimed) - claimed } ?? most
    }

    private func claim(_ channel: ChannelID, _ lane: ClaimLane, _ limit: Int) async throws -> Claim {
        // Each claim has its own token (a fencing token), so that a late step of an earlier claim does not match.
        try await engine.store.claim(
            channel: channel, lane: lane, limit: limit, token: "\(token).\(engine.numberOfClaim())",
            lease: EngineSettings.lease, now: engine.time.now())
    }

    private func send(
        _ delivery: ClaimedDelivery, on entry: ProvisionedContent.ChannelEntry
    ) async throws -> DeliveryResult {
        let result = try await DeliverySender(engine, entry, delivery).run()
        ended?.raise()
        if result.state == .sent {
            engine.meter.note(
                .init(channel: entry.id, campaign: delivery.campaign), at: engine.time.monotonicNanoseconds())
        }
        return result
    }

    /// Releases claimed deliveries, all at once, so that they share a commit.
    private func giveBack(_ claimed: ArraySlice<Claimed>) async throws {
        guard !claimed.isEmpty else { return }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for each in claimed {
                group.addTask {
                    try await engine.store.release(each.delivery, as: .queued(notBefore: nil), now: engine.time.now())
                }
            }
            try await group.waitForAll()
        }
    }

    private func pause(_ channel: ChannelID, _ reason: DeliveryReason) async throws {
        try await engine.store.pause(channel, reason: reason, now: engine.time.now())
    }
}

/// The result of one try to send a delivery.
struct DeliveryResult: Sendable {
    var state: Delivery.State
    var reason: DeliveryReason?
    /// Reason to pause the channel until the owner acts; nil for no pause.
    var pausesChannel: DeliveryReason?
}

private struct DeliveryTally {
    private(set) var report: DeliveryReport
    var isPaused: Bool { report.pausedReason != nil }

    init(channel: String) { report = DeliveryReport(channel: channel) }

    /// Counts deliveries whose message was stopped after refusals, or cancelled.
    mutating func countStopped(_ number: Int, cancelled: Int) {
        report.failed += number
        report.suppressed += cancelled
    }

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
