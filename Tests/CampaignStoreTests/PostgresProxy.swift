import Foundation
import Synchronization
import TestSupport

/// Stands between a client and a PostgreSQL server on a socket, and cuts a connection at a commit.
final class PostgresProxy: Sendable {
    enum Cut: Sendable, CaseIterable {
        /// The server never hears of it.
        case before
        /// The server does it, and the client never hears of that.
        case after
    }

    /// The server's address with the proxy's folder for its own.
    let url: String
    private let server: String
    private let listener: Int32
    private let cut: Mutex<Cut?>

    /// - Parameters:
    ///   - url: The server's: `postgres://…?host=FOLDER&port=…`.
    ///   - folder: For the proxy's socket.
    ///   - cut: What becomes of the first commit; those after it get through. Nil for nothing.
    /// - Throws: When there can be no socket.
    init(to url: String, in folder: TemporaryFolder, cut: Cut?) throws {
        let query = URLComponents(string: url)?.queryItems ?? []
        let host = query.first { $0.name == "host" }?.value ?? ""
        let port = query.first { $0.name == "port" }?.value ?? "5432"
        let name = "/.s.PGSQL.\(port)"
        server = host + name
        self.url = url.replacingOccurrences(of: "host=\(host)", with: "host=\(folder.url.path)")
        self.cut = Mutex(cut)
        listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard listener >= 0, Self.with(folder.url.path + name, { bind(listener, $0, $1) }) == 0,
            listen(listener, 64) == 0
        else { throw POSIXError(.EADDRNOTAVAIL) }
        Thread { [self] in
            while true {
                let client = accept(listener, nil, nil)
                guard client >= 0 else { return }
                Thread { [self] in serve(client) }.start()
            }
        }.start()
    }

    func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }

    private static func with(_ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else { return -1 }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }

    private func serve(_ client: Int32) {
        defer { close(client) }
        let upstream = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard upstream >= 0 else { return }
        defer { close(upstream) }
        guard Self.with(server, { connect(upstream, $0, $1) }) == 0 else { return }
        var isLast = false
        while true {
            var sockets = [
                pollfd(fd: client, events: Int16(POLLIN), revents: 0),
                pollfd(fd: upstream, events: Int16(POLLIN), revents: 0),
            ]
            guard poll(&sockets, 2, -1) > 0 else { return }
            if sockets[0].revents != 0 {
                guard let bytes = Self.read(client) else { return }
                if bytes.firstRange(of: Data("COMMIT\0".utf8)) != nil, let cut = self.cut.withLock({ $0.take() }) {
                    guard cut == .after else { return }
                    isLast = true
                }
                guard Self.write(bytes, to: upstream) else { return }
            }
            if sockets[1].revents != 0 {
                // The server answers a commit when it is done.
                guard let bytes = Self.read(upstream), !isLast, Self.write(bytes, to: client) else { return }
            }
        }
    }

    private static func read(_ socket: Int32) -> Data? {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = recv(socket, &buffer, buffer.count, 0)
        return count > 0 ? Data(buffer[..<count]) : nil
    }

    private static func write(_ bytes: Data, to socket: Int32) -> Bool {
        bytes.withUnsafeBytes { send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) } == bytes.count
    }
}
