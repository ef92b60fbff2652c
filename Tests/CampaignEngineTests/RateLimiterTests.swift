import CampaignModel
import TestSupport
import Testing

@testable import CampaignEngine

@Suite struct RateLimiterTests {
    @Test(arguments: [1.0, 7.5, 30.0]) func `no second holds more than the rate`(rate: Double) async throws {
        let time = ManualTime()
        let limiter = RateLimiter(perSecond: rate, time: time)
        var left: [UInt64] = []
        for _ in 0..<200 {
            #expect(try await limiter.wait(unless: StopSignal()))
            left.append(time.monotonicNanoseconds())
        }
        #expect(Self.most(in: left) <= Int(rate.rounded(.up)))
    }

    @Test(arguments: [7.5, 30.0, 300.0, 1000.0])
    func `timers that fire late cost no turn, and no second holds more than the rate`(rate: Double) async throws {
        let time = LateTime()
        let limiter = RateLimiter(perSecond: rate, time: time)
        let began = time.monotonicNanoseconds()
        var left: [UInt64] = []
        for _ in 0..<Int(rate * 10) {
            #expect(try await limiter.wait(unless: StopSignal()))
            #expect(await limiter.leave())
            left.append(time.monotonicNanoseconds())
        }
        #expect(Self.most(in: left) <= Int(rate.rounded(.up)))
        #expect(Double(time.monotonicNanoseconds() - began) / 1e9 < 10 / 0.98)
    }

    @Test func `many senders together keep the rate`() async throws {
        let channels = [SampleContent.channel(rate: 10)]
        try await withEngine(channels: channels, subscribers: (1...60).map { "\($0)" }, concurrency: 16) { bench in
            bench.site.publish(feed(["A"]))
            try await bench.pass()
            bench.site.publish(feed(["B", "A"]))
            bench.time.advance(by: .minutes(11))
            try await bench.fillOutbox()
            let began = bench.time.monotonicNanoseconds()
            try await bench.pass()
            // Others may move the clock before a sender writes down when it left: late, never early.
            let left = bench.sender.sent.map(\.monotonic).sorted()
            #expect(left.count == 60)
            for (index, moment) in left.enumerated() {
                #expect(moment - began >= UInt64(index / 10) * 1_000_000_000)
            }
        }
    }

    @Test func `processes that start again and again are no faster than one that runs on`() async throws {
        let time = ManualTime()
        var left: [UInt64] = []
        for _ in 0..<50 {
            let limiter = RateLimiter(perSecond: 30, time: time)
            _ = try await limiter.wait(unless: StopSignal())
            left.append(time.monotonicNanoseconds())
        }
        #expect(Self.most(in: left) <= 30)
    }

    @Test func `a pause holds for those, too, who were waiting for their turn`() async throws {
        let time = SteppedTime()
        let limiter = RateLimiter(perSecond: 1, time: time)
        async let turn = limiter.wait(unless: StopSignal())
        await time.waitForSleepers(1)
        limiter.pause(for: .seconds(4))
        // The turn that it had before the pause goes by at one second.
        for _ in 1...7 {
            time.advance(by: .milliseconds(500))
            await time.waitForSleepers(1)
        }
        time.advance(by: .milliseconds(500))
        #expect(try await turn)
        #expect(time.now() - Timestamp(seconds: 1_800_000_000) == .seconds(4))
    }

    @Test func `a long pause is not waited for`() async throws {
        let time = ManualTime()
        let limiter = RateLimiter(perSecond: 30, time: time)
        limiter.pause(for: .hours(1))
        #expect(try await limiter.wait(unless: StopSignal()) == false)
        #expect(limiter.turns(upTo: 10) == 0)
        time.advance(by: .hours(1))
        #expect(try await limiter.wait(unless: StopSignal()))
        #expect(limiter.turns(upTo: 10) == 10)
    }

    @Test func `a slow channel waits for its turn`() async throws {
        let limiter = RateLimiter(perSecond: 0.05, time: ManualTime())
        #expect(limiter.turns(upTo: 10) >= 1)
        #expect(try await limiter.wait(unless: StopSignal()))
    }

    @Test func `who is told to stop waits no longer`() async throws {
        let time = SteppedTime()
        let stop = StopSignal()
        let limiter = RateLimiter(perSecond: 0.1, time: time)
        async let turn = limiter.wait(unless: stop)
        await time.waitForSleepers(1)
        stop.raise()
        time.advance(by: .milliseconds(500))
        #expect(try await turn == false)
    }

    @Test func `without a rate nobody waits`() async throws {
        let time = ManualTime()
        let limiter = RateLimiter(perSecond: 0, time: time)
        for _ in 0..<100 { #expect(try await limiter.wait(unless: StopSignal())) }
        #expect(time.now() == ManualTime().now())
    }

    /// The most that left in any second.
    private static func most(in moments: [UInt64]) -> Int {
        let sorted = moments.sorted()
        return sorted.indices.map { first in
            sorted[first...].prefix { $0 - sorted[first] < 1_000_000_000 }.count
        }.max() ?? 0
    }
}

/// Its timers fire up to 3 ms late.
private final class LateTime: TimeSource {
    private let time = ManualTime()
    private let sleeps = LockedValue<Int64>(0)

    func now() -> Timestamp { time.now() }
    func monotonicNanoseconds() -> UInt64 { time.monotonicNanoseconds() }

    func sleep(for duration: Duration) async throws {
        let count = sleeps.withLock { count in
            count += 1
            return count
        }
        try await time.sleep(for: duration + .microseconds(count * 701 % 3000))
    }
}

@Suite struct SharedPaceTests {
    @Test(arguments: [(30.0, 2), (30, 5), (300, 3), (7.5, 2), (1, 3)])
    func `many processes together keep the rate, and use it`(rate: Double, workers: Int) async throws {
        let time = ManualTime()
        let next = LockedValue<UInt64>(0)
        let slices: RateLimiter.Slices = { length in
            next.withLock { next in
                let now = time.monotonicNanoseconds()
                let begin = max(next, now)
                next = begin + UInt64(length / .nanoseconds(1))
                return .nanoseconds(Int64(begin - now))
            }
        }
        let paces = (0..<workers).map { _ in RateLimiter(perSecond: rate, time: time, slices: slices) }
        let began = time.monotonicNanoseconds()
        var moments: [UInt64] = []
        // The clock jumps to each turn, so slices of the others that begin before it are lost; they work one after another.
        for number in 0..<Int(rate * 20) {
            let limiter = paces[number * workers / Int(rate * 20)]
            #expect(try await limiter.wait(unless: StopSignal()))
            #expect(await limiter.leave())
            moments.append(time.monotonicNanoseconds())
        }
        let most = moments.indices.map { first in
            moments[first...].prefix { $0 - moments[first] < 1_000_000_000 }.count
        }.max()
        #expect(most ?? 0 <= Int(rate.rounded(.up)))
        #expect(Double(time.monotonicNanoseconds() - began) / 1e9 < 20 * 1.03 + 3 / rate)
    }

    @Test func `nobody takes more time than they can use`() async throws {
        let taken = LockedValue<[Duration]>([])
        let slices: RateLimiter.Slices = { length in
            taken.withLock { $0.append(length) }
            return .zero
        }
        for width in [2, 100] {
            let limiter = RateLimiter(perSecond: 100 / 0.983, time: ManualTime(), slices: slices, width: { width })
            _ = try await limiter.wait(unless: StopSignal())
        }
        #expect(taken.withLock { $0 } == [.milliseconds(20), .milliseconds(200)])
    }

    @Test func `what one process has is not another's`() async throws {
        let time = ManualTime()
        let taken = LockedValue<[Duration]>([])
        let limiter = RateLimiter(perSecond: 30, time: time) { length in
            taken.withLock { $0.append(length) }
            return .milliseconds(400)
        }
        let asked = time.now()
        #expect(try await limiter.wait(unless: StopSignal()))
        #expect(time.now() - asked >= .milliseconds(400), "its slice begins behind those of the others")
        #expect(taken.withLock { $0.count } == 1)
        for _ in 0..<4 { #expect(try await limiter.wait(unless: StopSignal())) }
        #expect(taken.withLock { $0.count } == 1, "five turns of 34 ms are one slice")
        #expect(try await limiter.wait(unless: StopSignal()))
        #expect(taken.withLock { $0.count } == 2)
    }
}
