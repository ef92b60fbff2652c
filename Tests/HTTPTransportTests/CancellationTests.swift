import CampaignModel
import HTTPTransport
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5))) struct CancellationTests {
    @Test func `cancelling before the head ends the transfer`() async throws {
        try await withServer({ _ in [.hang] }) { server, transport in
            let failure = await withTaskGroup(of: HTTPFailure?.self) { group in
                group.addTask { await transport.failure(server.url(), timeout: .seconds(100)) }
                while server.requests.isEmpty { await Task.yield() }
                group.cancelAll()
                return await group.next() ?? nil
            }
            #expect(failure?.kind == .cancelled)
        }
    }

    @Test func `cancelling in the body ends the transfer`() async throws {
        let reached = LockedValue(false)
        try await withServer({ _ in [.text("HTTP/1.1 200 OK\r\n\r\nsome"), .hang] }) { server, transport in
            let failure = await withTaskGroup(of: HTTPFailure?.self) { group in
                group.addTask {
                    do throws(HTTPFailure) {
                        let request = HTTPRequest(url: server.url(), timeout: .seconds(100))
                        let response = try await transport.open(request, limits: .patient)
                        for try await _ in response.body { reached.withLock { $0 = true } }
                        return nil
                    } catch {
                        return error
                    }
                }
                while !reached.withLock({ $0 }) { await Task.yield() }
                group.cancelAll()
                return await group.next() ?? nil
            }
            #expect(failure?.kind == .cancelled)
        }
    }

    @Test func `a task cancelled before fetches nothing`() async throws {
        try await withServer({ _ in [.hang] }) { server, transport in
            let failure = await withTaskGroup(of: HTTPFailure?.self) { group in
                group.cancelAll()
                group.addTask { await transport.failure(server.url(), timeout: .seconds(100)) }
                return await group.next() ?? nil
            }
            #expect(failure?.kind == .cancelled)
        }
    }

    @Test func `dropping the body ends the transfer`() async throws {
        let block = [UInt8](repeating: 0, count: 64 * 1024)
        try await withServer({ _ in
            [.text("HTTP/1.1 200 OK\r\n\r\n"), .sendMany(block, times: 100_000), .close]
        }) { server, transport in
            func look() async throws -> Int {
                try await transport.open(HTTPRequest(url: server.url(), timeout: .seconds(60)), limits: .catalog).status
            }
            let status = try await look()
            #expect(status == 200)
            // The dropped transfer's sender runs into a closed connection, long before its end and the request's.
            while server.openConnections > 0 { await Task.yield() }
            #expect(server.sentBytes < 1_000_000_000)
        }
    }

    @Test func `many cancellations leave nothing waiting`() async throws {
        try await withServer({ _ in [.text("HTTP/1.1 200 OK\r\n\r\nsome"), .hang] }) { server, transport in
            let kinds = await withTaskGroup(of: HTTPFailure?.self) { group in
                for _ in 0..<100 { group.addTask { await transport.failure(server.url(), timeout: .seconds(100)) } }
                while server.requests.count < 20 { await Task.yield() }
                group.cancelAll()
                return await group.reduce(into: [HTTPFailure.Kind?]()) { $0.append($1?.kind) }
            }
            #expect(kinds == Array(repeating: .cancelled, count: 100))
        }
    }
}
