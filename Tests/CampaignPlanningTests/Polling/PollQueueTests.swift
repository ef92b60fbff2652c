import CampaignModel
import CampaignPlanning
import Testing

@Suite struct PollQueueTests {
    private static let now = Timestamp(seconds: 1_795_338_000)

    private func queue(_ sources: [(SourceID, String)]) -> PollQueue {
        var queue = PollQueue { HostQueue(for: $0) }
        for (source, host) in sources { queue.add(source, at: HostKey("https://\(host)/feed")) }
        return queue
    }

    private func started(_ queue: inout PollQueue, at now: Timestamp, rests: HostBackoffs = HostBackoffs())
        -> [SourceID]
    {
        var started: [SourceID] = []
        while case .start(let source) = queue.next(at: now, rests: rests) { started.append(source) }
        return started
    }

    @Test func `the many sources of one host keep no other waiting`() {
        var queue = queue(
            (1...100).map { (SourceID(rawValue: $0), "big.example") } + [(101, "a.example"), (102, "b.example")])
        #expect(started(&queue, at: Self.now) == [1, 101, 102])
        #expect(queue.next(at: Self.now) == .wait(until: Self.now + .seconds(1)))
        #expect(started(&queue, at: Self.now + .seconds(1)) == [2])
    }

    @Test func `a host goes on when one of its requests ends`() {
        var queue = queue([(1, "a.example"), (2, "a.example"), (3, "a.example")])
        #expect(started(&queue, at: Self.now) == [1])
        #expect(started(&queue, at: Self.now + .seconds(1)) == [2])
        #expect(queue.next(at: Self.now + .seconds(5)) == .idle)
        queue.end(1, at: Self.now + .seconds(6))
        #expect(started(&queue, at: Self.now + .seconds(6)) == [3])
        for source: SourceID in [2, 3] { queue.end(source, at: Self.now + .seconds(7)) }
        #expect(queue.next(at: Self.now + .seconds(9)) == .idle)
    }

    @Test func `hosts are started at the earliest of their times`() {
        var queue = queue([(1, "a.example"), (2, "a.example")])
        #expect(started(&queue, at: Self.now) == [1])
        for (source, host) in [(SourceID(rawValue: 3), "b.example"), (4, "b.example"), (5, "b.example")] {
            queue.add(source, at: HostKey("https://\(host)/"))
        }
        #expect(started(&queue, at: Self.now + .milliseconds(300)) == [3])
        #expect(queue.next(at: Self.now + .milliseconds(300)) == .wait(until: Self.now + .seconds(1)))
        #expect(started(&queue, at: Self.now + .seconds(1)) == [2])
        #expect(queue.next(at: Self.now + .seconds(1)) == .wait(until: Self.now + .milliseconds(1300)))
    }

    @Test func `who waits for a host that rests for long comes back another time`() {
        var queue = queue([(1, "a.example"), (2, "a.example"), (3, "b.example")])
        var rests = HostBackoffs()
        rests.rest(HostKey("https://a.example/")!, for: .hours(2), from: Self.now)
        #expect(queue.next(at: Self.now, rests: rests) == .postpone([1, 2], until: Self.now + .hours(2)))
        #expect(started(&queue, at: Self.now, rests: rests) == [3])
        queue.add(1, at: HostKey("https://a.example/"))
        #expect(started(&queue, at: Self.now + .hours(2), rests: rests) == [1])
    }

    @Test func `a short rest is waited for`() {
        var queue = queue([(1, "a.example")])
        var rests = HostBackoffs()
        rests.rest(HostKey("https://a.example/")!, for: .seconds(30), from: Self.now)
        #expect(queue.next(at: Self.now, rests: rests) == .wait(until: Self.now + .seconds(30)))
        #expect(started(&queue, at: Self.now + .seconds(30), rests: rests) == [1])
    }

    @Test func `what needs no turn starts at once and the same source waits once`() {
        var queue = queue([(1, "a.example"), (1, "a.example")])
        for source: SourceID in [10, 11, 12, 13] { queue.add(source, at: nil) }
        #expect(started(&queue, at: Self.now) == [10, 11, 12, 13, 1])
        #expect(queue.next(at: Self.now + .hours(1)) == .idle)
    }

    @Test func `a clock that was set back makes no wait longer`() {
        var queue = queue([(1, "a.example"), (2, "a.example")])
        #expect(started(&queue, at: Self.now) == [1])
        let earlier = Self.now - .days(365)
        #expect(queue.next(at: earlier) == .wait(until: earlier + .seconds(1)))
        #expect(started(&queue, at: earlier + .seconds(1)) == [2])
    }

    @Test func `ten thousand sources over a hundred hosts are started once each`() {
        var queue = PollQueue { HostQueue(for: $0) }
        for number in Int64(0)..<10_000 {
            queue.add(SourceID(rawValue: number), at: HostKey("https://h\(number % 100).example/"))
        }
        var now = Self.now
        var seen: [SourceID] = []
        while seen.count < 10_000 {
            switch queue.next(at: now) {
            case .start(let source):
                seen.append(source)
                queue.end(source, at: now)
            case .wait(let until): now = until
            case .idle, .postpone: return #expect(Bool(false), "\(seen.count) were started")
            }
        }
        #expect(Set(seen).count == 10_000)
        #expect(now == Self.now + .seconds(99))
    }

    // MARK: Rests

    @Test func `a shorter rest does not shorten a longer one and none is longer than 31 days`() throws {
        let host = try #require(HostKey("https://a.example/"))
        var rests = HostBackoffs()
        rests.rest(host, for: .hours(1), from: Self.now)
        rests.rest(host, for: .seconds(5), from: Self.now)
        rests.rest(host, for: .seconds(-5), from: Self.now)
        #expect(rests.end(of: host, at: Self.now) == Self.now + .hours(1))
        #expect(rests.end(of: host, at: Self.now + .hours(1)) == nil)
        #expect(rests.end(of: try #require(HostKey("http://a.example/")), at: Self.now) == nil)
        rests.rest(host, for: .days(1000), from: Self.now)
        #expect(rests.end(of: host, at: Self.now) == Self.now + .days(31))
        #expect(rests.end(of: host, at: Self.now - .days(400)) == Self.now - .days(369))
    }
}
