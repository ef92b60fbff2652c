import CampaignModel
import HTTPTransport
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5))) struct FetchTests {
    @Test func `a document arrives with its head`() async throws {
        try await withServer({ _ in [.answer(headers: ["ETag: \"v1\""], "<rss/>")] }) { server, transport in
            let (response, bytes) = try await transport.fetch(
                server.url("/feed"), headers: [HTTPHeader("If-None-Match", "\"v0\"")]
            )
            #expect(response.status == 200)
            #expect(response.headers["etag"] == "\"v1\"")
            #expect(response.url == server.url("/feed"))
            #expect(response.redirects.isEmpty)
            #expect(bytes == Array("<rss/>".utf8))
            let request = try #require(server.requests.first)
            #expect(request.method == "GET")
            #expect(request.header("If-None-Match") == "\"v0\"")
            #expect(request.header("Accept-Encoding")?.contains("gzip") == true)
            #expect(request.header("Referer") == nil)
            #expect(request.header("Cookie") == nil)
        }
    }

    @Test(arguments: [304, 404, 410, 500])
    func `every status is an answer`(status: Int) async throws {
        try await withServer({ _ in [.answer(status: status, "")] }) { server, transport in
            let (response, bytes) = try await transport.fetch(server.url())
            #expect(response.status == status)
            #expect(bytes.isEmpty)
        }
    }

    @Test func `the head is there before the body`() async throws {
        let gate = LoopbackServer.Gate()
        try await withServer({ _ in
            [.text("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"), .wait(gate), .text("at length")]
        }) { server, transport in
            let response = try await transport.open(
                HTTPRequest(url: server.url(), timeout: .seconds(100)), limits: .patient)
            #expect(response.status == 200)
            gate.open()
            var bytes: [UInt8] = []
            for try await piece in response.body { bytes += piece }
            #expect(bytes == Array("at length".utf8))
        }
    }

    @Test func `a body that drips arrives whole`() async throws {
        try await withServer({ _ in
            [.text("HTTP/1.1 200 OK\r\n"), .drip(Array("Content-Length: 5\r\n\r\nhello".utf8), pauseMilliseconds: 1)]
        }) { server, transport in
            let (_, bytes) = try await transport.fetch(server.url())
            #expect(bytes == Array("hello".utf8))
        }
    }

    @Test func `gzip is undone`() async throws {
        let text = Array("hello compressed world, hello compressed world".utf8)
        try await withServer({ _ in
            [.answer(headers: ["Content-Encoding: gzip"], Compressed.text)]
        }) { server, transport in
            let (_, bytes) = try await transport.fetch(server.url())
            #expect(bytes == text)
        }
    }

    @Test func `broken gzip is a failure`() async throws {
        var broken = Compressed.text
        broken.replaceSubrange(12..<20, with: Array(repeating: 0xFF, count: 8))
        try await withServer({ [broken] _ in
            [.answer(headers: ["Content-Encoding: gzip"], broken)]
        }) { server, transport in
            #expect(await transport.failure(server.url())?.kind == .cut)
        }
    }

    @Test func `a cut body is a failure after its first part`() async throws {
        try await withServer({ _ in
            [.text("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n<rss>"), .close]
        }) { server, transport in
            let response = try await transport.open(
                HTTPRequest(url: server.url(), timeout: .seconds(100)), limits: .patient)
            var bytes: [UInt8] = []
            do throws(HTTPFailure) {
                for try await piece in response.body { bytes += piece }
                Issue.record("a cut body ended as if it were whole")
            } catch {
                #expect(error.kind == .cut)
                #expect(error.requestLeft)
            }
            #expect(bytes == Array("<rss>".utf8))
        }
    }

    @Test func `a silent server ends with the request's time`() async throws {
        try await withServer({ _ in [.hang] }) { server, transport in
            let failure = await transport.failure(server.url("/path?secret"), timeout: .milliseconds(200))
            #expect(failure?.kind == .timedOut)
            #expect(failure?.message.contains("secret") == false)
        }
    }

    @Test func `a transfer that is too slow is given up`() async throws {
        try await withServer({ _ in [.text("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nx"), .hang] }) {
            server, transport in
            let limits = FetchLimits(maxBytes: 1000, lowSpeedBytesPerSecond: 1024, lowSpeedTime: .seconds(1))
            #expect(await transport.failure(server.url(), limits: limits)?.kind == .timedOut)
        }
    }

    @Test func `a chunk that never begins is given up`() async throws {
        // Extensions of a chunk's size (RFC 9112 §7.1.1) are read and bring nothing.
        let extensions = [UInt8](repeating: 0x61, count: 1000)
        try await withServer({ _ in
            [
                .text("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;"),
                .drip(extensions + extensions + extensions + extensions, pauseMilliseconds: 1),
            ]
        }) { server, transport in
            let limits = FetchLimits(maxBytes: 1000, lowSpeedBytesPerSecond: 1_000_000, lowSpeedTime: .seconds(1))
            #expect(await transport.failure(server.url(), limits: limits)?.kind == .timedOut)
        }
    }

    @Test(arguments: ["", "nonsense", "file:///etc/passwd", "gopher://127.0.0.1/"])
    func `a bad address is told`(url: String) async throws {
        let transport = try makeTransport()
        #expect(await transport.failure(url)?.kind == .badURL)
        await transport.shutdown()
    }
}
