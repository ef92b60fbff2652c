package import CampaignModel

/// The queue of sources that wait for one host, first come, first served. Limits the requests at once and the gap
/// between two starts, and starts none during a pause of the host. ``PollQueue`` has one for each host.
///
/// A pure state machine: the caller calls ``next(at:notBefore:)`` after each event, and again at the returned time.
package struct HostQueue: Sendable {
    /// The next step for the caller.
    package enum Step: Sendable, Hashable {
        /// Start the source's request now, and call ``end(_:)`` after it.
        case start(SourceID)
        /// No request may start before that time; call again then.
        case wait(until: Timestamp)
        /// Nothing to do until a source is added or ends.
        case idle
    }

    /// Most requests at once.
    package let connections: Int
    /// Least time between two starts.
    package let gap: Duration
    private var waiting = FIFOQueue<SourceID>()
    private var running: [SourceID] = []
    private var lastStartAt: Timestamp?

    /// - Parameters:
    ///   - connections: Most requests at once; at least one.
    ///   - gap: Least time between two starts.
    package init(connections: Int = 2, gap: Duration = .seconds(1)) {
        self.connections = max(1, connections)
        self.gap = max(.zero, gap)
    }

    /// - Parameters:
    ///   - host: The host; this machine itself needs no gap.
    ///   - connections: Most requests at once.
    ///   - isAllowed: Whether the owner allows requests as fast as the host answers.
    package init(for host: HostKey, connections: Int = 2, isAllowed: Bool = false) {
        self.init(connections: connections, gap: host.isLoopback || isAllowed ? .zero : .seconds(1))
    }

    /// Whether the queue can be dropped: no source waits or runs, and the gap is over.
    package func isSpent(at now: Timestamp) -> Bool {
        waiting.isEmpty && running.isEmpty && (lastStartAt.map { $0 + gap <= now } ?? true)
    }

    /// Appends a source. The caller must not add a source twice.
    package mutating func add(_ source: SourceID) { waiting.append(source) }

    /// Records the end of a source's request.
    package mutating func end(_ source: SourceID) { running.removeAll { $0 == source } }

    /// Removes and returns the waiting sources, to be postponed.
    package mutating func removeWaiting() -> [SourceID] { waiting.removeAll() }

    /// Takes the next step. A start counts at once; call again until the step is no start.
    ///
    /// - Parameters:
    ///   - now: The present time.
    ///   - notBefore: End of the host's pause; nil for none.
    /// - Returns: The next step.
    package mutating func next(at now: Timestamp, notBefore: Timestamp? = nil) -> Step {
        guard let first = waiting.first, running.count < connections else { return .idle }
        // After a clock was set back, the last start may lie in the future: no wait is longer than one that begins now.
        if let last = lastStartAt, last > now { lastStartAt = now }
        let earliest = max(lastStartAt.map { $0 + gap } ?? now, notBefore ?? now)
        guard earliest <= now else { return .wait(until: earliest) }
        _ = waiting.popFirst()
        running.append(first)
        lastStartAt = now
        return .start(first)
    }
}
