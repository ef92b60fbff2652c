import CampaignModel
import HTTPTransport
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5)), .enabled(if: TLSServer.isAvailable, "needs openssl")) struct TLSTests {
    private static let insecure = ["-cipher", "ALL:@SECLEVEL=0"]

    @Test func `a certificate of a trusted authority is fine and its end is told`() async throws {
        try await withTLS { server, transport in
            let response = try await transport.open(
                HTTPRequest(url: server.url(), timeout: .seconds(100)), limits: .patient, asksForCertificate: true)
            #expect(response.status == 200)
            #expect(response.certificateExpiresAt?.description == "2049-12-31T23:59:59Z")
        }
    }

    @Test func `the certificate's end is told each time`() async throws {
        try await withTLS { server, transport in
            for _ in 0..<3 {
                let response = try await transport.open(
                    HTTPRequest(url: server.url(), timeout: .seconds(100)), limits: .patient, asksForCertificate: true)
                #expect(response.certificateExpiresAt != nil)
            }
        }
    }

    @Test func `nothing is told of a certificate that was not asked for`() async throws {
        try await withTLS { server, transport in
            let (response, _) = try await transport.fetch(server.url())
            #expect(response.certificateExpiresAt == nil)
        }
    }

    @Test func `plain http has no certificate`() async throws {
        try await withServer({ _ in [.answer("here")] }) { server, transport in
            let response = try await transport.open(
                HTTPRequest(url: server.url(), timeout: .seconds(100)), limits: .patient, asksForCertificate: true)
            #expect(response.certificateExpiresAt == nil)
        }
    }

    @Test func `an expired certificate is refused`() async throws {
        try await withTLS(ends: "20210101000000Z") { server, transport in
            try await expectRefusal(transport, server.url(), "has expired")
        }
    }

    @Test func `a certificate for another name is refused`() async throws {
        try await withTLS { server, transport in
            try await expectRefusal(transport, server.url(host: "localhost"), "is for another name")
        }
    }

    @Test func `a certificate that signs itself is refused`() async throws {
        try await withTLS(signer: .itself) { server, transport in
            try await expectRefusal(transport, server.url(), "is signed by nobody but itself")
        }
    }

    @Test func `a certificate of an unknown authority is refused`() async throws {
        try await withTLS(signer: .stranger) { server, transport in
            try await expectRefusal(transport, server.url(), "from an authority that this machine does not trust")
        }
    }

    @Test(arguments: ["-tls1", "-tls1_1"])
    func `old TLS is refused`(version: String) async throws {
        try await withTLS(options: [version] + Self.insecure) { server, transport in
            try await expectRefusal(transport, server.url(), "TLS 1.2 or newer is needed")
        }
    }

    @Test func `TLS 1-2 is still fine`() async throws {
        try await withTLS(options: ["-tls1_2"]) { server, transport in
            let response = try await transport.open(
                HTTPRequest(url: server.url(), timeout: .seconds(100)), limits: .patient, asksForCertificate: true)
            #expect(response.certificateExpiresAt?.description == "2049-12-31T23:59:59Z")
        }
    }

    @Test func `a permanent redirect from https to http is followed and moves nothing`() async throws {
        let plain = try LoopbackServer { _ in [.answer("here")] }
        defer { plain.stop() }
        let moved = "HTTP/1.1 301 Moved\r\nLocation: \(plain.url("/feed"))\r\nContent-Length: 0\r\n\r\n"
        try await withTLS(answers: ["feed": moved]) { server, transport in
            let (response, bytes) = try await transport.fetch(
                server.url(), headers: [HTTPHeader("Authorization", "Bearer x")])
            #expect(bytes == Array("here".utf8))
            #expect(response.redirects.map(\.status) == [301])
            #expect(response.permanentURL == nil)
            #expect(plain.requests.first?.header("Authorization") == nil)
        }
    }

    @Test func `a move from http to https is a move`() async throws {
        try await withTLS { server, transport in
            let plain = try LoopbackServer { _ in
                [.answer(status: 301, headers: ["Location: \(server.url())"], "")]
            }
            defer { plain.stop() }
            let (response, _) = try await transport.fetch(plain.url())
            #expect(response.permanentURL == server.url())
        }
    }

    @Test func `a handshake that never ends takes the time for connecting and no more`() async throws {
        try await withServer({ _ in [.hang] }) { server, transport in
            let request = HTTPRequest(
                url: "https://127.0.0.1:\(server.port)/", connectTimeout: .milliseconds(200))
            await #expect {
                _ = try await transport.open(request, limits: .patient)
            } throws: { ($0 as? HTTPFailure)?.kind == .timedOut }
        }
    }

    private func expectRefusal(_ transport: HTTPTransport, _ url: String, _ words: String) async throws {
        let fetch = try #require(await transport.failure(url))
        #expect(fetch.kind == .tls)
        #expect(fetch.message.contains(words), "\(fetch.message)")
        #expect(!fetch.requestLeft)
        // What holds for fetching holds for sending.
        #expect(await transport.send(post(url, "{}")).notSent?.kind == .tls)
    }
}

private func withTLS(
    signer: TLSServer.Signer = .authority, ends: String = "20491231235959Z", options: [String] = [],
    answers: [String: String] = ["feed": "HTTP/1.1 200 OK\r\n\r\nhello"],
    _ body: (TLSServer, HTTPTransport) async throws -> Void
) async throws {
    let server = try TLSServer(signer: signer, ends: ends, options: options, answers: answers)
    defer { server.stop() }
    let transport = HTTPTransport(
        .init(
            userAgent: "tellal-test", addressPolicy: try AddressPolicy(allow: ["127.0.0.0/8"]),
            trustedCertificates: server.authority
        )
    )
    do {
        try await body(server, transport)
    } catch {
        await transport.shutdown()
        throw error
    }
    await transport.shutdown()
}
