package import CampaignModel

/// Who of those that are due may be asked now, over all servers: each server in its own turn, so that the many sources of
/// one keep nobody else waiting.
///
/// Like ``HostQueue`` it waits for nothing and starts nothing.
package struct PollQueue: Sendable {
    /// What to do now.
    package enum Step: Sendable, Hashable {
        /// The source's request begins now; ``end(_:at:)`` is to follow.
        case start(SourceID)
        /// Their host wants to be left alone for longer than anybody should wait in line: they are out of it.
        case postpone([SourceID], until: Timestamp)
        /// No host may be asked before; ask again then.
        case wait(until: Timestamp)
        /// Nothing to do before a source comes or ends.
        case idle
    }

    /// Who would wait longer comes back another time.
    package static var patience: Duration { .minutes(1) }

    /// A host and its queue; found by number, for a host's name is long to look for.
    private struct Place {
        let host: HostKey
        var queue: HostQueue
        /// Whether it is in ``ready`` or ``later``.
        var isListed = false
    }

    private let newHost: @Sendable (HostKey) -> HostQueue
    private var places: [Place?] = []
    private var freePlaces: [Int] = []
    private var placeOfHost: [HostKey: Int] = [:]
    private var placeOfSource: [SourceID: Int] = [:]
    /// What is no server's, such as a file.
    private var free = FIFOQueue<SourceID>()
    /// Places of hosts where somebody may be startable.
    private var ready = FIFOQueue<Int>()
    /// Those of hosts where somebody is by the clock, the earliest last.
    private var later: [(at: Timestamp, place: Int)] = []
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
        guard placeOfSource[source] == nil else { return }
        let place = placeOfHost[host] ?? newPlace(host)
        placeOfSource[source] = place
        places[place]?.queue.add(source)
        list(place)
    }

    /// Its request ended.
    package mutating func end(_ source: SourceID, at now: Timestamp) {
        guard let place = placeOfSource.removeValue(forKey: source) else { return }
        places[place]?.queue.end(source)
        if places[place]?.isListed == false, places[place]?.queue.isSpent(at: now) == true {
            forget(place)
        } else {
            list(place)
        }
    }

    private mutating func newPlace(_ host: HostKey) -> Int {
        let new = Place(host: host, queue: newHost(host))
        let place = freePlaces.popLast() ?? places.count
        if place == places.count { places.append(new) } else { places[place] = new }
        placeOfHost[host] = place
        return place
    }

    private mutating func forget(_ place: Int) {
        guard let host = places[place]?.host else { return }
        places[place] = nil
        placeOfHost[host] = nil
        freePlaces.append(place)
    }

    private mutating func list(_ place: Int) {
        guard places[place]?.isListed == false else { return }
        places[place]?.isListed = true
        ready.append(place)
    }

    /// What is to be done now. A start is counted at once; call again until there is nothing to do.
    ///
    /// - Parameters:
    ///   - now: The time.
    ///   - rests: Which servers want to be left alone.
    /// - Returns: The next step.
    package mutating func next(at now: Timestamp, rests: HostBackoffs = HostBackoffs()) -> Step {
        if let source = free.popFirst() { return .start(source) }
        let isSetBack = lastNow.map { now < $0 } ?? false
        lastNow = now
        while let first = later.last, first.at <= now || isSetBack {
            later.removeLast()
            ready.append(first.place)
        }
        while let place = ready.popFirst() {
            let rest = rests.isEmpty ? nil : places[place].flatMap { rests.end(of: $0.host, at: now) }
            switch places[place]?.queue.next(at: now, notBefore: rest) ?? .idle {
            case .start(let source):
                ready.append(place)
                return .start(source)
            case .wait(let until):
                guard rest == nil || until - now <= Self.patience else {
                    places[place]?.isListed = false
                    let sources = places[place]?.queue.removeWaiting() ?? []
                    for source in sources { placeOfSource[source] = nil }
                    return .postpone(sources, until: until)
                }
                let index = later.firstIndex { $0.at <= until } ?? later.endIndex
                later.insert((until, place), at: index)
            case .idle:
                places[place]?.isListed = false
                if places[place]?.queue.isSpent(at: now) == true { forget(place) }
            }
        }
        return later.last.map { .wait(until: $0.at) } ?? .idle
    }
}
