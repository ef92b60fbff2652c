package import CampaignModel

/// What happens to a subscription, step by step.
extension HubSubscription {
    package var mode: WebSubRequest.Mode { isWanted ? .subscribe : .unsubscribe }

    /// Nil before the hub confirmed it.
    package var lease: WebSubLease? {
        guard let verifiedAt, let endsAt else { return nil }
        return WebSubLease(verifiedAt: verifiedAt, lease: endsAt - verifiedAt)
    }

    /// Whether the hub tells of changes, so that polls may be rare: not once it kept one to itself.
    package var trustedLease: WebSubLease? { missedAt == nil ? lease : nil }

    /// Whether there is nothing left to ask for. A hub that does not answer is asked to end it three times; then the lease
    /// ends it, and what is told meanwhile is answered with 410.
    package func isOver(at now: Timestamp) -> Bool {
        !isWanted && (requests >= 3 || lease.map { !$0.isInForce(at: now) } ?? true)
    }

    /// It is about to be asked for. Noted before, for a hub may confirm before it answers; if it does not, it is asked again.
    package mutating func noteRequest(at now: Timestamp) {
        requests += 1
        askAt = now + Self.backoff.wait(after: requests)
    }

    private static let longestRetryDelay = Duration.hours(24)
    private static let backoff = Backoff(first: .minutes(15), longest: longestRetryDelay)

    /// Somebody who knows the callback asks whether the subscription is meant (5.3).
    ///
    /// - Parameters:
    ///   - query: The parameters of the GET, decoded, in their order.
    ///   - now: When they came.
    /// - Returns: What to answer.
    package mutating func verify(_ query: [(name: String, value: String)], at now: Timestamp) -> WebSubVerification {
        let verification = WebSubVerification(query: query, expecting: mode, topic: offer.topic)
        switch verification {
        case .refused: break
        case .agreed(_, let lease):
            requests = 0
            problem = nil
            verifiedAt = lease == nil ? nil : now
            endsAt = lease.map { now + $0 }
            if let lease = self.lease { askAt = lease.renewAt }
        case .denied(let reason):
            verifiedAt = nil
            endsAt = nil
            problem = "the hub does not want to tell of changes" + (reason.map { ": \($0)" } ?? "")
            askAt = now + Self.longestRetryDelay
        }
        return verification
    }

    /// A poll found a change.
    ///
    /// - Parameters:
    ///   - lastPoll: When the poll before it was made; since then it was there to be told of.
    ///   - lastChange: When a poll found the change before it; a word after that may well be of this one, for it is
    ///     sometimes a while until the server shows what its hub tells of.
    ///   - now: When it was found.
    /// - Returns: Whether the hub should have told of it, and did not.
    package mutating func noteChange(since lastPoll: Timestamp, lastChange: Timestamp?, at now: Timestamp) -> Bool {
        guard let lease, lease.isInForce(at: lastPoll), lease.isInForce(at: now), missedAt == nil,
            !hasTold(since: min(lastPoll, lastChange ?? lastPoll))
        else { return false }
        missedAt = now
        return true
    }

    /// Whether the hub's last word of a change came after that moment.
    package func hasTold(since moment: Timestamp) -> Bool { toldAt.map { $0 > moment } ?? false }

    /// The hub told of a change.
    package mutating func noteTold(at now: Timestamp) {
        toldAt = now
        missedAt = nil
    }
}
