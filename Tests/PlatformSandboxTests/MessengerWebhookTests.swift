import CampaignModel
import Crypto
import Foundation
import TestSupport
import Testing

@testable import PlatformSandbox

@Suite(.timeLimit(.minutes(5))) struct MessengerWebhookTests {
    private static let person: JSON = ["platform": "messenger", "address": "7000000000000001"]
    private static let fields: JSON = [
        "messages", "messaging_postbacks", "messaging_referrals", "messaging_optins", "message_deliveries",
        "message_reads", "message_reactions", "message_echoes", "messaging_policy_enforcement",
    ]

    private static func with(
        _ hook: Webhook, fields: JSON = fields, _ body: @escaping @Sendable (SandboxClient) async throws -> Void
    ) async throws {
        let settings = SandboxSettings(pageID: "1", appSecret: Secret("s3"), callbackURL: "http://127.0.0.1:9/m")
        try await SandboxClient.with(settings, sender: hook) { client in
            _ = await client.post("/v25.0/1/subscribed_apps?access_token=p", ["subscribed_fields": fields])
            try await body(client)
        }
    }

    @Test func `an event is signed over its very bytes, which are ASCII`() async throws {
        let hook = Webhook()
        try await Self.with(hook) { client in
            _ = await client.control("say", Self.person.adding(["text": "Grüße 😀"]))
            let post = try #require(await hook.next().first)
            let key = SymmetricKey(data: Data("s3".utf8))
            let code = HMAC<SHA256>.authenticationCode(for: post.body, using: key)
            let hex = code.map { String(format: "%02x", $0) }.joined()
            #expect(post.headers["X-Hub-Signature-256"] == "sha256=\(hex)")
            #expect(String(decoding: post.body, as: UTF8.self).contains(#"Gr\u00fc\u00dfe \ud83d\ude00"#))
            let body = JSONReader.read(post.body)
            #expect(body?["object"] == "page")
            #expect(body?["entry"]?.array?.first?["id"] == "1")
            let event = body?["entry"]?.array?.first?["messaging"]?.array?.first
            #expect(event?["message"]?["text"] == "Grüße 😀")
            #expect(event?["sender"]?["id"] == "7000000000000001")
        }
    }

    @Test func `only the fields that the Page is subscribed to go out`() async throws {
        let hook = Webhook()
        try await Self.with(hook, fields: ["message_reads"]) { client in
            let said = await client.control("say", Self.person.adding(["text": "x"]))
            #expect(said["posted"] == false)
            let read = await client.control("read", Self.person)
            #expect(read["posted"] == true)
            #expect(await hook.events().first?["read"]?["watermark"] != nil)
        }
    }

    @Test func `an event is tried a few more times and then lost`() async throws {
        let hook = Webhook { _, index in .json(index < 7 ? 500 : 200, "") }
        try await Self.with(hook) { client in
            _ = await client.control("say", Self.person.adding(["text": "lost"]))
            _ = await client.control("say", Self.person.adding(["text": "kept"]))
            let texts = await hook.events(8).map { $0["message"]?["text"] }
            #expect(texts == Array(repeating: "lost", count: 7) + ["kept"])
            #expect(await client.get("/sandbox/api/webhooks").json["messenger"]?["lost"] == 1)
        }
    }

    @Test func `the app is configured by a handshake`() async throws {
        let hook = Webhook { request, _ in
            let query = request.url.split(separator: "?").last.map { String($0) } ?? ""
            let values = RequestParameters(query: query, contentType: nil, body: [])
            let isRight = values?.text("hub.mode") == "subscribe" && values?.text("hub.verify_token") == "v t"
            let challenge = values?.text("hub.challenge") ?? ""
            return .answered(
                HTTPAnswer(status: isRight ? 200 : 403, headers: [], body: Array(isRight ? challenge.utf8 : "no".utf8))
            )
        }
        try await SandboxClient.with(sender: hook) { client in
            let path = "/v25.0/77/subscriptions?access_token=77%7Csecret"
            let body: JSON = [
                "object": "page", "callback_url": "http://127.0.0.1:9/m", "verify_token": "wrong", "fields": "messages",
            ]
            let refused = await client.post(path, body)
            #expect(refused.json["error"]?["code"] == 2200)
            let taken = await client.post(path, body.adding(["verify_token": "v t"]))
            #expect(taken.json["success"] == true)
            let listed = await client.get(path).json["data"]?.array?.first
            #expect(listed?["callback_url"] == "http://127.0.0.1:9/m")
        }
    }

    @Test func `Get Started carries the ref, and in a thread that exists the ref comes alone`() async throws {
        let hook = Webhook()
        try await Self.with(hook) { client in
            let start = Self.person.adding(["payload": "spring"])
            #expect(await client.post("/sandbox/api/start", start).status == 404)
            _ = await client.post("/v25.0/1/messenger_profile?access_token=p", ["get_started": ["payload": "GO"]])
            _ = await client.control("start", start)
            _ = await client.control("start", start)
            let events = await hook.events(2)
            #expect(events.first?["postback"]?["payload"] == "GO")
            #expect(events.first?["postback"]?["referral"]?["ref"] == "spring")
            #expect(events.last?["referral"] == ["ref": "spring", "source": "SHORTLINK", "type": "OPEN_THREAD"])
        }
    }

    @Test func `presses become postbacks and quick replies`() async throws {
        let hook = Webhook()
        try await Self.with(hook, fields: ["messages", "messaging_postbacks"]) { client in
            let quick: JSON = ["content_type": "text", "title": "Yes", "payload": "Y"]
            _ = await client.messenger(["text": "sure?", "quick_replies": [quick]])
            let button: JSON = ["type": "postback", "title": "Stop", "payload": "STOP"]
            let template: JSON = ["template_type": "button", "text": "x", "buttons": [button]]
            _ = await client.messenger(["attachment": ["type": "template", "payload": template]])
            _ = await client.control("press", Self.person.adding(["data": "Y"]))
            _ = await client.control("press", Self.person.adding(["data": "STOP"]))
            let events = await hook.events(2)
            #expect(events.first?["message"]?["quick_reply"]?["payload"] == "Y")
            #expect(events.first?["message"]?["text"] == "Yes")
            #expect(events.last?["postback"]?["payload"] == "STOP")
        }
    }

    @Test func `a picture comes without text`() async throws {
        let hook = Webhook()
        try await Self.with(hook) { client in
            let url: JSON = "https://example.com/a.png"
            _ = await client.control("say", Self.person.adding(["url": url]))
            let message = await hook.events().first?["message"]
            #expect(message?["text"] == nil)
            #expect(message?["attachments"] == [["type": "image", "payload": ["url": url]]])
        }
    }

    @Test func `an echo carries the metadata, a delivery the ids`() async throws {
        let hook = Webhook()
        try await Self.with(hook) { client in
            let id = await client.messenger(["text": "hi", "metadata": "d-1"]).json["message_id"]
            _ = await client.control("deliver", Self.person)
            _ = await client.control("deliver", Self.person.adding(["mids": false]))
            let events = await hook.events(3)
            #expect(events.first?["message"]?["is_echo"] == true)
            #expect(events.first?["message"]?["metadata"] == "d-1")
            #expect(events.first?["sender"]?["id"] == "1")
            #expect(events[1]["delivery"]?["mids"] == [id ?? .null])
            #expect(events[2]["delivery"]?["mids"] == nil)
        }
    }

    @Test func `a reaction opens the window, a read receipt does not`() async throws {
        try await Self.with(Webhook()) { client in
            let id = await client.messenger(["text": "hi"]).json["message_id"] ?? ""
            client.time.advance(by: .hours(25))
            _ = await client.control("read", Self.person)
            #expect(await client.messenger(["text": "x"]).json["error"]?["error_subcode"] == 2_018_278)
            _ = await client.control("react", Self.person.adding(["message_id": id]))
            #expect(await client.messenger(["text": "x"]).status == 200)
        }
    }

    @Test func `opting in, stopping and resuming are told with one token`() async throws {
        let hook = Webhook()
        try await Self.with(hook, fields: ["messaging_optins"]) { client in
            let template: JSON = ["template_type": "notification_messages", "title": "News", "payload": "P"]
            let message: JSON = ["attachment": ["type": "template", "payload": template]]
            #expect(await client.messenger(message).status == 200)
            #expect(await client.messenger(message).json["error"]?["error_subcode"] == 1_893_016)
            for name in ["optin", "optout", "optin"] { _ = await client.control(name, Self.person) }
            let events = await hook.events(3).map { $0["optin"] }
            #expect(events.first??["payload"] == "P")
            #expect(events.first??["notification_messages_status"] == nil)
            #expect(events[1]?["notification_messages_status"] == "STOP NOTIFICATIONS")
            #expect(events[2]?["notification_messages_status"] == "RESUME NOTIFICATIONS")
            #expect(Set(events.map { $0?["notification_messages_token"] }).count == 1)
        }
    }

    @Test func `a policy enforcement is told and keeps the Page from sending`() async throws {
        let hook = Webhook()
        try await Self.with(hook) { client in
            _ = await client.control("enforce", ["action": "block"])
            #expect(await client.messenger(["text": "x"]).json["error"]?["error_subcode"] == 1_893_063)
            _ = await client.control("enforce", ["action": "unblock"])
            #expect(await client.messenger(["text": "x"]).status == 200)
            let events = await hook.events(2).map { $0["policy_enforcement"] }
            #expect(events.first??["action"] == "block")
            #expect(events.last??["reason"] == nil)
        }
    }
}
