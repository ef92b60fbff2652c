import Dispatch
import Foundation
import Synchronization

/// Threads that have a connection each and take what is to be done one after another: libpq waits for its answers, and may
/// not do so where Swift's tasks run. A thread and its connection are made when there is nobody free for what is to be done.
final class ConnectionThreads: Sendable {
    typealias Job = @Sendable (PostgresConnection) -> Void

    private struct State {
        var jobs: [Job] = []
        var threads = 0
        var free = 0
        var isClosed = false
    }

    private let address: PostgresAddress
    private let name: String
    private let most: Int
    private let trustsCallersClock: Bool
    private let state = Mutex(State())
    private let ready = DispatchSemaphore(value: 0)

    /// - Parameters:
    ///   - most: How many threads, and so connections, at most.
    ///   - name: Of the threads.
    ///   - address: Where to connect.
    ///   - trustsCallersClock: See ``PostgresConnection``.
    init(_ most: Int, name: String, _ address: PostgresAddress, trustsCallersClock: Bool = false) {
        self.trustsCallersClock = trustsCallersClock
        self.address = address
        self.name = name
        self.most = most
    }

    var isClosed: Bool { state.withLock { $0.isClosed } }

    /// Has something done; what comes after the end is done with a connection that refuses everything.
    func add(_ job: @escaping Job) {
        let (isTaken, isNew) = state.withLock { state in
            guard !state.isClosed else { return (false, false) }
            state.jobs.append(job)
            guard state.free < state.jobs.count, state.threads < most else { return (true, false) }
            state.threads += 1
            return (true, true)
        }
        guard isTaken else { return job(PostgresConnection(address, isRefused: true)) }
        if isNew {
            let thread = Thread { [self] in serve() }
            thread.name = name
            thread.start()
        }
        ready.signal()
    }

    /// What was added before is still done.
    func close() {
        let threads = state.withLock { state in
            defer { state.isClosed = true }
            return state.isClosed ? 0 : state.threads
        }
        for _ in 0..<threads { ready.signal() }
    }

    private func serve() {
        let connection = PostgresConnection(address, trustsCallersClock: trustsCallersClock)
        while true {
            state.withLock { $0.free += 1 }
            ready.wait()
            let job = state.withLock { state in
                state.free -= 1
                return state.jobs.isEmpty ? nil : state.jobs.removeFirst()
            }
            guard let job else { return }
            job(connection)
        }
    }
}
