package import CampaignModel

/// When a source was looked at last, and is next: what is stored, so that no restart looks early.
package struct PollTimes: Sendable, Hashable {
    /// Nil before the first.
    package var lastPollAt: Timestamp?
    package var nextPollAt: Timestamp

    package init(lastPollAt: Timestamp?, nextPollAt: Timestamp) {
        self.lastPollAt = lastPollAt
        self.nextPollAt = nextPollAt
    }

    /// With a clock that was set back, the last poll is still to come and the next would wait for the clock to catch up:
    /// the wait that was planned then begins now. To be stored when it differs, or else it would begin anew each time.
    package func mended(at now: Timestamp) -> PollTimes {
        guard let lastPollAt, lastPollAt > now else { return self }
        return PollTimes(lastPollAt: now, nextPollAt: now + max(.zero, nextPollAt - lastPollAt))
    }
}
