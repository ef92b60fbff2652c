import CampaignModel
import CampaignPlanning
import Testing

@Suite struct PollScheduleTests {
    /// 2026-11-22T09:00:00Z, a Sunday.
    private static let now = Timestamp(seconds: 1_795_338_000)

    private func wait(
        _ schedule: PollSchedule, after outcome: PollOutcome = .unchanged, random: Double = 0
    ) -> (Duration?, PollReason.Code) {
        let planned = schedule.next(after: outcome, now: Self.now, random: random)
        return (planned.at.map { $0 - Self.now }, planned.reason.code)
    }

    private func pace(_ gap: Duration?, silent: Duration = .zero) -> ChangeRate {
        ChangeRate(usualGap: gap, lastChangeAt: Self.now - silent)
    }

    // MARK: The owner's interval

    @Test(arguments: [PollOutcome.changed, .unchanged])
    func `an interval of the owner is kept to`(outcome: PollOutcome) {
        #expect(wait(PollSchedule(interval: .every(.minutes(10))), after: outcome) == (.minutes(10), .every))
    }

    @Test func `an interval of the owner is obeyed whatever the feed's own rhythm and pace`() {
        let schedule = PollSchedule(
            interval: .every(.minutes(1)), rhythm: FeedRhythm(minimumInterval: .days(1)),
            changeRate: pace(.days(30), silent: .days(90)), hints: CacheHints(hasValidators: false))
        #expect(wait(schedule) == (.minutes(1), .every))
    }

    @Test func `what the server says is fresh is not asked for even if the owner says so`() {
        let schedule = PollSchedule(interval: .every(.minutes(10)), hints: CacheHints(fresh: .hours(2)))
        #expect(wait(schedule) == (.hours(2), .serverFresh))
    }

    @Test func `no hint about freshness delays a poll beyond a day`() {
        let schedule = PollSchedule(
            interval: .auto, rhythm: FeedRhythm(minimumInterval: .days(30)),
            hints: CacheHints(fresh: .days(365)))
        #expect(wait(schedule).0 == .hours(24))
    }

    @Test func `an interval of the owner beyond a day stays`() {
        #expect(wait(PollSchedule(interval: .every(.days(7)))) == (.days(7), .every))
    }

    // MARK: Auto

    @Test func `nothing known is every half hour`() {
        #expect(wait(PollSchedule(interval: .auto)) == (.minutes(30), .untilKnown))
    }

    @Test(arguments: [
        (Duration.hours(2), Duration.hours(1)), (.hours(1), .minutes(30)), (.minutes(10), .minutes(5)),
        (.seconds(1), .minutes(5)), (.hours(48), .hours(24)), (.days(30), .hours(24)),
    ])
    func `a feed is looked at twice in its usual gap, from five minutes to a day`(gap: Duration, interval: Duration) {
        #expect(wait(PollSchedule(interval: .auto, changeRate: pace(gap))) == (interval, .pace))
    }

    @Test(arguments: [
        (Duration.hours(4), Duration.minutes(30), PollReason.Code.pace), (.hours(16), .hours(2), .quiet),
        (.days(1), .hours(3), .quiet), (.days(4), .hours(12), .quiet), (.days(8), .hours(24), .quiet),
        (.days(800), .hours(24), .quiet),
    ])
    func `a silent feed slowly falls asleep`(silence: Duration, interval: Duration, code: PollReason.Code) {
        #expect(wait(PollSchedule(interval: .auto, changeRate: pace(.hours(1), silent: silence))) == (interval, code))
    }

    @Test func `a feed that never changed falls asleep too`() {
        #expect(wait(PollSchedule(interval: .auto, changeRate: pace(nil, silent: .days(4)))) == (.hours(12), .quiet))
    }

    @Test func `a change wakes a feed up`() {
        var awake = pace(.hours(1), silent: .days(8))
        awake.note(Self.now)
        #expect((wait(PollSchedule(interval: .auto, changeRate: awake), after: .changed).0 ?? .zero) < .hours(1))
    }

    @Test func `auto keeps to the interval that the feed asks for`() {
        let schedule = PollSchedule(
            interval: .auto, rhythm: FeedRhythm(minimumInterval: .hours(3)), changeRate: pace(.hours(1)))
        #expect(wait(schedule) == (.hours(3), .feedInterval))
    }

    @Test func `an interval of the feed that is shorter changes nothing`() {
        let schedule = PollSchedule(
            interval: .auto, rhythm: FeedRhythm(minimumInterval: .minutes(1)), changeRate: pace(.hours(2)))
        #expect(wait(schedule) == (.hours(1), .pace))
    }

    @Test func `without validators auto is hourly at most`() {
        let hints = CacheHints(hasValidators: false)
        #expect(
            wait(PollSchedule(interval: .auto, changeRate: pace(.minutes(10)), hints: hints)) == (
                .hours(1), .noValidators
            ))
        #expect(wait(PollSchedule(interval: .auto, changeRate: pace(.hours(8)), hints: hints)) == (.hours(4), .pace))
    }

    @Test func `while a hub tells of changes auto looks rarely, and the owner's interval stays`() {
        let lease = WebSubLease(verifiedAt: Self.now - .days(1), lease: .days(10))
        let over = WebSubLease(verifiedAt: Self.now - .days(10), lease: .days(10))
        #expect(wait(PollSchedule(interval: .auto, changeRate: pace(.hours(1)), lease: lease)) == (.hours(6), .hub))
        #expect(wait(PollSchedule(interval: .auto, changeRate: pace(.hours(1)), lease: over)) == (.minutes(30), .pace))
        #expect(wait(PollSchedule(interval: .every(.minutes(10)), lease: lease)) == (.minutes(10), .every))
    }

    @Test func `of all bounds the longest counts`() {
        let schedule = PollSchedule(
            interval: .auto, rhythm: FeedRhythm(minimumInterval: .hours(2)), changeRate: pace(.minutes(10)),
            hints: CacheHints(fresh: .hours(5), hasValidators: false))
        #expect(wait(schedule) == (.hours(5), .serverFresh))
    }

    // MARK: Hours and days to skip

    @Test(arguments: [PollInterval.auto, .every(.minutes(30))], [PollOutcome.unchanged, .failed(inARow: 1)])
    func `a poll in hours to skip moves to the first allowed moment`(interval: PollInterval, outcome: PollOutcome) {
        let schedule = PollSchedule(interval: interval, rhythm: FeedRhythm(skipHours: [9, 10, 11]))
        #expect(wait(schedule, after: outcome) == (.hours(3), .feedSkips))
    }

    @Test func `days to skip are GMT's and the poll comes within their end's first minutes`() {
        let schedule = PollSchedule(interval: .every(.minutes(30)), rhythm: FeedRhythm(skipDays: [.sunday, .monday]))
        #expect(wait(schedule) == (.hours(39), .feedSkips))
        #expect((wait(schedule, random: 0.999).0 ?? .zero) < .hours(39) + .minutes(6))
    }

    // MARK: Jitter

    @Test(arguments: [
        PollOutcome.unchanged, .changed, .held, .failed(inARow: 3), .toldToWait(.hours(9), inARow: 1),
    ])
    func `jitter makes a poll up to a tenth later and never earlier`(outcome: PollOutcome) throws {
        let schedule = PollSchedule(interval: .every(.minutes(10)))
        let earliest = try #require(wait(schedule, after: outcome).0)
        for random in [0.0, 0.1, 0.5, 0.999_999] {
            let later = try #require(wait(schedule, after: outcome, random: random).0)
            #expect(later >= earliest && later.milliseconds * 10 <= earliest.milliseconds * 11)
        }
        #expect(wait(schedule, after: outcome, random: 0.5).0 == earliest + earliest / 20)
    }

    // MARK: Failures

    @Test(arguments: [
        (1, Duration.minutes(10)), (2, .minutes(20)), (3, .minutes(40)), (8, .minutes(1280)), (9, .hours(24)),
        (1_000_000, .hours(24)), (0, .minutes(10)), (-1, .minutes(10)),
    ])
    func `the wait doubles with each failure up to a day`(failures: Int, expected: Duration) {
        let schedule = PollSchedule(interval: .every(.minutes(10)))
        #expect(wait(schedule, after: .failed(inARow: failures)) == (expected, .backOff))
    }

    @Test func `a failure never makes a rare source more frequent`() {
        #expect(wait(PollSchedule(interval: .every(.days(7))), after: .failed(inARow: 5)).0 == .days(7))
    }

    @Test func `a failure is not waited for as long as the last good answer was fresh`() {
        let schedule = PollSchedule(interval: .every(.minutes(10)), hints: CacheHints(fresh: .hours(24)))
        #expect(wait(schedule, after: .failed(inARow: 1)).0 == .minutes(10))
    }

    @Test func `a server that asks for rest gets it`() {
        let schedule = PollSchedule(interval: .every(.minutes(10)))
        #expect(wait(schedule, after: .toldToWait(.days(2), inARow: 1)) == (.days(2), .retryAfter))
    }

    @Test func `a short rest is no reason for a quick retry`() {
        let schedule = PollSchedule(interval: .every(.minutes(10)))
        #expect(wait(schedule, after: .toldToWait(.seconds(1), inARow: 3)) == (.minutes(40), .backOff))
    }

    @Test func `what is gone for good is not looked at`() {
        #expect(wait(PollSchedule(interval: .auto), after: .gone) == (nil, .gone))
    }

    @Test func `what is held is looked at as ever`() {
        #expect(wait(PollSchedule(interval: .every(.hours(1))), after: .held) == (.hours(1), .held))
    }

    // MARK: Reasons

    @Test func `each reason is one sentence with plain lengths of time`() {
        func sentence(_ schedule: PollSchedule, _ outcome: PollOutcome = .unchanged) -> String {
            schedule.next(after: outcome, now: Self.now, random: 0).reason.sentence
        }
        #expect(
            sentence(PollSchedule(interval: .every(.minutes(10))))
                == "It is looked at every 10 minutes, as is set for it.")
        #expect(
            sentence(PollSchedule(interval: .auto, changeRate: pace(.days(1))))
                == "It changes about every day, so it is looked at every 12 hours.")
        #expect(
            sentence(PollSchedule(interval: .every(.minutes(10))), .failed(inARow: 3))
                == "It failed 3 times in a row and is tried again after 40 minutes.")
        #expect(
            sentence(PollSchedule(interval: .auto), .toldToWait(.hours(1), inARow: 1))
                == "The server asks not to be asked for 1 hour.")
    }

    @Test(arguments: [
        (Duration.seconds(1), "1 second"), (.seconds(59), "59 seconds"), (.seconds(60), "1 minute"),
        (.seconds(90), "90 seconds"), (.minutes(90), "90 minutes"), (.hours(1), "1 hour"), (.hours(36), "36 hours"),
        (.days(1), "1 day"), (.days(9), "9 days"), (.zero, "0 seconds"), (.seconds(-5), "0 seconds"),
    ])
    func `lengths of time are said in one unit`(duration: Duration, words: String) {
        #expect(duration.inWords == words)
    }
}
