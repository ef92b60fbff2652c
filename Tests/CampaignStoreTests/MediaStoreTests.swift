import CampaignModel
import TestSupport
import Testing

@testable import CampaignStore

@Suite(.everyDatabase) struct MediaStoreTests {
    private static let now = StoreBench.now
    private static let media = Media(.image, .address("https://e.com/1.jpg"))

    private func bench() async throws -> (StoreBench, MediaKey) {
        let bench = try await StoreBench()
        let content = try await bench.provision()
        return (bench, MediaKey(Self.media, on: content.channels[0].id))
    }

    @Test func `an id is remembered as long as it lives`() async throws {
        let (bench, key) = try await bench()
        #expect(try await bench.store.mediaID(key, now: Self.now) == nil)
        try await bench.store.remember("A", for: key, life: .days(1), now: Self.now)
        try await bench.store.remember("B", for: key, life: .days(1), now: Self.now)
        #expect(try await bench.store.mediaID(key, now: Self.now + .hours(23)) == "B")
        #expect(try await bench.store.mediaID(key, now: Self.now + .days(1)) == nil)
        var other = key
        other.kind = .file
        #expect(try await bench.store.mediaID(other, now: Self.now) == nil)
        try await bench.store.remember("C", for: other, life: nil, now: Self.now + .days(2))
        #expect(try await bench.texts("SELECT platform_id FROM media") == ["C"], "what has ended is gone")
        #expect(try await bench.store.mediaID(other, now: Self.now + .days(5000)) == "C")
    }

    @Test func `an id that is refused is forgotten, and a newer one is not`() async throws {
        let (bench, key) = try await bench()
        try await bench.store.remember("A", for: key, life: nil, now: Self.now)
        try await bench.store.forget("older", for: key)
        #expect(try await bench.store.mediaID(key, now: Self.now) == "A")
        try await bench.store.forget("A", for: key)
        #expect(try await bench.store.mediaID(key, now: Self.now) == nil)
    }

    @Test func `a part that is done with is not begun again`() async throws {
        let outbox = try await OutboxBench()
        let delivery = try await outbox.claimed()
        let attempt = try #require(try await outbox.store.beginSending(delivery, part: 0, of: 2, now: Self.now).attempt)
        try await outbox.store.finish(delivery, attempt: attempt, as: .partSent(messageID: "1"), now: Self.now)
        #expect(try await outbox.store.beginSending(delivery, part: 0, of: 2, after: 1, now: Self.now).attempt == nil)
        #expect(try await outbox.store.beginSending(delivery, part: 1, of: 2, after: 1, now: Self.now).attempt == 2)
    }

    @Test func `the lease lasts as long as the request may take`() async throws {
        let outbox = try await OutboxBench()
        let delivery = try await outbox.claimed()
        _ = try await outbox.store.beginSending(delivery, part: 0, of: 2, now: Self.now, until: Self.now + .minutes(5))
        let early = Self.now + .minutes(4)
        _ = try await outbox.store.tidyOutbox(leasesUntil: early, windowOpenedAfter: Self.now, now: early)
        #expect(try await outbox.bench.states() == [.sending])
    }

    @Test func `a lease is made longer as long as it lasts`() async throws {
        let outbox = try await OutboxBench()
        let delivery = try await outbox.claimed()
        let end = Self.now + .minutes(5)
        #expect(try await outbox.store.renew(delivery, until: end, now: Self.now + .seconds(59)))
        #expect(try await outbox.store.renew(delivery, until: end, now: Self.now + .minutes(4)))
        #expect(try await outbox.store.renew(delivery, until: end, now: end) == false)
    }
}
