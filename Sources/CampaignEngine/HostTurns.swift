import CampaignModel
import CampaignPlanning

/// A host wants to be left alone for longer than anybody should wait in line.
struct HostRests: Error {
    var until: Timestamp
}

/// Whose turn it is to ask a host: a few at once, a second apart, and nobody while the host wants to be left alone.
actor HostTurns {
    /// Who waits longer comes back another time.
    private static let patience = Duration.minutes(1)

    private let time: any TimeSource
    private let connections: Int
    /// Hosts that the owner allows to be asked as fast as they answer.
    private let isAllowed: @Sendable (HostKey) -> Bool
    private var queues: [HostKey: HostQueue<UInt64>] = [:]
    private var granted: Set<UInt64> = []
    private var waiting: [HostKey: [UInt64: CheckedContinuation<Void, Never>]] = [:]
    private var lastTicket: UInt64 = 0
    private var lastRestEnd = Timestamp(seconds: 0)
    /// When a host's certificate was last asked for, and when it ends.
    private var certificates: [HostKey: (askedAt: Timestamp, endsAt: Timestamp?)] = [:]

    init(time: any TimeSource, connections: Int, isAllowed: @escaping @Sendable (HostKey) -> Bool) {
        self.time = time
        self.connections = connections
        self.isAllowed = isAllowed
    }

    /// Until when a host wants to be left alone; nil for one that may be asked.
    func rest(of host: HostKey) -> Timestamp? {
        guard let end = queues[host]?.notBefore, end > time.now() else { return nil }
        return end
    }

    var isAnyResting: Bool { lastRestEnd > time.now() }

    /// A host said `Retry-After`.
    func rest(of host: HostKey, for wait: Duration) {
        queues[host, default: newQueue(for: host)].rest(for: wait, from: time.now())
        lastRestEnd = max(lastRestEnd, queues[host]?.notBefore ?? lastRestEnd)
    }

    /// Whether to look at a host's certificate with the next request: once a day for all its sources, for it takes a
    /// connection of its own.
    func looksAtCertificate(of host: HostKey) -> Bool {
        let now = time.now()
        if let last = certificates[host], now - last.askedAt < .hours(24), last.askedAt <= now { return false }
        certificates[host] = (now, certificates[host]?.endsAt)
        return true
    }

    func note(certificateEnd: Timestamp, of host: HostKey) { certificates[host] = (time.now(), certificateEnd) }

    /// When a host's certificate ends, if that was seen.
    func certificateEnd(of host: HostKey) -> Timestamp? { certificates[host]?.endsAt }

    /// Does something when it is the caller's turn.
    ///
    /// - Throws: ``HostRests`` when that takes too long, `CancellationError` when the caller gave up waiting, and what the
    ///   body throws.
    nonisolated func taking<Value: Sendable>(
        _ host: HostKey?, _ body: () async throws -> Value
    ) async throws -> Value {
        guard let host else { return try await body() }
        let ticket = await newTicket(for: host)
        do {
            try await turn(of: ticket, at: host)
            let value = try await body()
            await end(ticket, at: host)
            return value
        } catch {
            await end(ticket, at: host)
            throw error
        }
    }

    private func newQueue(for host: HostKey) -> HostQueue<UInt64> {
        HostQueue(for: host, connections: connections, isAllowed: isAllowed(host))
    }

    private func newTicket(for host: HostKey) -> UInt64 {
        lastTicket += 1
        queues[host, default: newQueue(for: host)].add(lastTicket)
        return lastTicket
    }

    private func turn(of ticket: UInt64, at host: HostKey) async throws {
        while true {
            try Task.checkCancellation()
            if let rest = rest(of: host), rest - time.now() > Self.patience { throw HostRests(until: rest) }
            let until = advance(host)
            if granted.remove(ticket) != nil { return }
            if let until {
                try await time.sleep(for: max(.milliseconds(1), until - time.now()))
            } else {
                await withTaskCancellationHandler {
                    await withCheckedContinuation { continuation in
                        if Task.isCancelled {
                            continuation.resume()
                        } else {
                            waiting[host, default: [:]][ticket] = continuation
                        }
                    }
                } onCancel: {
                    Task { await self.wake(ticket, at: host) }
                }
            }
        }
    }

    private func wake(_ ticket: UInt64, at host: HostKey) {
        waiting[host]?.removeValue(forKey: ticket)?.resume()
        if waiting[host]?.isEmpty == true { waiting[host] = nil }
    }

    /// Gives turns to those who may have one now.
    ///
    /// - Returns: When there is one next by the clock; nil when first another has to end.
    private func advance(_ host: HostKey) -> Timestamp? {
        let now = time.now()
        while true {
            switch queues[host]?.next(at: now) ?? .idle {
            case .start(let ticket):
                granted.insert(ticket)
                wake(ticket, at: host)
            case .wait(let until): return until
            case .idle: return nil
            }
        }
    }

    private func end(_ ticket: UInt64, at host: HostKey) {
        granted.remove(ticket)
        queues[host]?.end(ticket)
        // Those who wait for the clock look for themselves; one of the others is woken to do so.
        if advance(host) != nil, let next = waiting[host]?.keys.min() { wake(next, at: host) }
        // Nobody waits in line while the host rests.
        if rest(of: host) != nil { for other in Array((waiting[host] ?? [:]).keys) { wake(other, at: host) } }
        if queues[host]?.isSpent(at: time.now()) == true { queues[host] = nil }
    }
}
