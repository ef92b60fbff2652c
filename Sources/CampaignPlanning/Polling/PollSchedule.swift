package import CampaignModel

/// The outcome of a poll, as far as the next one depends on it.
package enum PollOutcome: Sendable, Hashable {
    case changed
    /// Not modified (304), or the same as before.
    case unchanged
    /// Failed, with the number of failures in a row, this one included.
    case failed(inARow: Int)
    /// 429 or 503 with a `Retry-After`, and the number of failures in a row, this one included.
    case toldToWait(Duration, inARow: Int)
    /// Status 410.
    case gone
    /// Read, and held until the owner decides.
    case held
}

/// The time of a source's next poll, and the reason for it.
package struct PlannedPoll: Sendable, Hashable {
    /// Time of the poll; nil for none before the owner asks for one.
    package var at: Timestamp?
    package var reason: PollReason

    package init(at: Timestamp?, reason: PollReason) {
        self.at = at
        self.reason = reason
    }
}

/// Plans a source's next poll.
///
/// The interval is the owner's `every`, or for `auto` half of the usual time between two changes. In either case there
/// is no request before `max-age`, `Expires` or `Retry-After` is over, and none in the hours and days that the feed
/// skips; `auto` also keeps to the feed's `ttl` and period.
package struct PollSchedule: Sendable, Hashable {
    /// Shortest interval of `auto`, however often the feed changes.
    package static let shortestAuto = Duration.minutes(5)
    /// Longest interval of `auto`, and of the back-off after failures.
    package static let longest = Duration.hours(24)
    /// Shortest interval of `auto` without validators, since each poll fetches the whole document.
    package static let shortestWithoutValidators = Duration.hours(1)

    package var interval: PollInterval
    package var rhythm: FeedRhythm?
    package var changeRate: ChangeRate
    /// Cache hints of the last document that was read or not modified; nil for a file.
    package var hints: CacheHints?
    /// Lease of a hub that notifies of changes; nil for none.
    package var lease: WebSubLease?
    /// Time of a notification whose change is not visible yet; nil for none.
    package var toldAt: Timestamp?

    package init(
        interval: PollInterval, rhythm: FeedRhythm? = nil, changeRate: ChangeRate = .init(), hints: CacheHints? = nil,
        lease: WebSubLease? = nil, toldAt: Timestamp? = nil
    ) {
        self.toldAt = toldAt
        self.interval = interval
        self.rhythm = rhythm
        self.changeRate = changeRate
        self.hints = hints
        self.lease = lease
    }

    /// Plans the next poll.
    ///
    /// - Parameters:
    ///   - outcome: The outcome of the poll that just ended.
    ///   - now: The end of that poll.
    ///   - random: A new random number in 0..<1 for each call, so that sources that failed together are not retried
    ///     together.
    /// - Returns: The time of the next poll, and the reason for it.
    package func next(after outcome: PollOutcome, now: Timestamp, random: Double) -> PlannedPoll {
        switch outcome {
        case .gone: return PlannedPoll(at: nil, reason: .gone)
        case .changed, .unchanged:
            if let wait = waitAfterWord(at: now) { return plan(wait, .hubTold, now, random) }
            let choice = usual(at: now)
            return plan(choice.interval, choice.reason, now, random)
        case .held:
            let interval = usual(at: now).interval
            return plan(interval, .held(interval), now, random)
        case .failed(let failures):
            let wait = backOff(failures, at: now)
            return plan(wait, .backOff(failures: failures, wait), now, random)
        case .toldToWait(let told, let failures):
            let wait = backOff(failures, at: now)
            return told > wait
                ? plan(told, .retryAfter(told), now, random)
                : plan(wait, .backOff(failures: failures, wait), now, random)
        }
    }

    /// The wait after a notification whose change is not visible yet: growing waits for a quarter of an hour, since
    /// some servers show the change only later.
    private func waitAfterWord(at now: Timestamp) -> Duration? {
        guard let toldAt, toldAt <= now, now - toldAt < .minutes(15) else { return nil }
        return max(now - toldAt, .seconds(10), min(hints?.fresh ?? .zero, CacheHints.mostFresh))
    }

    /// The interval without failures, and the reason for it.
    package func usual(at now: Timestamp) -> (interval: Duration, reason: PollReason) {
        var (interval, reason) = own(at: now)
        func atLeast(_ bound: Duration?, _ because: (Duration) -> PollReason) {
            guard let bound, bound > interval else { return }
            (interval, reason) = (bound, because(bound))
        }
        if self.interval == .auto {
            atLeast((rhythm?.minimumInterval).map { min($0, Self.longest) }, PollReason.feedInterval)
            atLeast(lease?.pollInterval(usual: interval, at: now), PollReason.hub)
            if hints?.hasValidators == false { atLeast(Self.shortestWithoutValidators, PollReason.noValidators) }
        }
        atLeast((hints?.fresh).map { min($0, CacheHints.mostFresh) }, PollReason.serverFresh)
        return (interval, reason)
    }

    /// The interval without the wishes of the feed and its server.
    private func own(at now: Timestamp) -> (Duration, PollReason) {
        switch interval {
        case .every(let duration): return (duration, .every(duration))
        case .auto:
            let silence = changeRate.silence(at: now)
            // The interval grows with the time since the last change: after eight days it is a day. A feed without a
            // change for a day is polled less than hourly.
            let drowsy = min(silence / 8, Self.longest)
            let awake =
                changeRate.usualGap.map { max(Self.shortestAuto, min($0 / 2, Self.longest)) } ?? PollInterval.untilKnown
            if drowsy > awake { return (drowsy, .quiet(silence: silence, drowsy)) }
            return (awake, changeRate.usualGap.map { .pace(gap: $0, awake) } ?? .untilKnown(awake))
        }
    }

    /// The interval doubled for each failure after the first, up to a day; never shorter than the interval.
    private func backOff(_ failures: Int, at now: Timestamp) -> Duration {
        let interval = own(at: now).0
        return max(interval, Backoff(first: interval, longest: Self.longest).wait(after: failures))
    }

    /// Plans a poll after a wait, with a random delay of up to a tenth, so that sources added together are not always
    /// polled together.
    private func plan(_ wait: Duration, _ reason: PollReason, _ now: Timestamp, _ random: Double) -> PlannedPoll {
        let at = now + wait + Self.jitter(wait, random)
        guard let rhythm, rhythm.skips(at) else { return PlannedPoll(at: at, reason: reason) }
        // Other feed readers begin at the full hour, too, so the delay is random.
        let allowed = rhythm.firstAllowed(from: at) + Self.jitter(.hours(1), random)
        return PlannedPoll(at: allowed, reason: .feedSkips)
    }

    private static func jitter(_ wait: Duration, _ random: Double) -> Duration {
        .milliseconds(Int64(Double(wait.milliseconds) * 0.1 * min(max(random, 0), 1)))
    }
}
