import CampaignModel
import HTTPTransport
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5))) struct FetchLimitTests {
    private static let block = [UInt8](repeating: 0x61, count: 64 * 1024)

    @Test func `an announced body over the limit is refused before it comes`() async throws {
        try await withServer({ _ in
            [.text("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n"), .hang]
        }) { server, transport in
            let failure = try #require(await transport.failure(server.url("/p?k"), limits: .init(maxBytes: 4999)))
            #expect(failure.kind == .tooLarge)
            #expect(failure.message.contains("4999"))
        }
    }

    @Test func `a chunked body over the limit is refused while it comes`() async throws {
        try await withServer({ _ in
            [
                .text("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"),
                .sendMany(Array("10000\r\n".utf8) + Self.block + Array("\r\n".utf8), times: 2000), .close,
            ]
        }) { server, transport in
            let failure = try #require(await transport.failure(server.url(), limits: .init(maxBytes: 1_000_000)))
            #expect(failure.kind == .tooLarge)
            #expect(failure.message.contains("1000000"))
            #expect(server.sentBytes < 50_000_000)
        }
    }

    @Test func `a body of exactly the limit is taken`() async throws {
        let body = [UInt8](repeating: 0x61, count: 4999)
        try await withServer({ _ in [.answer(body)] }) { server, transport in
            let (_, bytes) = try await transport.fetch(server.url(), limits: .init(maxBytes: 4999))
            #expect(bytes == body)
        }
    }

    @Test func `a decompression bomb is refused soon after its first mebibyte`() async throws {
        let bomb = Compressed.zeros(200 * 1024 * 1024)
        #expect(bomb.count < 256 * 1024)
        try await withServer({ _ in
            [.answer(headers: ["Content-Encoding: gzip"], bomb)]
        }) { server, transport in
            let response = try await transport.open(
                HTTPRequest(url: server.url(), timeout: .seconds(100)), limits: .catalog)
            var count = 0
            do throws(HTTPFailure) {
                for try await piece in response.body { count += piece.count }
                Issue.record("the bomb went through")
            } catch {
                #expect(error.kind == .tooLarge)
                #expect(error.message.contains("bomb"))
            }
            #expect(count < 8 * 1024 * 1024)
        }
    }

    @Test func `a chunked document that compresses well is no bomb`() async throws {
        // In its only chunk comes all of it, before libcurl has counted a byte.
        let packed = Compressed.zeros(1_500_000)
        let chunk = Array("\(String(packed.count, radix: 16))\r\n".utf8) + packed + Array("\r\n0\r\n\r\n".utf8)
        try await withServer({ _ in
            [
                .text("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n"), .send(chunk),
            ]
        }) { server, transport in
            let (_, bytes) = try await transport.fetch(server.url())
            #expect(bytes.count > 1_400_000)
        }
    }

    @Test func `a decompressed body over the limit is refused`() async throws {
        let small = Compressed.zeros(900_000)
        try await withServer({ _ in
            [.answer(headers: ["Content-Encoding: gzip"], small)]
        }) { server, transport in
            #expect(await transport.failure(server.url(), limits: .init(maxBytes: 500_000))?.kind == .tooLarge)
        }
    }

    @Test func `headers without end are refused`() async throws {
        let line = Array(("X-Pad: " + String(repeating: "x", count: 1000) + "\r\n").utf8)
        try await withServer({ _ in
            [.text("HTTP/1.1 200 OK\r\n"), .sendMany(line, times: 10_000), .hang]
        }) { server, transport in
            let failure = await transport.failure(server.url())
            #expect(failure?.kind == .tooLarge)
            #expect(failure?.message.contains("headers") == true)
        }
    }

    @Test func `many short headers are refused`() async throws {
        try await withServer({ _ in
            [.text("HTTP/1.1 200 OK\r\n"), .sendMany(Array("X: y\r\n".utf8), times: 10_000), .hang]
        }) { server, transport in
            let failure = await transport.failure(server.url())
            #expect(failure?.kind == .tooLarge)
            #expect(failure?.message.contains("more than 200 lines of headers") == true)
        }
    }

    @Test func `interim answers without end are refused`() async throws {
        try await withServer({ _ in
            [.sendMany(Array("HTTP/1.1 103 Early Hints\r\nX: y\r\n\r\n".utf8), times: 10_000), .hang]
        }) { server, transport in
            let failure = await transport.failure(server.url())
            #expect(failure?.message.contains("more than 200 lines of headers") == true)
        }
    }

    @Test func `a header without end is refused`() async throws {
        try await withServer({ _ in
            [.text("HTTP/1.1 200 OK\r\nX-Long: "), .sendMany(Self.block, times: 1600), .hang]
        }) { server, transport in
            let failure = await transport.failure(server.url())
            #expect(failure?.kind == .tooLarge)
            #expect(failure?.message.contains("a header that is longer than can be taken") == true)
            #expect(server.sentBytes < 32 * 1024 * 1024)
        }
    }

    @Test func `a body without length or end is refused at the limit`() async throws {
        try await withServer({ _ in
            [.text("HTTP/1.1 200 OK\r\n\r\n"), .sendMany(Self.block, times: 2000), .close]
        }) { server, transport in
            let failure = try #require(await transport.failure(server.url(), limits: .init(maxBytes: 1_000_000)))
            #expect(failure.kind == .tooLarge)
            #expect(server.sentBytes < 50_000_000)
        }
    }

    @Test func `a slow reader slows the sender down`() async throws {
        let times = 1024
        try await withServer({ _ in
            [
                .text("HTTP/1.1 200 OK\r\nContent-Length: \(times * Self.block.count)\r\n\r\n"),
                .sendMany(Self.block, times: times),
            ]
        }) { server, transport in
            let response = try await transport.open(
                HTTPRequest(url: server.url(), timeout: .seconds(60)), limits: .catalog)
            // Unread, the body stops in the kernel's buffers and one mebibyte of ours, well below its end.
            while response.body.pauses == 0, server.sentBytes < 48 * 1024 * 1024 { await Task.yield() }
            #expect(response.body.pauses == 1)
            #expect(server.sentBytes < 32 * 1024 * 1024)
            var count = 0
            var largest = 0
            for try await piece in response.body {
                count += piece.count
                largest = max(largest, piece.count)
            }
            #expect(count == times * Self.block.count)
            #expect(largest < 4 * 1024 * 1024)
        }
    }
}
