import CampaignModel
import TestSupport
import Testing

@testable import CampaignEngine

struct SendingSlotsTests {
    private static let channels = (1...40).map { ChannelID(rawValue: $0) }

    @Test func `a channel that is alone has them all, and beside others one share is kept for the next`() {
        let alone = SendingSlots(32, channels: 1)
        alone.note(Self.channels[0], isBusy: true)
        #expect(alone.share == 32)
        let one = SendingSlots(32, channels: 40)
        one.note(Self.channels[0], isBusy: true)
        #expect(one.share == 16)
    }

    @Test func `those that send at the same time share them`() {
        let slots = SendingSlots(32, channels: 40)
        for channel in Self.channels.prefix(3) { slots.note(channel, isBusy: true) }
        #expect(slots.share == 8)
        // Its second lane makes a channel no second channel.
        slots.note(Self.channels[0], isBusy: true)
        #expect(slots.share == 8)
        for channel in Self.channels.dropFirst(3) { slots.note(channel, isBusy: true) }
        #expect(slots.share == 1)
        for channel in Self.channels { slots.note(channel, isBusy: false) }
        #expect(slots.share == 16, "one lane of one channel is left")
    }

    @Test func `no more are out than there are, replies are first, and then who asked first`() async {
        let semaphore = SendingSlots(2, channels: 1).free
        let order = LockedValue<[Int]>([])
        await semaphore.acquire()
        await semaphore.acquire(isUrgent: true)
        var tasks: [Task<Void, Never>] = []
        for number in 1...3 {
            tasks.append(
                Task {
                    await semaphore.acquire(isUrgent: number == 3)
                    order.withLock { $0.append(number) }
                })
            while semaphore.waiting < number { await Task.yield() }
        }
        #expect(order.withLock { $0 }.isEmpty)
        for (turn, number) in [3, 1, 2].enumerated() {
            semaphore.release()
            await tasks[number - 1].value
            #expect(order.withLock { $0 } == Array([3, 1, 2].prefix(turn + 1)))
        }
    }

    @Test(arguments: [1, 3]) func `over all channels no more requests are in flight than the owner wants`(
        concurrency: Int
    ) async throws {
        let inFlight = LockedValue((now: 0, most: 0))
        let channels = ["a", "b", "c"].map { SampleContent.channel($0) }
        try await withEngine(
            channels: channels, campaigns: [SampleContent.campaign(channels: ["a", "b", "c"])],
            subscribers: (1...10).map { "\($0)" }, concurrency: concurrency,
            answer: { _, index in
                inFlight.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
                // As many as may be are out before the first one is answered, and one more would have time to leave.
                while inFlight.withLock({ $0.most < concurrency }) { await Task.yield() }
                for _ in 0..<50 { await Task.yield() }
                inFlight.withLock { $0.now -= 1 }
                return .accepted(index + 1)
            }
        ) { bench in
            bench.site.publish(feed(["A"]))
            try await bench.fillOutbox()
            bench.site.publish(feed(["B", "A"]))
            try await bench.fillOutbox()
            _ = try await DeliveryRun(bench.engine, token: "test").run()
            #expect(try await bench.states() == Array(repeating: .sent, count: 30))
            #expect(inFlight.withLock { $0.most } == concurrency)
        }
    }
}
