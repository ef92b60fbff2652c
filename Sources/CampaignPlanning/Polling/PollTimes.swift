package import CampaignModel

/// The stored times of a source's last and next poll, so that a restart polls none early.
package struct PollTimes: Sendable, Hashable {
    /// Time of the last poll; nil before the first.
    package var lastPollAt: Timestamp?
    package var nextPollAt: Timestamp

    package init(lastPollAt: Timestamp?, nextPollAt: Timestamp) {
        self.lastPollAt = lastPollAt
        self.nextPollAt = nextPollAt
    }

    /// The times corrected after a clock was set back, when the last poll lies in the future: the planned wait begins
    /// now instead of after the clock has caught up. Store the result if it differs, or the wait would begin again each
    /// time.
    package func mended(at now: Timestamp) -> PollTimes {
        guard let lastPollAt, lastPollAt > now else { return self }
        return PollTimes(lastPollAt: now, nextPollAt: now + max(.zero, nextPollAt - lastPollAt))
    }
}
