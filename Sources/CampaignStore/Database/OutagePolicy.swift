package import CampaignModel

/// What a write does during an outage: the disk is full, or PostgreSQL did not answer for more than 30 seconds.
package enum OutagePolicy: Sendable {
    /// Every write fails.
    case fail
    /// Results of requests that were under way when the disk filled up are stored in the reserved disk space
    /// (``WriteDurability/fullUsingReserve``); other writes fail.
    case keepResults
    /// Results are stored as with ``keepResults``; other writes wait until the outage ends, or fail once `unless`
    /// returns true.
    case wait(unless: @Sendable () -> Bool)
}

/// A change of the health of the disk or of the database server.
package enum StoreHealthEvent: Sendable {
    /// The disk is full.
    case full(Problem)
    case roomAgain
    /// The disk failed. The data on it may be damaged; no more writes are tried, and this process should end.
    case failed(Problem)
    /// The database server does not answer.
    case away(Problem)
    case back
}
