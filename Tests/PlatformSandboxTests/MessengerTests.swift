import CampaignModel
import TestSupport
import Testing

@testable import PlatformSandbox

@Suite struct MessengerTests {
    private static func template(_ payload: JSON) -> JSON { ["attachment": ["type": "template", "payload": payload]] }

    private static let link: JSON = ["type": "web_url", "url": "https://example.com/", "title": "Read"]

    @Test func `an accepted message answers with its ids and keeps its metadata`() async throws {
        try await SandboxClient.with { client in
            let answer = await client.messenger(["text": "hi", "metadata": "d-1"])
            #expect(answer.status == 200)
            #expect(answer.json["recipient_id"] == "7000000000000001")
            let entry = await client.accepted().first
            #expect(entry?["message_id"] == answer.json["message_id"])
            #expect(entry?["metadata"] == "d-1")
        }
    }

    @Test func `limits are those of the documents`() async throws {
        let card: JSON = ["title": "t", "subtitle": "s"]
        let refused: [JSON] = [
            ["text": .string(String(repeating: "x", count: 2000))], [:],
            Self.template(["template_type": "button", "text": "x", "buttons": []]),
            Self.template([
                "template_type": "button", "text": .string(String(repeating: "x", count: 641)), "buttons": [Self.link],
            ]),
            Self.template(["template_type": "generic", "elements": .array(Array(repeating: card, count: 11))]),
            Self.template(["template_type": "generic", "elements": [["title": "alone"]]]),
            ["attachment": ["type": "image", "payload": ["url": "file:///etc/passwd"]]],
        ]
        let accepted: [JSON] = [
            ["text": .string(String(repeating: "x", count: 1999))],
            Self.template([
                "template_type": "button", "text": .string(String(repeating: "x", count: 640)), "buttons": [Self.link],
            ]),
            Self.template(["template_type": "generic", "elements": .array(Array(repeating: card, count: 10))]),
        ]
        try await SandboxClient.with { client in
            for message in refused {
                let answer = await client.messenger(message)
                #expect(answer.status == 400)
                #expect(answer.json["error"]?["code"] == 100)
                #expect(answer.json["error"]?["fbtrace_id"] != nil)
            }
            for message in accepted { #expect(await client.messenger(message).status == 200) }
            #expect(await client.accepted().count == accepted.count)
        }
    }

    @Test func `the window closes after 24 hours and opens when the person writes`() async throws {
        try await SandboxClient.with { client in
            client.time.advance(by: .hours(24))
            #expect(await client.messenger(["text": "x"]).status == 200)
            client.time.advance(by: .seconds(1))
            let answer = await client.messenger(["text": "x"])
            #expect(answer.json["error"]?["code"] == 10)
            #expect(answer.json["error"]?["error_subcode"] == 2_018_278)
            let say: JSON = ["platform": "messenger", "address": "7000000000000001", "text": "hi"]
            _ = await client.post("/sandbox/api/say", say)
            #expect(await client.messenger(["text": "x"]).status == 200)
        }
    }

    @Test func `people and tokens that are wrong have their own codes`() async throws {
        try await SandboxClient.with(SandboxSettings(pageToken: Secret("page"))) { client in
            #expect(await client.messenger(["text": "x"], to: "9").json["error"]?["error_subcode"] == 2_018_001)
            #expect(await client.messenger(["text": "x"], type: .null).json["error"]?["code"] == 100)
            _ = await client.post("/sandbox/api/people/messenger/7000000000000001", ["blocked": true])
            #expect(await client.messenger(["text": "x"]).json["error"]?["code"] == 551)
            let stranger = await client.post("/v25.0/me/messages?access_token=other", [:])
            #expect(stranger.json["error"]?["code"] == 190)
        }
    }
}
