import CPostgres
import CampaignModel
import Foundation
import Synchronization

/// A connection that hears what other processes announce, on a thread of its own.
final class PostgresListener: Sendable {
    private let address: PostgresAddress
    private let isEnded = Mutex(false)

    init(_ address: PostgresAddress) { self.address = address }

    /// What is announced from now on.
    func listen() -> AsyncStream<StoreTopic> {
        // A topic that waits to be heard says the same a second time.
        AsyncStream(bufferingPolicy: .bufferingNewest(16)) { continuation in
            continuation.onTermination = { _ in self.end() }
            let thread = Thread {
                var pause = 0.05
                while !self.isEnded.withLock({ $0 }) {
                    if let handle = self.open() {
                        pause = 0.05
                        // What was announced while nobody listened.
                        for topic in StoreTopic.allCases { continuation.yield(topic) }
                        self.hear(on: handle) { continuation.yield($0) }
                        PQfinish(handle)
                    }
                    Thread.sleep(forTimeInterval: pause)
                    pause = min(pause * 2, 2)
                }
                continuation.finish()
            }
            thread.name = "tellal-pg-listen"
            thread.start()
        }
    }

    func end() { isEnded.withLock { $0 = true } }

    private func open() -> OpaquePointer? {
        guard let handle = address.connect() else { return nil }
        if PQstatus(handle) == CONNECTION_OK, let result = PQexec(handle, "LISTEN tellal") {
            defer { PQclear(result) }
            if PQresultStatus(result) == PGRES_COMMAND_OK { return handle }
        }
        PQfinish(handle)
        return nil
    }

    /// Returns when the connection is lost or nobody listens any more.
    private func hear(on handle: OpaquePointer, _ take: (StoreTopic) -> Void) {
        while !isEnded.withLock({ $0 }) {
            var socket = pollfd(fd: PQsocket(handle), events: Int16(POLLIN), revents: 0)
            // The end is looked for once a second.
            guard poll(&socket, 1, 1000) >= 0 || errno == EINTR else { return }
            guard PQconsumeInput(handle) == 1 else { return }
            while let notice = PQnotifies(handle) {
                if let topic = StoreTopic(rawValue: String(cString: notice.pointee.extra)) { take(topic) }
                PQfreemem(notice)
            }
        }
    }
}
