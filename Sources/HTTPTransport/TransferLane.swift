/// How many transfers of one kind run at a time.
package struct TransferLimit: Sendable, Hashable {
    /// Over all hosts.
    package var total: Int
    /// To one host and port.
    package var perHost: Int

    package init(total: Int, perHost: Int) {
        self.total = total
        self.perHost = perHost
    }
}

/// The transfers of one kind that wait for their turn, in order of arrival. Fetching and sending have a lane each, so
/// that slow feeds never hold up messages.
///
/// They wait here rather than inside libcurl, so that their time does not run yet.
struct TransferLane {
    private let limit: TransferLimit
    /// Whether hosts have to be told apart.
    private var countsHosts: Bool { limit.perHost < limit.total }
    private var running = 0
    private var runningPerHost: [Transfer.Place: Int] = [:]
    private var waiting: [Transfer] = []

    init(_ limit: TransferLimit) {
        self.limit = TransferLimit(total: max(1, limit.total), perHost: max(1, limit.perHost))
    }

    mutating func add(_ transfer: Transfer) { waiting.append(transfer) }

    /// The next one that may start; it counts as running until `ended`.
    mutating func next() -> Transfer? {
        guard running < limit.total, !waiting.isEmpty,
            let index = countsHosts
                ? waiting.firstIndex(where: { runningPerHost[$0.place, default: 0] < limit.perHost })
                : waiting.startIndex
        else { return nil }
        let transfer = waiting.remove(at: index)
        running += 1
        if countsHosts { runningPerHost[transfer.place, default: 0] += 1 }
        return transfer
    }

    mutating func ended(_ transfer: Transfer) {
        running -= 1
        guard countsHosts else { return }
        let count = runningPerHost[transfer.place, default: 1] - 1
        runningPerHost[transfer.place] = count > 0 ? count : nil
    }

    mutating func removeWaiting(_ id: UInt64) -> Transfer? {
        guard let index = waiting.firstIndex(where: { $0.id == id }) else { return nil }
        return waiting.remove(at: index)
    }

    mutating func removeAllWaiting() -> [Transfer] {
        defer { waiting = [] }
        return waiting
    }
}
