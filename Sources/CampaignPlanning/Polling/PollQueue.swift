package import CampaignModel

/// The queue of due sources over all hosts. Each host has its own ``HostQueue``, so that the many sources of one host
/// delay no other.
///
/// A pure state machine like ``HostQueue``.
package struct PollQueue: Sendable {
    /// The next step for the caller.
    package enum Step: Sendable, Hashable {
        /// Start the source's request now, and call ``end(_:at:)`` after it.
        case start(SourceID)
        /// Postpone these sources, whose host's pause is too long to wait in the queue; they are removed from it.
        case postpone([SourceID], until: Timestamp)
        /// No request may start before that time; call again then.
        case wait(until: Timestamp)
        /// Nothing to do until a source is added or ends.
        case idle
    }

    /// Longest wait in the queue for a host's pause; sources that would wait longer are postponed.
    package static var patience: Duration { .minutes(1) }

    /// A host and its queue, referred to by index, which is faster than by the host's name.
    private struct Place {
        let host: HostKey
        var queue: HostQueue
        /// Whether the place is in ``ready`` or ``later``.
        var isListed = false
    }

    private let newHost: @Sendable (HostKey) -> HostQueue
    private var places: [Place?] = []
    private var freePlaces: [Int] = []
    private var placeOfHost: [HostKey: Int] = [:]
    private var placeOfSource: [SourceID: Int] = [:]
    /// Sources without a host, such as files.
    private var free = FIFOQueue<SourceID>()
    /// Places of hosts with a source that may be able to start.
    private var ready = FIFOQueue<Int>()
    /// Places of hosts with a source that can start at that time, the earliest last.
    private var later: [(at: Timestamp, place: Int)] = []
    private var lastNow: Timestamp?

    /// - Parameter newHost: Creates the queue of a host.
    package init(_ newHost: @escaping @Sendable (HostKey) -> HostQueue) { self.newHost = newHost }

    /// Adds a source; one that is queued already keeps its place.
    ///
    /// - Parameters:
    ///   - source: The due source.
    ///   - host: The host to request; nil for a source without limits.
    package mutating func add(_ source: SourceID, at host: HostKey?) {
        guard let host else { return free.append(source) }
        guard placeOfSource[source] == nil else { return }
        let place = placeOfHost[host] ?? newPlace(host)
        placeOfSource[source] = place
        places[place]?.queue.add(source)
        list(place)
    }

    /// Records the end of a source's request.
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

    /// Takes the next step. A start counts at once; call again until there is nothing to do.
    ///
    /// - Parameters:
    ///   - now: The present time.
    ///   - rests: The pauses of hosts.
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
