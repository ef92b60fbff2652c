import CampaignModel
import TestSupport
import Testing

@testable import PlatformSandbox

@Suite struct FaultTests {
    private static func send(_ client: SandboxClient, _ more: JSON = [:], to chat: JSON = 700_000_001) async
        -> SandboxClient.Answer
    {
        let message: JSON = ["chat_id": chat, "text": "x"]
        return await client.telegram("sendMessage", message.adding(more))
    }

    @Test func `a fault of one recipient leaves the others alone`() async throws {
        try await SandboxClient.with { client in
            _ = await client.control("faults", ["mode": "blocked", "recipient": "700000001"])
            _ = await client.control("faults", ["mode": "status", "status": 503, "platform": "messenger"])
            #expect(await Self.send(client).status == 403)
            #expect(await Self.send(client, to: 700_000_002).status == 200)
            #expect(await client.messenger(["text": "x"]).status == 503)
            _ = await client.control("faults", ["mode": "ok", "all": true])
            #expect(await Self.send(client).status == 200)
            #expect(await client.messenger(["text": "x"]).status == 200)
        }
    }

    @Test func `a recipient's own fault comes before the general one`() async throws {
        try await SandboxClient.with { client in
            _ = await client.control("faults", ["mode": "flood", "seconds": 7])
            _ = await client.control("faults", ["mode": "gone", "recipient": "700000001", "count": 1])
            #expect(await Self.send(client).json["description"] == "Bad Request: chat not found")
            let flooded = await Self.send(client)
            #expect(flooded.json["parameters"]?["retry_after"] == 7)
            #expect(await client.messenger(["text": "x"]).json["error"]?["code"] == 613)
        }
    }

    @Test func `every refusal has the platform's words`() async throws {
        try await SandboxClient.with { client in
            let telegram: [(JSON, JSON, Int, String)] = [
                (["mode": "bad_entities"], ["parse_mode": "HTML"], 400, "can't parse entities"),
                (["mode": "status", "status": 502], [:], 502, "Bad Gateway"),
                (["mode": "token_revoked"], [:], 401, "Unauthorized"),
                (["status": 403, "description": "Forbidden: user is deactivated"], [:], 403, "user is deactivated"),
            ]
            for (fault, more, status, words) in telegram {
                _ = await client.control("faults", fault)
                let answer = await Self.send(client, more)
                #expect(answer.status == status)
                #expect(answer.json["description"]?.string?.contains(words) == true)
            }
            _ = await client.control("faults", ["mode": "migrate", "to": -100_123])
            #expect(await Self.send(client).json["parameters"]?["migrate_to_chat_id"] == -100_123)
            let messenger: [(JSON, Int64, Int64?)] = [
                (["mode": "window_closed"], 10, 2_018_278), (["mode": "token_revoked"], 190, 460),
                (["mode": "page_restricted"], 10, 1_893_063), (["mode": "page_restricted", "code": 368], 368, nil),
                (["mode": "error", "code": 200, "subcode": 2_018_028], 200, 2_018_028),
                (["mode": "gone"], 551, nil), (["code": 2022], 2022, nil),
            ]
            for (fault, code, subcode) in messenger {
                _ = await client.control("faults", fault)
                let error = await client.messenger(["text": "x"]).json["error"]
                #expect(error?["code"]?.integer == code)
                #expect(error?["error_subcode"]?.integer == subcode)
            }
        }
    }

    @Test func `what is about media or markup hits only sends that have some`() async throws {
        try await SandboxClient.with { client in
            _ = await client.control("faults", ["mode": "media_refused"])
            #expect(await Self.send(client).status == 200)
            #expect(await client.messenger(["text": "x"]).status == 200)
            let photo: JSON = ["chat_id": 700_000_001, "photo": "https://example.com/a.png"]
            #expect(await client.telegram("sendPhoto", photo).status == 400)
            let image: JSON = ["attachment": ["type": "image", "payload": ["url": "https://example.com/a.png"]]]
            #expect(await client.messenger(image).json["error"]?["error_subcode"] == 2_018_008)
            _ = await client.control("faults", ["mode": "bad_entities"])
            #expect(await Self.send(client).status == 200)
        }
    }

    @Test func `too many calls come with the usage header`() async throws {
        try await SandboxClient.with { client in
            _ = await client.control("faults", ["mode": "flood", "code": 80_006, "seconds": 120])
            let answer = await client.messenger(["text": "x"])
            #expect(answer.json["error"]?["code"] == 80_006)
            #expect(answer.head.contains("x-business-use-case-usage"))
            #expect(answer.head.contains(#""estimated_time_to_regain_access":2"#))
        }
    }

    @Test func `a hanging call accepts nothing and ends without an answer`() async throws {
        try await SandboxClient.with { client in
            _ = await client.control("faults", ["mode": "hang", "recipient": "700000001"])
            #expect(await Self.send(client).status == 0)
            #expect(await client.accepted().isEmpty)
        }
    }

    @Test(arguments: ["hang", "slow"])
    func `a fault of the general kind can be in the way of everything`(mode: String) async throws {
        try await SandboxClient.with { client in
            _ = await client.control("faults", ["mode": .string(mode), "ms": 1000])
            let status = await client.messenger(["text": "x"]).status
            #expect(status == (mode == "slow" ? 200 : 0))
        }
    }

    @Test func `every second connection is closed before it is read`() async throws {
        try await SandboxClient.with { client in
            _ = await client.control("faults", ["mode": "close_before_read", "every": 2])
            var statuses: [Int] = []
            for _ in 0..<4 { statuses.append(await Self.send(client).status) }
            #expect(statuses == [200, 0, 200, 0])
        }
    }
}
