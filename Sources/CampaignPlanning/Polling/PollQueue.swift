package import CampaignModel

/// Who of those that are due may be asked now, over all servers: each server in its own turn, so that the many sources of
/// one keep nobody else waiting.
///
/// Like ``HostQueue`` it waits for nothing and starts nothing.
package struct PollQueue: Sendable {
    package enum Step: Sendable, Hashable {
        /// The source's request begins now; ``end(_:at:)`` is to follow.
        case start(SourceID)
        /// Their host wants to be left alone for longer than anybody should wait in line: they are out of it.
        case postpone([SourceID], until: Timestamp)
        case wait(until: Timestamp)
        /// Nothing to do before a source comes or ends.
        case idle
    }

    /// Who would wait longer comes back another time.
    package static var patience: Duration { .minutes(1) }

    private let newHost: @Sendable (HostKey) -> HostQueue
    private var hosts: [HostKey: HostQueue] = [:]
    private var places: [SourceID: HostKey] = [:]
    /// What is no server's, such as a file.
    private var free = Line<SourceID>()
    /// Hosts where somebody may be startable.
    private var ready = Line<HostKey>()
    /// Hosts where somebody is by the clock, the earliest last.
    private var later: [(at: Timestamp, host: HostKey)] = []
    /// Those that are in ``ready`` or ``later``.
    private var listed: Set<HostKey> = []
    private var lastNow: Timestamp?

    /// - Parameter newHost: The empty queue of a host.
    package init(_ newHost: @escaping @Sendable (HostKey) -> HostQueue) { self.newHost = newHost }

    /// Puts a source in line; one that is there already stays where it is.
    ///
    /// - Parameters:
    ///   - source: Whoever is due.
    ///   - host: The server that is to be asked; nil for what needs no turn.
    package mutating func add(_ source: SourceID, at host: HostKey?) {
        guard let host else { return free.append(source) }
        guard places[source] == nil else { return }
        places[source] = host
        hosts[host, default: newHost(host)].add(source)
        list(host)
    }

    /// Its request ended.
    package mutating func end(_ source: SourceID, at now: Timestamp) {
        guard let host = places.removeValue(forKey: source) else { return }
        hosts[host]?.end(source)
        if hosts[host]?.isSpent(at: now) == true, !listed.contains(host) { hosts[host] = nil } else { list(host) }
    }

    private mutating func list(_ host: HostKey) { if listed.insert(host).inserted { ready.append(host) } }

    /// What is to be done now. A start is counted at once; call again until there is nothing to do.
    ///
    /// - Parameters:
    ///   - now: The time.
    ///   - rests: Which servers want to be left alone.
    /// - Returns: The next step.
    package mutating func next(at now: Timestamp, rests: HostRests = HostRests()) -> Step {
        if let source = free.popFirst() { return .start(source) }
        let isSetBack = lastNow.map { now < $0 } ?? false
        lastNow = now
        while let first = later.last, first.at <= now || isSetBack {
            later.removeLast()
            ready.append(first.host)
        }
        while let host = ready.popFirst() {
            let rest = rests.end(of: host, at: now)
            switch hosts[host]?.next(at: now, notBefore: rest) ?? .idle {
            case .start(let source):
                ready.append(host)
                return .start(source)
            case .wait(let until):
                guard rest == nil || until - now <= Self.patience else {
                    listed.remove(host)
                    let sources = hosts[host]?.removeWaiting() ?? []
                    for source in sources { places[source] = nil }
                    return .postpone(sources, until: until)
                }
                let place = later.firstIndex { $0.at <= until } ?? later.endIndex
                later.insert((until, host), at: place)
            case .idle:
                listed.remove(host)
                if hosts[host]?.isSpent(at: now) == true { hosts[host] = nil }
            }
        }
        return later.last.map { .wait(until: $0.at) } ?? .idle
    }
}
