import Foundation
import Glibc

/// A scripted HTTP/1.1 server on 127.0.0.1 for tests: one thread a connection, every byte of the answer as the test says.
package final class LoopbackServer: Sendable {
    /// A request as it arrived.
    package struct Request: Sendable {
        package var method: String
        package var path: String
        /// The head's lines after the first, as they were.
        package var headerLines: [String]
        package var body: [UInt8]
        /// The how-many-eth connection, from 0.
        package var connection: Int
        /// The how-many-eth request of its connection, from 0.
        package var indexOnConnection: Int

        package func header(_ name: String) -> String? {
            let start = name.lowercased() + ":"
            return headerLines.first { $0.lowercased().hasPrefix(start) }?.dropFirst(start.count)
                .trimmingCharacters(in: .whitespaces)
        }
    }

    /// One step of an answer. After the last step the connection stays open for the next request.
    package enum Step: Sendable {
        case send([UInt8])
        /// Sends one piece so many times, as fast as the client reads.
        case sendMany([UInt8], times: Int)
        /// Sends byte by byte, with a pause after each.
        case drip([UInt8], pauseMilliseconds: Int)
        /// Does nothing more until the client goes away or the server stops.
        case hang
        case close
        /// Ends the connection with RST.
        case reset
        /// Waits until the test opens the gate.
        case wait(Gate)
    }

    /// Something a test opens once.
    package final class Gate: Sendable {
        private let semaphore = DispatchSemaphore(value: 0)
        package init() {}
        package func open() { semaphore.signal() }
        /// Blocks the calling thread, at most 200 s; only for threads that are not the cooperative pool's.
        package func waitUntilOpen() { pass() }
        fileprivate func pass() {
            _ = semaphore.wait(timeout: .now() + .seconds(200))
            semaphore.signal()
        }
    }

    package let port: Int
    private let listener: Int32
    private let script: @Sendable (Request) -> [Step]
    private let record = LockedValue(Record())

    private struct Record {
        var requests: [Request] = []
        var open: Set<Int32> = []
        var connections = 0
        var sentBytes = 0
        var isStopped = false
    }

    package init(_ script: @escaping @Sendable (Request) -> [Step]) throws {
        self.script = script
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard listener >= 0 else { throw POSIXError(.EMFILE) }
        self.listener = listener
        var yes: Int32 = 1
        setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(listener, generic, size) == 0 && listen(listener, 512) == 0
                    && getsockname(listener, generic, &size) == 0
            }
        }
        guard isBound else { throw POSIXError(.EADDRNOTAVAIL) }
        port = Int(UInt16(bigEndian: address.sin_port))
        Thread { [self] in acceptAll() }.start()
    }

    /// `http://127.0.0.1:port` and a path.
    package func url(_ path: String = "/") -> String { "http://127.0.0.1:\(port)\(path)" }
    package var requests: [Request] { record.withLock { $0.requests } }
    package var connections: Int { record.withLock { $0.connections } }
    package var openConnections: Int { record.withLock { $0.open.count } }
    /// Bytes that the kernel took for the client.
    package var sentBytes: Int { record.withLock { $0.sentBytes } }

    /// Ends all connections and threads.
    package func stop() {
        record.withLock { record in
            guard !record.isStopped else { return }
            record.isStopped = true
            shutdown(listener, Int32(SHUT_RDWR))
            for socket in record.open { shutdown(socket, Int32(SHUT_RDWR)) }
        }
    }

    private func acceptAll() {
        while true {
            let client = accept(listener, nil, nil)
            guard client >= 0 else { break }
            let number = record.withLock { record -> Int? in
                guard !record.isStopped else { return nil }
                record.open.insert(client)
                record.connections += 1
                return record.connections - 1
            }
            guard let number else {
                close(client)
                break
            }
            let thread = Thread { [self] in
                serve(client, number)
                record.withLock { record in
                    record.open.remove(client)
                    close(client)
                }
            }
            thread.stackSize = 512 * 1024
            thread.start()
        }
        close(listener)
    }

    private func serve(_ client: Int32, _ connection: Int) {
        // No test may wait for ever.
        var patience = timeval(tv_sec: 200, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(client, SOL_SOCKET, option, &patience, socklen_t(MemoryLayout<timeval>.size))
        }
        var yes: Int32 = 1
        setsockopt(client, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
        var unread: [UInt8] = []
        var index = 0
        while let request = read(client, &unread, connection, index) {
            record.withLock { $0.requests.append(request) }
            index += 1
            for step in script(request) {
                guard perform(step, client) else { return }
            }
        }
    }

    private func read(_ client: Int32, _ unread: inout [UInt8], _ connection: Int, _ index: Int) -> Request? {
        let endOfHead = Array("\r\n\r\n".utf8)
        var headEnd: Int?
        while true {
            headEnd = Self.find(endOfHead, in: unread)
            if headEnd != nil { break }
            guard receive(client, &unread) else { return nil }
        }
        guard let headEnd else { return nil }
        let lines = String(decoding: unread[..<headEnd], as: UTF8.self).components(separatedBy: "\r\n")
        let words = lines[0].split(separator: " ")
        guard words.count == 3 else { return nil }
        var request = Request(
            method: String(words[0]), path: String(words[1]), headerLines: Array(lines.dropFirst()), body: [],
            connection: connection, indexOnConnection: index
        )
        let length = request.header("Content-Length").flatMap { Int($0) } ?? 0
        let end = headEnd + endOfHead.count + length
        while unread.count < end { guard receive(client, &unread) else { return nil } }
        request.body = Array(unread[(end - length)..<end])
        unread.removeFirst(end)
        return request
    }

    private func perform(_ step: Step, _ client: Int32) -> Bool {
        switch step {
        case .send(let bytes): return write(client, bytes)
        case .sendMany(let bytes, let times): return (0..<times).allSatisfy { _ in write(client, bytes) }
        case .drip(let bytes, let pause):
            return bytes.allSatisfy { byte in
                usleep(UInt32(pause) * 1000)
                return write(client, [byte])
            }
        case .hang:
            var ignored: [UInt8] = []
            while receive(client, &ignored) { ignored = [] }
            return false
        case .close: return false
        case .reset:
            var abrupt = linger(l_onoff: 1, l_linger: 0)
            setsockopt(client, SOL_SOCKET, SO_LINGER, &abrupt, socklen_t(MemoryLayout<linger>.size))
            return false
        case .wait(let gate):
            gate.pass()
            return true
        }
    }

    private func receive(_ client: Int32, _ target: inout [UInt8]) -> Bool {
        var buffer = [UInt8](repeating: 0, count: 16 * 1024)
        let count = recv(client, &buffer, buffer.count, 0)
        guard count > 0 else { return false }
        target += buffer[..<count]
        return true
    }

    private func write(_ client: Int32, _ bytes: [UInt8]) -> Bool {
        var offset = 0
        while offset < bytes.count {
            let count = bytes[offset...].withUnsafeBytes {
                send(client, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            record.withLock { $0.sentBytes += count }
            offset += count
        }
        return true
    }

    private static func find(_ needle: [UInt8], in bytes: [UInt8]) -> Int? {
        guard bytes.count >= needle.count else { return nil }
        return (0...(bytes.count - needle.count)).first { bytes[$0..<($0 + needle.count)].elementsEqual(needle) }
    }
}

extension LoopbackServer.Step {
    /// A whole answer with its length.
    package static func answer(
        status: Int = 200, headers: [String] = [], _ body: String = ""
    ) -> LoopbackServer.Step {
        .answer(status: status, headers: headers, Array(body.utf8))
    }

    package static func answer(status: Int = 200, headers: [String] = [], _ body: [UInt8]) -> LoopbackServer.Step {
        let head = ["HTTP/1.1 \(status) Scripted"] + headers + ["Content-Length: \(body.count)", "", ""]
        return .send(Array(head.joined(separator: "\r\n").utf8) + body)
    }

    package static func text(_ text: String) -> LoopbackServer.Step { .send(Array(text.utf8)) }
}
