import CampaignModel
import TestSupport
import Testing

@testable import PlatformSandbox

@Suite(.timeLimit(.minutes(5))) struct TelegramWebhookTests {
    private static let person: JSON = ["platform": "telegram", "address": "700000001"]

    private static func say(_ text: String) -> JSON { person.adding(["text": .string(text)]) }

    private static func set(_ client: SandboxClient, _ more: JSON = [:]) async {
        let url: JSON = ["url": "http://127.0.0.1:9/hook", "secret_token": "s-1"]
        _ = await client.telegram("setWebhook", url.adding(more))
    }

    @Test func `updates are posted in order with the secret token`() async throws {
        let hook = Webhook()
        try await SandboxClient.with(sender: hook) { client in
            await Self.set(client)
            for text in ["one", "two", "three"] { _ = await client.control("say", Self.say(text)) }
            let posts = await hook.next(3)
            #expect(posts.allSatisfy { $0.headers["X-Telegram-Bot-Api-Secret-Token"] == "s-1" })
            #expect(posts.map { JSONReader.read($0.body)?["message"]?["text"] } == ["one", "two", "three"])
            let ids = posts.compactMap { JSONReader.read($0.body)?["update_id"]?.integer }
            #expect(ids == ids.sorted() && Set(ids).count == 3)
        }
    }

    @Test func `a refused update comes again before the next one and is remembered as an error`() async throws {
        let hook = Webhook { _, index in index < 2 ? .json(500, "") : .json(200, "") }
        try await SandboxClient.with(sender: hook) { client in
            await Self.set(client)
            _ = await client.control("say", Self.say("one"))
            _ = await client.control("say", Self.say("two"))
            let texts = await hook.bodies(4).map { $0["message"]?["text"] }
            #expect(texts == ["one", "one", "one", "two"])
            let info = await client.telegram("getWebhookInfo", [:]).json["result"]
            #expect(info?["last_error_message"] == "Wrong response from the webhook: 500 Internal Server Error")
            #expect(info?["last_error_date"]?.integer ?? 0 > 0)
        }
    }

    @Test func `the answer to an update may be a method`() async throws {
        let reply = #"{"method":"sendMessage","chat_id":700000001,"text":"hello back"}"#
        let hook = Webhook { _, index in .json(200, index == 0 ? reply : "") }
        try await SandboxClient.with(sender: hook) { client in
            await Self.set(client)
            _ = await client.control("say", Self.say("hello"))
            _ = await hook.next()
            _ = await client.control("say", Self.say("again"))
            _ = await hook.next()
            #expect(await client.accepted().map { $0["text"] } == ["hello back"])
        }
    }

    @Test func `plain http is for this machine only`() async throws {
        try await SandboxClient.with { client in
            let cases: [(String, Int)] = [
                ("http://127.0.0.1:8080/x", 200), ("http://localhost/x", 200), ("http://[::1]:81/x", 200),
                ("http://example.com/x", 400), ("http://127.0.0.1@example.com/x", 400), ("https://example.com/x", 200),
                ("https://example.com:8444/x", 400), ("http://127.0.0.1.example.com/", 400),
            ]
            for (url, status) in cases {
                let answer = await client.telegram("setWebhook", ["url": .string(url)])
                #expect(answer.status == status, "\(url)")
            }
        }
    }

    @Test func `nothing is posted to other machines`() async throws {
        let hook = Webhook()
        try await SandboxClient.with(sender: hook) { client in
            _ = await client.telegram("setWebhook", ["url": "https://example.com/x"])
            _ = await client.control("say", Self.say("for example.com"))
            await Self.set(client, ["drop_pending_updates": true])
            _ = await client.control("say", Self.say("for us"))
            #expect(await hook.bodies().first?["message"]?["text"] == "for us")
        }
    }

    @Test func `blocking and unblocking is told`() async throws {
        try await SandboxClient.with { client in
            _ = await client.telegram("getMe", [:])
            _ = await client.control("block", Self.person)
            _ = await client.control("block", Self.person)
            _ = await client.control("people/telegram/700000001", ["blocked": false])
            let updates = await client.telegram("getUpdates", [:]).json["result"]?.array ?? []
            let states = updates.map { $0["my_chat_member"]?["new_chat_member"]?["status"] }
            #expect(states == ["kicked", "member"])
            #expect(updates.first?["my_chat_member"]?["old_chat_member"]?["status"] == "member")
            #expect(updates.first?["my_chat_member"]?["chat"]?["id"] == 700_000_001)
        }
    }

    @Test func `one bot is blocked, the other is not and hears nothing`() async throws {
        try await SandboxClient.with { client in
            for token in ["41:a", "42:b"] { _ = await client.telegram("getMe", [:], token: token) }
            _ = await client.control("say", Self.say("hi").adding(["bot": 41]))
            _ = await client.control("block", Self.person.adding(["bot": 41]))
            let message: JSON = ["chat_id": 700_000_001, "text": "x"]
            #expect(await client.telegram("sendMessage", message, token: "41:a").status == 403)
            #expect(await client.telegram("sendMessage", message, token: "42:b").status == 200)
            #expect(await client.telegram("getUpdates", [:], token: "41:a").json["result"]?.array?.count == 2)
            #expect(await client.telegram("getUpdates", [:], token: "42:b").json["result"] == [])
            _ = await client.control("start", Self.person.adding(["bot": 41]))
            #expect(await client.telegram("sendMessage", message, token: "41:a").status == 200)
        }
    }

    @Test func `reactions come only when they are asked for`() async throws {
        try await SandboxClient.with { client in
            let sent = await client.telegram("sendMessage", ["chat_id": 700_000_001, "text": "x"])
            let id = sent.json["result"]?["message_id"] ?? 0
            let react = Self.person.adding(["message_id": id, "emoji": "👍"])
            _ = await client.control("react", react)
            let none = await client.telegram("getUpdates", ["allowed_updates": ["message_reaction", "message"]])
            #expect(none.json["result"] == [])
            _ = await client.control("react", react)
            let updates = await client.telegram("getUpdates", [:]).json["result"]?.array
            #expect(updates?.count == 1)
            #expect(updates?.first?["message_reaction"]?["new_reaction"]?.array?.first?["emoji"] == "👍")
        }
    }

    @Test func `kinds that are not allowed make no update`() async throws {
        try await SandboxClient.with { client in
            _ = await client.telegram("getUpdates", ["allowed_updates": ["callback_query"]])
            _ = await client.control("say", Self.say("x"))
            #expect(await client.telegram("getUpdates", [:]).json["result"] == [])
            _ = await client.telegram("getUpdates", ["allowed_updates": []])
            _ = await client.control("say", Self.say("y"))
            #expect(await client.telegram("getUpdates", [:]).json["result"]?.array?.count == 1)
        }
    }

    @Test func `a start link makes a new person with the names that are given`() async throws {
        try await SandboxClient.with { client in
            _ = await client.telegram("getMe", [:])
            let start: JSON = [
                "platform": "telegram", "address": "700000099", "payload": "from-blog", "first_name": "👩‍👩‍👧",
                "last_name": "\u{202E}\u{5D0}\u{200B}", "language_code": "he",
            ]
            _ = await client.control("start", start)
            let message = await client.telegram("getUpdates", [:]).json["result"]?.array?.first?["message"]
            #expect(message?["text"] == "/start from-blog")
            #expect(message?["from"]?["first_name"] == "👩‍👩‍👧")
            #expect(message?["from"]?["last_name"] == "\u{202E}\u{5D0}\u{200B}")
            #expect(message?["from"]?["language_code"] == "he")
            let bad = await client.post("/sandbox/api/start", start.adding(["payload": "no spaces"]))
            #expect(bad.status == 400)
        }
    }

    @Test func `a picture comes with its caption`() async throws {
        try await SandboxClient.with { client in
            _ = await client.telegram("getMe", [:])
            _ = await client.control("say", Self.say("look").adding(["url": "https://example.com/a.png"]))
            let message = await client.telegram("getUpdates", [:]).json["result"]?.array?.first?["message"]
            #expect(message?["caption"] == "look")
            #expect(message?["photo"]?.array?.isEmpty == false)
        }
    }

    @Test func `a callback query is answered once`() async throws {
        try await SandboxClient.with { client in
            let keyboard: JSON = ["inline_keyboard": [[["text": "Stop", "callback_data": "stop"]]]]
            _ = await client.telegram(
                "sendMessage", ["chat_id": 700_000_001, "text": "x", "reply_markup": keyboard]
            )
            let id = await client.control("press", Self.person.adding(["data": "stop"]))["callback_query_id"] ?? ""
            #expect(await client.telegram("answerCallbackQuery", ["callback_query_id": id]).status == 200)
            #expect(await client.telegram("answerCallbackQuery", ["callback_query_id": id]).status == 400)
        }
    }

    @Test func `a webhook that is set anew gets what the old one did not take`() async throws {
        let hook = Webhook { request, _ in .json(request.url.hasSuffix("/new") ? 200 : 500, "") }
        try await SandboxClient.with(sender: hook, clock: SteppedTime()) { client in
            await Self.set(client)
            _ = await client.control("say", Self.say("kept"))
            _ = await hook.next()
            _ = await client.telegram("deleteWebhook", [:])
            _ = await client.telegram("setWebhook", ["url": "http://localhost/new"])
            let taken = await hook.next().first
            #expect(taken?.url == "http://localhost/new")
            #expect(taken?.headers["X-Telegram-Bot-Api-Secret-Token"] == nil)
            let info = await client.telegram("getWebhookInfo", [:]).json["result"]
            #expect(info?["last_error_message"] == nil)
        }
    }
}
