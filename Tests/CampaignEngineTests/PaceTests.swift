import CampaignModel
import TestSupport
import Testing

@testable import CampaignEngine

@Suite struct PaceTests {
    @Test(arguments: [1.0, 7.5, 30.0]) func `no second holds more than the rate`(rate: Double) async throws {
        let time = ManualTime()
        let pace = Pace(perSecond: rate, time: time)
        var left: [UInt64] = []
        for _ in 0..<200 {
            #expect(try await pace.wait(unless: StopSignal()))
            left.append(time.monotonicNanoseconds())
        }
        #expect(Self.most(in: left) <= Int(rate.rounded(.up)))
    }

    @Test func `many senders together keep the rate`() async throws {
        let channels = [SampleContent.channel(rate: 10)]
        try await withEngine(channels: channels, subscribers: (1...60).map { "\($0)" }, concurrency: 16) { bench in
            bench.site.publish(feed(["A"]))
            try await bench.pass()
            bench.site.publish(feed(["B", "A"]))
            try await bench.nextPass()
            #expect(bench.sender.sent.count == 60)
            #expect(Self.most(in: bench.sender.sent.map(\.monotonic)) <= 10)
        }
    }

    @Test func `processes that start again and again are no faster than one that runs on`() async throws {
        let time = ManualTime()
        var left: [UInt64] = []
        for _ in 0..<50 {
            let pace = Pace(perSecond: 30, time: time)
            _ = try await pace.wait(unless: StopSignal())
            left.append(time.monotonicNanoseconds())
        }
        #expect(Self.most(in: left) <= 30)
    }

    @Test func `a pause holds for those, too, who were waiting for their turn`() async throws {
        let time = SteppedTime()
        let pace = Pace(perSecond: 1, time: time)
        async let turn = pace.wait(unless: StopSignal())
        await time.waitForSleepers(1)
        pace.pause(for: .seconds(4))
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
        let pace = Pace(perSecond: 30, time: time)
        pace.pause(for: .hours(1))
        #expect(try await pace.wait(unless: StopSignal()) == false)
        #expect(pace.turns(upTo: 10) == 0)
        time.advance(by: .hours(1))
        #expect(try await pace.wait(unless: StopSignal()))
        #expect(pace.turns(upTo: 10) == 10)
    }

    @Test func `a slow channel waits for its turn`() async throws {
        let pace = Pace(perSecond: 0.05, time: ManualTime())
        #expect(pace.turns(upTo: 10) >= 1)
        #expect(try await pace.wait(unless: StopSignal()))
    }

    @Test func `who is told to stop waits no longer`() async throws {
        let time = SteppedTime()
        let stop = StopSignal()
        let pace = Pace(perSecond: 0.1, time: time)
        async let turn = pace.wait(unless: stop)
        await time.waitForSleepers(1)
        stop.raise()
        time.advance(by: .milliseconds(500))
        #expect(try await turn == false)
    }

    @Test func `without a rate nobody waits`() async throws {
        let time = ManualTime()
        let pace = Pace(perSecond: 0, time: time)
        for _ in 0..<100 { #expect(try await pace.wait(unless: StopSignal())) }
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
