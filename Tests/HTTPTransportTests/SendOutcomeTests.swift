import CampaignModel
import HTTPTransport
import TestSupport
import Testing

/// What is told of a request that got no whole answer: the line between "surely not received" and "maybe".
@Suite(.timeLimit(.minutes(5))) struct SendOutcomeTests {
    /// Stands in for a bot's token in the path.
    private static let secret = "SECRETTOKEN"
    private static let path = "/bot\(secret)/sendMessage?key=\(secret)"

    @Test func `a refused connection means not sent`() async throws {
        let server = try LoopbackServer { _ in [] }
        let url = server.url(Self.path)
        let port = server.port
        server.stop()
        let transport = try makeTransport()
        // The listener's end is awaited through its own refusals.
        var failure: HTTPFailure?
        for _ in 0..<100 where failure?.kind != .refused {
            failure = await transport.send(post(url, "{}", timeout: .seconds(2))).notSent
        }
        let last = try #require(failure)
        #expect(last.kind == .refused)
        #expect(!last.requestLeft)
        #expect(last.message.contains("127.0.0.1:\(port)"))
        #expect(!last.message.contains(Self.secret))
        await transport.shutdown()
    }

    @Test func `an unknown name means not sent`() async throws {
        let transport = try makeTransport()
        let outcome = await transport.send(post("https://nosuch.invalid\(Self.path)", "{}"))
        let failure = try #require(outcome.notSent)
        #expect(failure.kind == .unresolved)
        #expect(failure.message.contains("nosuch.invalid:443"))
        #expect(!failure.message.contains(Self.secret))
        await transport.shutdown()
    }

    @Test func `no TLS on the other side means not sent`() async throws {
        try await withServer({ _ in [.answer("fine")] }) { server, transport in
            let url = "https://127.0.0.1:\(server.port)\(Self.path)"
            let failure = try #require(await transport.send(post(url, "{}", timeout: .milliseconds(300))).notSent)
            #expect(failure.kind == .tls || failure.kind == .timedOut)
            #expect(!failure.message.contains(Self.secret))
        }
    }

    @Test(arguments: [
        "", "no url", "ftp://example.com/", "http://", "file:///etc/passwd", "http://a b/", "http://h:0/",
    ])
    func `a bad address means not sent`(url: String) async throws {
        let transport = try makeTransport()
        #expect(await transport.send(post(url, "{}")).notSent?.kind == .badURL)
        await transport.shutdown()
    }

    @Test func `a line break in a header means not sent`() async throws {
        let transport = try makeTransport()
        let request = HTTPRequest(url: "http://127.0.0.1:1/", headers: [HTTPHeader("X", "1\r\nHost: evil")])
        #expect(await transport.send(request).notSent?.kind == .other)
        await transport.shutdown()
    }

    /// Every way to leave a request without a whole answer once it has arrived.
    static let faults: [(String, [LoopbackServer.Step], HTTPFailure.Kind)] = [
        ("closes", [.close], .cut),
        ("resets", [.reset], .cut),
        ("never answers", [.hang], .timedOut),
        ("cuts the status line", [.text("HTTP/1.1 2"), .close], .cut),
        ("cuts the head", [.text("HTTP/1.1 200 OK\r\nContent-Le"), .close], .cut),
        ("cuts the body", [.text("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"ok\""), .close], .cut),
        ("cuts a chunk", [.text("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n50\r\nabc"), .close], .cut),
        ("stalls in the body", [.text("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"ok\""), .hang], .timedOut),
        ("is no web server", [.text("220 mail.example ESMTP\r\n"), .close], .other),
        ("sends too long an answer", [.answer(String(repeating: "x", count: 1024 * 1024 + 1))], .tooLarge),
        (
            "sends too long a head",
            [.answer(headers: Array(repeating: "X-Pad: " + String(repeating: "x", count: 1000), count: 80), "")],
            .tooLarge
        ),
    ]

    @Test(arguments: 0..<faults.count)
    func `a request that left without a whole answer is unanswered`(index: Int) async throws {
        let (name, steps, kind) = Self.faults[index]
        try await withServer({ _ in steps }) { server, transport in
            // Long for what ends by itself, short for what does not.
            let timeout: Duration = kind == .timedOut ? .milliseconds(500) : .seconds(100)
            let outcome = await transport.send(post(server.url(Self.path), "{\"a\":1}", timeout: timeout))
            let failure = try #require(outcome.unanswered, "a server that \(name)")
            #expect(failure.kind == kind, "a server that \(name): \(failure.message)")
            #expect(failure.requestLeft)
            #expect(failure.message.contains("127.0.0.1:\(server.port)"))
            #expect(!failure.message.contains(Self.secret))
            #expect(server.requests.count == 1)
        }
    }

    /// A short body leaves together with the head, a long one after it.
    @Test(arguments: [LoopbackServer.Step.close, .reset], [6, 200_000])
    func `a kept connection that dies gets no second copy`(death: LoopbackServer.Step, length: Int) async throws {
        let body = String(repeating: "2", count: length)
        try await withServer({ $0.indexOnConnection == 0 ? [.answer("fine")] : [death] }) { server, transport in
            #expect(await transport.send(post(server.url(), "first")).answer?.status == 200)
            let second = await transport.send(post(server.url(), body))
            #expect(second.unanswered?.kind == .cut)
            let bodies = server.requests.map { String(decoding: $0.body, as: UTF8.self) }
            #expect(bodies == ["first", body])
            // It was the first one's connection that died, or nothing was shown.
            #expect(server.requests.map(\.connection) == [0, 0])
        }
    }

    @Test(arguments: ["POST", "GET", "DELETE"])
    func `a request without a body gets no second copy either`(method: String) async throws {
        try await withServer({ $0.path == "/first" ? [.answer("fine")] : [.close] }) { server, transport in
            #expect(await transport.send(post(server.url("/first"), "first")).answer?.status == 200)
            let second = await transport.send(HTTPRequest(method: method, url: server.url("/second")))
            #expect(second.unanswered?.kind == .cut)
            #expect(server.requests.map(\.path) == ["/first", "/second"])
        }
    }

    @Test func `what left with the request before does not count for the next one`() async throws {
        try await withServer({ _ in [.answer("fine")] }) { server, transport in
            for length in [200_000, 200_000, 2, 2, 200_000, 70_000, 2] {
                let body = String(repeating: "b", count: length)
                #expect(await transport.send(post(server.url(), body)).answer?.status == 200)
            }
            #expect(server.requests.map(\.body.count) == [200_000, 200_000, 2, 2, 200_000, 70_000, 2])
            #expect(Set(server.requests.map(\.connection)) == [0])
        }
    }

    @Test func `a connection that was closed while idle is replaced`() async throws {
        try await withServer({ _ in [.answer(headers: ["Connection: close"], "fine"), .close] }) { server, transport in
            for _ in 0..<5 { #expect(await transport.send(post(server.url(), "{}")).answer?.status == 200) }
            #expect(server.requests.count == 5)
        }
    }
}
