import CampaignModel
import TestSupport
import Testing

@testable import CampaignEngine

struct SendingSlotsTests {
    private static let channels = (1...40).map { ChannelID(rawValue: $0) }

    @Test func `a channel that is alone has them all, and beside others that are quiet some are kept for these`() {
        let alone = SendingSlots(32, channels: 1)
        alone.note(Self.channels[0], isBusy: true)
        #expect(alone.width == 32)
        let one = SendingSlots(32, channels: 40)
        one.note(Self.channels[0], isBusy: true)
        #expect(one.width == 24)
    }

    @Test func `those that send at the same time share them`() {
        let slots = SendingSlots(32, channels: 40)
        for channel in Self.channels.prefix(4) { slots.note(channel, isBusy: true) }
        #expect(slots.width == 8)
        // Its second lane makes a channel no second channel.
        slots.note(Self.channels[0], isBusy: true)
        #expect(slots.width == 8)
        for channel in Self.channels.dropFirst(4) { slots.note(channel, isBusy: true) }
        #expect(slots.width == 1)
        for channel in Self.channels { slots.note(channel, isBusy: false) }
        #expect(slots.width == 24, "one lane of one channel is left")
    }

    @Test func `no more are out than there are, and who asked first is first`() async {
        let slots = SendingSlots(2, channels: 1)
        let order = LockedValue<[Int]>([])
        await slots.take()
        await slots.take()
        let first = Task {
            await slots.take()
            order.withLock { $0.append(1) }
        }
        while slots.waiting < 1 { await Task.yield() }
        let second = Task {
            await slots.take()
            order.withLock { $0.append(2) }
        }
        while slots.waiting < 2 { await Task.yield() }
        #expect(order.withLock { $0 }.isEmpty)
        slots.giveBack()
        await first.value
        #expect(order.withLock { $0 } == [1])
        slots.giveBack()
        await second.value
        #expect(order.withLock { $0 } == [1, 2])
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
                for _ in 0..<20 { await Task.yield() }
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
