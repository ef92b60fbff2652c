import CampaignModel
import Foundation
import Logging
import TestSupport

@testable import PlatformSandbox

/// A sandbox that listens on loopback, and a plain HTTP/1.1 client for it.
struct SandboxClient: Sendable {
    struct Answer: Sendable {
        var status: Int
        var head: String
        var body: [UInt8]

        var json: JSON { JSONReader.read(body) ?? .null }
        var text: String { String(decoding: body, as: UTF8.self) }
    }

    let port: Int
    let time: ManualTime

    static let templates = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "templates").path

    /// Runs a sandbox while `body` talks to it; the sender posts to webhooks. The clock, unless given, is the client's.
    static func with(
        _ settings: SandboxSettings = SandboxSettings(), sender: (any HTTPSending)? = nil,
        clock: (any TimeSource)? = nil,
        _ body: @escaping @Sendable (SandboxClient) async throws -> Void
    ) async throws {
        let time = ManualTime()
        let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        let sandbox = try PlatformSandbox(
            settings, time: clock ?? time, templates: templates, logger: logger, sender: sender)
        let (ports, port) = AsyncStream<Int>.makeStream()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await sandbox.run(listen: "127.0.0.1:0") { port.yield($0) } }
            for await number in ports {
                try await body(SandboxClient(port: number, time: time))
                break
            }
            group.cancelAll()
        }
    }

    func get(_ path: String) async -> Answer { await send("GET", path) }

    func post(_ path: String, _ json: JSON) async -> Answer {
        await send("POST", path, headers: ["Content-Type: application/json"], body: json.bytes)
    }

    func telegram(_ method: String, _ json: JSON, token: String = "42:token") async -> Answer {
        await post("/bot\(token)/\(method)", json)
    }

    func messenger(_ message: JSON, to person: String = "7000000000000001", type: JSON = "UPDATE") async -> Answer {
        await post(
            "/v25.0/me/messages?access_token=page",
            ["recipient": ["id": .string(person)], "messaging_type": type, "message": message]
        )
    }

    /// A control call.
    func control(_ name: String, _ json: JSON) async -> JSON { await post("/sandbox/api/\(name)", json).json }

    func accepted() async -> [JSON] { await get("/sandbox/api/ledger").json["entries"]?.array ?? [] }

    /// One request on a connection of its own; status 0 when it closes without an answer.
    func send(_ method: String, _ path: String, headers: [String] = [], body: [UInt8] = []) async -> Answer {
        let head =
            ([
                "\(method) \(path) HTTP/1.1", "Host: 127.0.0.1", "Connection: close", "Content-Length: \(body.count)",
            ] + headers).joined(separator: "\r\n") + "\r\n\r\n"
        let port = port
        let bytes = await withCheckedContinuation { continuation in
            // Blocking calls on a thread of their own.
            Thread.detachNewThread { continuation.resume(returning: Self.exchange(Array(head.utf8) + body, port)) }
        }
        return Self.parse(bytes)
    }

    private static func exchange(_ request: [UInt8], _ port: Int) -> [UInt8] {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var patience = timeval(tv_sec: 200, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port).bigEndian)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let connected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else { return [] }
        var sent = 0
        while sent < request.count {
            let count = request[sent...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { break }
            sent += count
        }
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { return answer }
            answer += buffer[..<count]
        }
    }

    private static func parse(_ bytes: [UInt8]) -> Answer {
        let end = bytes.indices.first { bytes[$0...].starts(with: "\r\n\r\n".utf8) }
        guard let end else { return Answer(status: 0, head: "", body: []) }
        let head = String(decoding: bytes[..<end], as: UTF8.self)
        let words = head.split(separator: " ")
        return Answer(
            status: words.count > 1 ? Int(words[1]) ?? 0 : 0, head: head.lowercased(), body: Array(bytes[(end + 4)...])
        )
    }
}
