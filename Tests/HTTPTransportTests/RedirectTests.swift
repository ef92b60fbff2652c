import CampaignModel
import HTTPTransport
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5))) struct RedirectTests {
    @Test func `relative redirects are followed and told`() async throws {
        try await withServer({ request in
            switch request.path {
            case "/a/b": [.answer(status: 301, headers: ["Location: ../c?x=1"], "moved")]
            case "/c?x=1": [.answer(status: 308, headers: ["Location: /d d"], "")]
            case "/d%20d": [.answer(status: 302, headers: ["Location: ?page=2#top"], "")]
            default: [.answer("here")]
            }
        }) { server, transport in
            let (response, bytes) = try await transport.fetch(server.url("/a/b"))
            #expect(bytes == Array("here".utf8))
            #expect(response.url == server.url("/d%20d?page=2"))
            #expect(response.redirects.map(\.status) == [301, 308, 302])
            #expect(response.permanentURL == server.url("/d%20d"))
        }
    }

    @Test func `a permanent redirect after a temporary one moves nothing`() async throws {
        try await withServer({ request in
            switch request.path {
            case "/": [.answer(status: 307, headers: ["Location: /b"], "")]
            case "/b": [.answer(status: 301, headers: ["Location: /c"], "")]
            default: [.answer("here")]
            }
        }) { server, transport in
            let (response, _) = try await transport.fetch(server.url())
            #expect(response.permanentURL == nil)
            #expect(response.redirects.last?.url == server.url("/c"))
        }
    }

    @Test func `credentials do not cross to another host`() async throws {
        try await withServer({ request in
            request.path == "/stay"
                ? [.answer(status: 302, headers: ["Location: /same"], "")]
                : request.path == "/same"
                    ? [
                        .answer(
                            status: 302,
                            headers: ["Location: http://localhost:\(request.header("X-Port") ?? "")/other"], "")
                    ]
                    : [.answer("here")]
        }) { server, transport in
            let headers = [HTTPHeader("Authorization", "Bearer x"), HTTPHeader("X-Port", "\(server.port)")]
            _ = try await transport.fetch(server.url("/stay"), headers: headers)
            #expect(server.requests.map(\.path) == ["/stay", "/same", "/other"])
            #expect(server.requests.map { $0.header("Authorization") } == ["Bearer x", "Bearer x", nil])
        }
    }

    @Test(arguments: [(1, 1), (2, 2), (3, 3)])
    func `a circle ends when it closes`(length: Int, requests: Int) async throws {
        try await withServer({ request in
            let next = ((Int(request.path.dropFirst(2)) ?? 0) + 1) % length
            return [.answer(status: 302, headers: ["Location: /?\(next)#secret"], "")]
        }) { server, transport in
            let failure = try #require(await transport.failure(server.url("/?0")))
            #expect(failure.kind == .redirectLoop)
            #expect(failure.message.contains("redirects in a circle"))
            #expect(!failure.message.contains("secret"))
            #expect(server.requests.count == requests)
        }
    }

    @Test func `five hops are followed and the sixth is not`() async throws {
        try await withServer({ request in
            let left = Int(request.path.dropFirst()) ?? 0
            return left == 0 ? [.answer("here")] : [.answer(status: 302, headers: ["Location: /\(left - 1)"], "")]
        }) { server, transport in
            let (_, bytes) = try await transport.fetch(server.url("/5"))
            #expect(bytes == Array("here".utf8))
            let failure = try #require(await transport.failure(server.url("/6")))
            #expect(failure.message.contains("redirects more than 5 times"))
            #expect(server.requests.count == 12)
        }
    }

    @Test func `an answer without redirects moves nothing`() async throws {
        try await withServer({ _ in [.answer("here")] }) { server, transport in
            let (response, _) = try await transport.fetch(server.url())
            #expect(response.permanentURL == nil)
        }
    }

    @Test func `neither cookies nor a Referer come along`() async throws {
        try await withServer({ request in
            request.path == "/"
                ? [.answer(status: 302, headers: ["Location: /next", "Set-Cookie: a=b; Path=/"], "")]
                : [.answer(headers: ["Set-Cookie: c=d; Path=/"], "here")]
        }) { server, transport in
            for _ in 0..<2 { _ = try await transport.fetch(server.url()) }
            #expect(server.requests.count == 4)
            #expect(server.requests.allSatisfy { $0.header("Cookie") == nil && $0.header("Referer") == nil })
        }
    }

    @Test(arguments: ["file:///etc/passwd", "ftp://127.0.0.1/x", "javascript:alert(1)", "http://"])
    func `a redirect to something else than the web is refused`(location: String) async throws {
        try await withServer({ _ in [.answer(status: 302, headers: ["Location: \(location)"], "")] }) {
            server, transport in
            #expect(await transport.failure(server.url())?.kind == .badURL)
            #expect(server.requests.count == 1)
        }
    }

    @Test func `a redirect to a private address is refused`() async throws {
        try await withServer(
            allow: ["127.0.0.1/32"],
            { request in
                [.answer(status: 302, headers: ["Location: http://127.0.0.2:\(request.header("X-Port") ?? "")/"], "")]
            }
        ) { server, transport in
            let request = HTTPRequest(url: server.url(), headers: [HTTPHeader("X-Port", "\(server.port)")])
            await #expect {
                _ = try await transport.open(request, limits: .patient)
            } throws: { ($0 as? HTTPFailure)?.kind == .addressRefused }
        }
    }
}
