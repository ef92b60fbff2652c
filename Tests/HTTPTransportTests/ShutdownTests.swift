import CampaignModel
import HTTPTransport
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5))) struct ShutdownTests {
    @Test func `a request on the wire is finished and what waits is not sent`() async throws {
        let gate = LoopbackServer.Gate()
        try await withServer(
            sends: TransferLimit(total: 1, perHost: 1), { _ in [.wait(gate), .answer("done")] }
        ) { server, transport in
            async let first = transport.send(post(server.url(), "first"))
            while server.requests.isEmpty { await Task.yield() }
            async let second = transport.send(post(server.url(), "second"))
            async let end: Void = transport.shutdown()
            // The second one comes back at once, whether it came before or after the shutdown.
            #expect(await second.notSent?.kind == .cancelled)
            gate.open()
            #expect(await first.answer?.body == Array("done".utf8))
            await end
            #expect(server.requests.count == 1)
        }
    }

    @Test func `a fetch under way is aborted`() async throws {
        try await withServer({ _ in [.text("HTTP/1.1 200 OK\r\n\r\nsome"), .hang] }) { server, transport in
            let response = try await transport.open(
                HTTPRequest(url: server.url(), timeout: .seconds(100)), limits: .patient)
            await transport.shutdown()
            await #expect { for try await _ in response.body {} } throws: { ($0 as? HTTPFailure)?.kind == .cancelled }
        }
    }

    @Test func `after the end nothing is sent and a second end is harmless`() async throws {
        try await withServer({ _ in [.answer("fine")] }) { server, transport in
            await transport.shutdown()
            await transport.shutdown()
            #expect(await transport.send(post(server.url(), "{}")).notSent?.kind == .cancelled)
            #expect(await transport.failure(server.url())?.kind == .cancelled)
            #expect(server.connections == 0)
        }
    }
}
