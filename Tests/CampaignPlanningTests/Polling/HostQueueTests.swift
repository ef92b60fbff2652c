import CampaignModel
import CampaignPlanning
import Testing

@Suite struct HostQueueTests {
    private static let now = Timestamp(seconds: 1_795_338_000)

    private func queue(_ sources: ClosedRange<Int64> = 1...5, gap: Duration = .seconds(1)) -> HostQueue {
        var queue = HostQueue(gap: gap)
        for source in sources { queue.add(SourceID(rawValue: source)) }
        return queue
    }

    @Test func `the first starts at once and the second after the gap`() {
        var queue = queue()
        #expect(queue.next(at: Self.now) == .start(1))
        #expect(queue.next(at: Self.now) == .wait(until: Self.now + .seconds(1)))
        #expect(queue.next(at: Self.now + .seconds(1)) == .start(2))
    }

    @Test func `no more than two are at it at once`() {
        var queue = queue(gap: .zero)
        #expect(queue.next(at: Self.now) == .start(1))
        #expect(queue.next(at: Self.now) == .start(2))
        #expect(queue.next(at: Self.now) == .idle)
        queue.end(2)
        #expect(queue.next(at: Self.now) == .start(3))
    }

    @Test func `the gap counts from the last start even when that has ended`() {
        var queue = queue()
        _ = queue.next(at: Self.now)
        queue.end(1)
        #expect(queue.next(at: Self.now + .milliseconds(400)) == .wait(until: Self.now + .seconds(1)))
    }

    @Test func `nobody starts while the server wants to be left alone`() {
        var queue = queue()
        let rest = Self.now + .minutes(5)
        #expect(queue.next(at: Self.now, notBefore: rest) == .wait(until: rest))
        #expect(queue.next(at: rest, notBefore: rest) == .start(1))
    }

    @Test func `those that wait can be sent away`() {
        var queue = queue(gap: .zero)
        _ = queue.next(at: Self.now)
        #expect(queue.removeWaiting() == [2, 3, 4, 5])
        #expect(queue.next(at: Self.now) == .idle)
    }

    @Test func `a clock that was set back makes no wait longer`() {
        var queue = queue()
        #expect(queue.next(at: Self.now) == .start(1))
        let earlier = Self.now - .days(365)
        #expect(queue.next(at: earlier) == .wait(until: earlier + .seconds(1)))
        #expect(queue.next(at: earlier + .seconds(1)) == .start(2))
    }

    @Test func `a queue is spent when nothing of it matters any more`() {
        var queue = queue(1...1)
        #expect(!queue.isSpent(at: Self.now))
        _ = queue.next(at: Self.now)
        #expect(!queue.isSpent(at: Self.now + .hours(1)))
        queue.end(1)
        #expect(!queue.isSpent(at: Self.now + .milliseconds(999)))
        #expect(queue.isSpent(at: Self.now + .seconds(1)))
    }

    @Test func `all that was added is started once and in order`() {
        var queue = queue(1...20)
        var now = Self.now
        var started: [SourceID] = []
        for _ in 0..<200 {
            switch queue.next(at: now) {
            case .start(let source): started.append(source)
            case .wait(let until): now = until
            case .idle: for source in started { queue.end(source) }
            }
        }
        #expect(started.map(\.rawValue) == Array(1...20))
        #expect(now == Self.now + .seconds(19))
    }

    @Test(arguments: [
        ("https://example.org/", false, Duration.seconds(1)), ("https://example.org/", true, .zero),
        ("http://127.0.0.1:9/", false, .zero),
    ])
    func `only the machine itself and hosts that are allowed are asked without a gap`(
        url: String, isAllowed: Bool, gap: Duration
    ) throws {
        let queue = HostQueue(for: try #require(HostKey(url)), isAllowed: isAllowed)
        #expect(queue.gap == gap && queue.connections == 2)
    }

    // MARK: Hosts

    @Test(arguments: [
        ("https://Example.org/feed", "example.org:443"), ("http://example.org", "example.org:80"),
        ("HTTPS://example.org:8443?x", "example.org:8443"), ("http://me:p@ss@example.org./f", "example.org:80"),
        ("http://[2001:DB8::1]/f", "[2001:db8::1]:80"), ("http://[::1]:8080/f", "[::1]:8080"),
        ("https://example.org:/f", "example.org:443"), ("https://example.org\\@evil.example/", "example.org:443"),
    ])
    func `a host is its name and port in lower case`(url: String, key: String) {
        #expect(HostKey(url)?.description == key)
    }

    @Test(arguments: ["data/shop.xml", "ftp://example.org/", "https://", "https:///feed", "http://:80/", ""])
    func `what is no http address has no host`(url: String) { #expect(HostKey(url) == nil) }

    @Test(arguments: [
        ("http://127.0.0.1:9/", true), ("http://127.8.9.1/", true), ("http://localhost/", true),
        ("http://[::1]/", true),
        ("http://demo.localhost:80/", true), ("http://127.0.0.1.example.org/", false), ("http://10.0.0.1/", false),
        ("http://localhost.example/", false), ("http://127.0.0.x/", false),
    ])
    func `the machine itself is known`(url: String, isLoopback: Bool) {
        #expect(HostKey(url)?.isLoopback == isLoopback)
    }
}
