package import CampaignModel

/// Who may ask one server now: a few at once, not all in the same moment, and nobody while the server wants to be left
/// alone. First come, first served. ``PollQueue`` has one for each server.
///
/// It waits for nothing and starts nothing: whoever drives it calls ``next(at:)`` after each event, and again at the
/// moment that it names.
package struct HostQueue: Sendable {
    /// What to do now.
    package enum Step: Sendable, Hashable {
        /// The source's request begins now; ``end(_:)`` is to follow.
        case start(SourceID)
        /// Nobody may begin before; ask again then.
        case wait(until: Timestamp)
        /// Nothing to do before a source comes or ends.
        case idle
    }

    /// At most so many requests at once.
    package let connections: Int
    /// Between the starts of two.
    package let gap: Duration
    private var waiting = FIFOQueue<SourceID>()
    private var running: [SourceID] = []
    private var lastStartAt: Timestamp?

    /// - Parameters:
    ///   - connections: At most so many at once; at least one.
    ///   - gap: Between two starts.
    package init(connections: Int = 2, gap: Duration = .seconds(1)) {
        self.connections = max(1, connections)
        self.gap = max(.zero, gap)
    }

    /// - Parameters:
    ///   - host: The one to be asked; the machine itself needs no gap.
    ///   - connections: At most so many at once.
    ///   - isAllowed: The owner allows to ask it as fast as it answers.
    package init(for host: HostKey, connections: Int = 2, isAllowed: Bool = false) {
        self.init(connections: connections, gap: host.isLoopback || isAllowed ? .zero : .seconds(1))
    }

    /// Whether it may be forgotten: nothing goes on, and nothing that it knows matters any more.
    package func isSpent(at now: Timestamp) -> Bool {
        waiting.isEmpty && running.isEmpty && (lastStartAt.map { $0 + gap <= now } ?? true)
    }

    /// Puts a source behind all others. Whoever calls this sees to it that none is there twice.
    package mutating func add(_ source: SourceID) { waiting.append(source) }

    /// Its request ended.
    package mutating func end(_ source: SourceID) { running.removeAll { $0 == source } }

    /// Those that wait go away, to come back another time.
    package mutating func removeWaiting() -> [SourceID] { waiting.removeAll() }

    /// What is to be done now. A start is counted at once; call again until it is no start.
    ///
    /// - Parameters:
    ///   - now: The time.
    ///   - notBefore: Until then the server wants to be left alone.
    /// - Returns: The next step.
    package mutating func next(at now: Timestamp, notBefore: Timestamp? = nil) -> Step {
        guard let first = waiting.first, running.count < connections else { return .idle }
        // With a clock that was set back, the past may lie in the future: no wait is longer than one that begins now.
        if let last = lastStartAt, last > now { lastStartAt = now }
        let earliest = max(lastStartAt.map { $0 + gap } ?? now, notBefore ?? now)
        guard earliest <= now else { return .wait(until: earliest) }
        _ = waiting.popFirst()
        running.append(first)
        lastStartAt = now
        return .start(first)
    }
}
