import CampaignModel
import CampaignStore

/// Takes the deliveries of a channel through the whole protocol, without sending: claimed under a lease, the intent stored,
/// the answer stored, each safe on the disk before the next step.
struct OutboxDrain {
    let store: Store
    let channel: ChannelID
    /// At once.
    let senders: Int
    /// So many are taken by one claim.
    let claim: Int
    let time: any TimeSource

    /// - Returns: How many there were.
    /// - Throws: When the database fails.
    func run() async throws -> Int {
        let (channel, store, time) = (channel, store, time)
        let limit = claim
        // nil: one is done with.
        return try await withThrowingTaskGroup(of: Claim?.self) { group in
            var (done, inFlight) = (0, 0)
            var claimed: [ClaimedDelivery] = []
            var mayClaim = true
            while true {
                // The next ones are claimed while these are on their way, as in production.
                if mayClaim, claimed.count < senders {
                    mayClaim = false
                    group.addTask {
                        try await store.claim(
                            channel: channel, lane: .campaigns(after: nil), limit: limit, token: "bench",
                            lease: .seconds(120), now: time.now())
                    }
                }
                while inFlight < senders, let delivery = claimed.popLast() {
                    inFlight += 1
                    group.addTask {
                        let intent = try await store.beginSending(delivery, part: 0, of: 1, now: time.now())
                        guard let attempt = intent.attempt else { throw Problem(.internal, "an intent was refused") }
                        try await store.finish(
                            delivery, attempt: attempt, as: .sent(messageID: "\(delivery.id)"), now: time.now())
                        return nil
                    }
                }
                guard let event = try await group.next() else { return done }
                if let claim = event {
                    claimed += claim.deliveries
                    mayClaim = !claim.deliveries.isEmpty
                } else {
                    inFlight -= 1
                    done += 1
                }
            }
        }
    }
}
