package import CampaignModel

/// What becomes of what cannot be written at this moment: the disk is full, or PostgreSQL is away for more than half a minute.
package enum OutagePolicy: Sendable {
    /// It fails.
    case fail
    /// Results of what was in hand when the disk filled up are stored in room that was kept for them; the rest fails.
    case keepResults
    /// As the same; but the rest waits until it can be done, unless it is told to give up.
    case wait(unless: @Sendable () -> Bool)
}

/// What a database tells of what it stands on.
package enum StoreHealthEvent: Sendable {
    /// The disk is full.
    case full(Problem)
    case roomAgain
    /// The disk failed. What it holds is not certain any more, and it is not asked again: this process should end.
    case failed(Problem)
    /// The server does not answer.
    case away(Problem)
    case back
}
