import CampaignModel
import HTTPTransport
import TestSupport

/// A scripted server and a transport, both ended after the test.
func withServer(
    allow: [String] = ["127.0.0.0/8"], sends: TransferLimit = TransferLimit(total: 64, perHost: 64),
    _ script: @escaping @Sendable (LoopbackServer.Request) -> [LoopbackServer.Step],
    _ body: (LoopbackServer, HTTPTransport) async throws -> Void
) async throws {
    let server = try LoopbackServer(script)
    defer { server.stop() }
    let transport = try makeTransport(allow: allow, sends: sends)
    do {
        try await body(server, transport)
    } catch {
        server.stop()
        await transport.shutdown()
        throw error
    }
    server.stop()
    await transport.shutdown()
}

func makeTransport(
    allow: [String] = [], sends: TransferLimit = TransferLimit(total: 64, perHost: 64)
) throws -> HTTPTransport {
    HTTPTransport(
        .init(
            userAgent: "tellal-test", fetches: TransferLimit(total: 128, perHost: 64), sends: sends,
            addressPolicy: try AddressPolicy(allow: allow)
        )
    )
}

extension HTTPTransport {
    /// Fetches all of it.
    func fetch(
        _ url: String, headers: [HTTPHeader] = [], limits: FetchLimits = .patient, timeout: Duration = .seconds(100)
    ) async throws -> (HTTPResponse, [UInt8]) {
        let response = try await open(HTTPRequest(url: url, headers: headers, timeout: timeout), limits: limits)
        var bytes: [UInt8] = []
        for try await piece in response.body { bytes += piece }
        return (response, bytes)
    }

    /// Why a fetch fails; `nil` when it does not.
    func failure(
        _ url: String, limits: FetchLimits = .patient, timeout: Duration = .seconds(100)
    ) async -> HTTPFailure? {
        do throws(HTTPFailure) {
            let response = try await open(HTTPRequest(url: url, timeout: timeout), limits: limits)
            for try await _ in response.body {}
            return nil
        } catch {
            return error
        }
    }
}

extension HTTPOutcome {
    var answer: HTTPAnswer? { if case .answered(let answer) = self { answer } else { nil } }
    var unanswered: HTTPFailure? { if case .unanswered(let failure) = self { failure } else { nil } }
    var notSent: HTTPFailure? { if case .notSent(let failure) = self { failure } else { nil } }
}

func post(_ url: String, _ body: String, timeout: Duration = .seconds(100)) -> HTTPRequest {
    HTTPRequest(
        method: "POST", url: url, headers: [HTTPHeader("Content-Type", "application/json")], body: Array(body.utf8),
        timeout: timeout
    )
}

extension FetchLimits {
    /// As of feeds, but without a least speed: a test may have to wait for its turn longer than a server.
    static let patient = FetchLimits(maxBytes: FetchLimits.feed.maxBytes, lowSpeedBytesPerSecond: 0)
}
