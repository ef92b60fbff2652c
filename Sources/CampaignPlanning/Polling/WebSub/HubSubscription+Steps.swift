package import CampaignModel

/// The transitions of a subscription.
extension HubSubscription {
    package var mode: WebSubRequest.Mode { isWanted ? .subscribe : .unsubscribe }

    /// The lease; nil before the hub confirmed the subscription.
    package var lease: WebSubLease? {
        guard let verifiedAt, let endsAt else { return nil }
        return WebSubLease(verifiedAt: verifiedAt, lease: endsAt - verifiedAt)
    }

    /// The lease of a hub that can be trusted to notify, so that polls may be rare; nil once it missed a change.
    package var trustedLease: WebSubLease? { missedAt == nil ? lease : nil }

    /// Whether the subscription can be deleted. A hub that does not answer gets three requests to end it; then the
    /// lease ends by itself, and notifications until then are answered with 410.
    package func isOver(at now: Timestamp) -> Bool {
        !isWanted && (requests >= 3 || lease.map { !$0.isInForce(at: now) } ?? true)
    }

    /// Records a request to the hub, before it is made, since a hub may verify before it answers. Without a
    /// verification the request is repeated.
    package mutating func noteRequest(at now: Timestamp) {
        requests += 1
        askAt = now + Self.backoff.wait(after: requests)
    }

    private static let longestRetryDelay = Duration.hours(24)
    private static let backoff = Backoff(first: .minutes(15), longest: longestRetryDelay)

    /// Handles a verification request (5.3).
    ///
    /// - Parameters:
    ///   - query: The parameters of the GET, decoded, in their order.
    ///   - now: Time of the request.
    /// - Returns: The answer.
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

    /// Records a change that a poll found.
    ///
    /// - Parameters:
    ///   - lastPoll: Time of the poll before; the change happened after it.
    ///   - lastChange: Time at which the change before was found. A notification after that may be about this change,
    ///     since some servers show a change only a while after their hub's notification.
    ///   - now: The time at which the change was found.
    /// - Returns: Whether the hub should have notified of the change, and did not.
    package mutating func noteChange(since lastPoll: Timestamp, lastChange: Timestamp?, at now: Timestamp) -> Bool {
        guard let lease, lease.isInForce(at: lastPoll), lease.isInForce(at: now), missedAt == nil,
            !hasTold(since: min(lastPoll, lastChange ?? lastPoll))
        else { return false }
        missedAt = now
        return true
    }

    /// Whether the hub's last notification came after that moment.
    package func hasTold(since moment: Timestamp) -> Bool { toldAt.map { $0 > moment } ?? false }

    /// Records a notification of the hub.
    package mutating func noteTold(at now: Timestamp) {
        toldAt = now
        missedAt = nil
    }
}
