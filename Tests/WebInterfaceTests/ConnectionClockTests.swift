import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTPTypes
import Testing

@testable import WebInterface

/// One connection, whose time the test moves.
private struct Connection {
    let channel: EmbeddedChannel
    let limits = ConnectionLimits()

    init() throws {
        channel = EmbeddedChannel(handler: ConnectionClock(limits))
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    }

    var isOpen: Bool { channel.isActive }

    func pass(_ time: TimeAmount) { channel.embeddedEventLoop.advanceTime(by: time) }

    func read(_ parts: HTTPRequestPart...) throws {
        for part in parts { try channel.writeInbound(part) }
    }

    /// As far as the client takes it.
    func answer(isTaken: Bool = true) throws {
        channel.write(HTTPResponsePart.head(HTTPResponse(status: .ok)), promise: nil)
        channel.write(HTTPResponsePart.end(nil), promise: nil)
        if isTaken { channel.flush() }
    }

    static let head = HTTPRequestPart.head(HTTPRequest(method: .post, scheme: "http", authority: "a", path: "/"))
    static let byte = HTTPRequestPart.body(ByteBuffer(string: "x"))
    static let end = HTTPRequestPart.end(nil)
}

@Suite("A connection's time") struct ConnectionClockTests {
    @Test func `who says nothing is cut off`() throws {
        let connection = try Connection()
        connection.pass(connection.limits.head - .seconds(1))
        #expect(connection.isOpen)
        connection.pass(.seconds(1))
        #expect(!connection.isOpen)
    }

    @Test func `a body that drips is cut off however many bytes come`() throws {
        let connection = try Connection()
        try connection.read(Connection.head)
        for _ in 0..<29 {
            connection.pass(.seconds(1))
            try connection.read(Connection.byte)
        }
        #expect(connection.isOpen)
        connection.pass(.seconds(1))
        #expect(!connection.isOpen)
    }

    @Test func `an answer may be worked on for long`() throws {
        let connection = try Connection()
        try connection.read(Connection.head, Connection.end)
        connection.pass(.minutes(10))
        #expect(connection.isOpen)
        try connection.answer()
        connection.pass(connection.limits.idle - .seconds(1))
        #expect(connection.isOpen)
        try connection.read(Connection.head, Connection.end)
        connection.pass(.minutes(10))
        #expect(connection.isOpen)
    }

    @Test func `who does not take the answer is cut off`() throws {
        let connection = try Connection()
        try connection.read(Connection.head, Connection.end)
        try connection.answer(isTaken: false)
        connection.pass(connection.limits.answer)
        #expect(!connection.isOpen)
    }

    @Test func `a connection that is kept ends when nothing more is asked`() throws {
        let connection = try Connection()
        try connection.read(Connection.head, Connection.end)
        try connection.answer()
        connection.pass(connection.limits.idle)
        #expect(!connection.isOpen)
    }

    @Test func `a second request while the first is answered has its own time`() throws {
        let connection = try Connection()
        try connection.read(Connection.head, Connection.end, Connection.head)
        try connection.answer()
        connection.pass(connection.limits.request - .seconds(1))
        #expect(connection.isOpen)
        try connection.read(Connection.end)
        connection.pass(.minutes(10))
        #expect(connection.isOpen)
    }

    @Test func `asking for more gives nobody more time to take an answer`() throws {
        let connection = try Connection()
        try connection.read(Connection.head, Connection.end)
        try connection.answer(isTaken: false)
        connection.pass(connection.limits.answer - .seconds(1))
        try connection.read(Connection.head, Connection.end)
        #expect(connection.isOpen)
        connection.pass(.seconds(1))
        #expect(!connection.isOpen)
    }
}
