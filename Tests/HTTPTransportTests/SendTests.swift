import CampaignModel
import HTTPTransport
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5))) struct SendTests {
    @Test func `an answer comes back whole`() async throws {
        try await withServer({ _ in [.answer(status: 201, headers: ["X-Kind: one"], "{\"ok\":true}")] }) {
            server, transport in
            let outcome = await transport.send(post(server.url("/botTOKEN/sendMessage?x=1"), "{\"text\":\"hello\"}"))
            let answer = try #require(outcome.answer)
            #expect(answer.status == 201)
            #expect(answer.headers["x-kind"] == "one")
            #expect(String(decoding: answer.body, as: UTF8.self) == "{\"ok\":true}")
            let request = try #require(server.requests.first)
            #expect(request.method == "POST")
            #expect(request.path == "/botTOKEN/sendMessage?x=1")
            #expect(String(decoding: request.body, as: UTF8.self) == "{\"text\":\"hello\"}")
            #expect(request.header("Content-Type") == "application/json")
            #expect(request.header("User-Agent") == "tellal-test")
            #expect(request.header("Expect") == nil)
            #expect(request.header("Accept-Encoding") == nil)
        }
    }

    @Test(arguments: ["GET", "POST", "DELETE", "PUT"])
    func `a request without a body is sent with its method`(method: String) async throws {
        try await withServer({ _ in [.answer("fine")] }) { server, transport in
            let outcome = await transport.send(HTTPRequest(method: method, url: server.url()))
            #expect(outcome.answer?.status == 200)
            #expect(server.requests.map(\.method) == [method])
            #expect(server.requests.first?.header("Content-Type") == nil)
        }
    }

    @Test func `an empty header value is sent as it is`() async throws {
        try await withServer({ _ in [.answer("fine")] }) { server, transport in
            let request = HTTPRequest(
                url: server.url(), headers: [HTTPHeader("X-Empty", ""), HTTPHeader("X-Full", "1")])
            _ = await transport.send(request)
            #expect(server.requests.first?.header("X-Empty") == "")
            #expect(server.requests.first?.header("X-Full") == "1")
        }
    }

    @Test func `a large body arrives byte for byte`() async throws {
        try await withServer({ _ in [.answer("fine")] }) { server, transport in
            let text = String(repeating: "0123456789abcdef", count: 40_000)
            #expect(await transport.send(post(server.url(), text)).answer?.status == 200)
            #expect(server.requests.first?.body == Array(text.utf8))
        }
    }

    @Test func `an interim answer is not the answer`() async throws {
        try await withServer({ _ in
            [.text("HTTP/1.1 103 Early Hints\r\nX-Early: 1\r\n\r\n"), .answer(headers: ["X-Late: 1"], "fine")]
        }) { server, transport in
            let answer = try #require(await transport.send(post(server.url(), "{}")).answer)
            #expect(answer.status == 200)
            #expect(answer.headers["X-Early"] == nil)
            #expect(answer.headers["X-Late"] == "1")
        }
    }

    @Test func `a redirect is an answer and is not followed`() async throws {
        try await withServer({ _ in [.answer(status: 302, headers: ["Location: /elsewhere"], "")] }) {
            server, transport in
            #expect(await transport.send(post(server.url(), "{}")).answer?.status == 302)
            #expect(server.requests.count == 1)
        }
    }

    @Test func `connections are used again`() async throws {
        try await withServer({ _ in [.answer("fine")] }) { server, transport in
            for _ in 0..<50 { #expect(await transport.send(post(server.url(), "{}")).answer?.status == 200) }
            #expect(server.connections == 1)
            #expect(server.requests.count == 50)
        }
    }

    @Test func `a hundred requests at once run over one thread`() async throws {
        let gate = LoopbackServer.Gate()
        try await withServer(
            sends: TransferLimit(total: 100, perHost: 100),
            { request in [.wait(gate), .answer(String(decoding: request.body, as: UTF8.self))] }
        ) { server, transport in
            let answers = await withTaskGroup(of: String.self) { group in
                for number in 0..<100 {
                    group.addTask {
                        let answer = await transport.send(post(server.url(), "\(number)")).answer
                        return String(decoding: answer?.body ?? [], as: UTF8.self)
                    }
                }
                // Nothing is answered before all hundred have arrived.
                while server.requests.count < 100 { await Task.yield() }
                gate.open()
                return await group.reduce(into: Set<String>()) { $0.insert($1) }
            }
            #expect(answers == Set((0..<100).map(String.init)))
            #expect(server.connections == 100)
        }
    }

    @Test func `more requests than the limit wait for their turn`() async throws {
        try await withServer(
            sends: TransferLimit(total: 3, perHost: 2), { _ in [.answer("fine")] }
        ) { server, transport in
            let count = await withTaskGroup(of: Int.self) { group in
                for _ in 0..<40 { group.addTask { await transport.send(post(server.url(), "{}")).answer?.status ?? 0 } }
                return await group.reduce(0) { $0 + ($1 == 200 ? 1 : 0) }
            }
            #expect(count == 40)
            #expect(server.connections <= 2)
        }
    }

    @Test func `a task cancelled while its request is under way still learns the answer`() async throws {
        let gate = LoopbackServer.Gate()
        try await withServer({ _ in [.wait(gate), .answer("late")] }) { server, transport in
            async let outcome = withTaskGroup(of: HTTPOutcome.self) { group in
                group.addTask { await transport.send(post(server.url(), "{}")) }
                while server.requests.isEmpty { await Task.yield() }
                group.cancelAll()
                gate.open()
                return await group.next()
            }
            #expect(await outcome?.answer?.body == Array("late".utf8))
        }
    }

    @Test func `a task cancelled before sends nothing`() async throws {
        try await withServer({ _ in [.answer("fine")] }) { server, transport in
            let outcome = await withTaskGroup(of: HTTPOutcome.self) { group in
                group.cancelAll()
                group.addTask { await transport.send(post(server.url(), "{}")) }
                return await group.next()
            }
            #expect(outcome?.notSent?.kind == .cancelled)
            #expect(server.requests.isEmpty)
        }
    }
}
