import CampaignModel
import TestSupport
import Testing

@testable import PlatformSandbox

@Suite struct TelegramTests {
    private let person: JSON = 700_000_001

    @Test func `an accepted message comes back whole and stands in the ledger`() async throws {
        let person = person
        try await SandboxClient.with { client in
            let answer = await client.telegram(
                "sendMessage", ["chat_id": person, "text": "<b>hi</b>", "parse_mode": "HTML"]
            )
            #expect(answer.status == 200)
            let message = answer.json["result"]
            #expect(message?["text"] == "hi")
            #expect(message?["entities"]?.array?.first?["type"] == "bold")
            #expect(message?["chat"]?["first_name"] == "Reader 1")
            let entries = await client.accepted()
            #expect(entries.count == 1)
            #expect(entries.first?["message_id"]?.string == message?["message_id"]?.identifier)
            #expect(entries.first?["sender"] == "42")
        }
    }

    @Test func `forms and queries are read like JSON`() async throws {
        try await SandboxClient.with { client in
            let form = await client.send(
                "POST", "/bot42:x/sendMessage", headers: ["Content-Type: application/x-www-form-urlencoded"],
                body: Array("chat_id=700000001&text=a+b%26c".utf8)
            )
            #expect(form.json["result"]?["text"] == "a b&c")
            let query = await client.get("/bot42:x/SENDMESSAGE?chat_id=700000001&text=q")
            #expect(query.json["result"]?["text"] == "q")
        }
    }

    @Test func `refusals have the platform's status and words`() async throws {
        let person = person
        let cases: [(String, JSON, Int, String)] = [
            ("noSuchMethod", [:], 404, "Not Found"),
            ("sendMessage", ["chat_id": 1, "text": "x"], 400, "Bad Request: chat not found"),
            ("sendMessage", ["chat_id": person], 400, "Bad Request: message text is empty"),
            ("sendMessage", ["chat_id": person, "text": " \n"], 400, "Bad Request: text must be non-empty"),
            (
                "sendMessage", ["chat_id": person, "text": .string(String(repeating: "😀", count: 2049))], 400,
                "Bad Request: message is too long"
            ),
            (
                "sendPhoto",
                [
                    "chat_id": person, "photo": "https://example.com/a.png",
                    "caption": .string(String(repeating: "x", count: 1025)),
                ], 400, "Bad Request: message caption is too long"
            ),
            (
                "sendPhoto", ["chat_id": person, "photo": "ftp://example.com/a"], 400,
                "Bad Request: wrong file identifier/HTTP URL specified"
            ),
        ]
        try await SandboxClient.with { client in
            for (method, parameters, status, description) in cases {
                let answer = await client.telegram(method, parameters)
                #expect(answer.status == status)
                #expect(answer.json["ok"] == false)
                #expect(answer.json["error_code"]?.integer == Int64(status))
                #expect(answer.json["description"]?.string == description)
            }
            #expect(await client.accepted().isEmpty)
        }
    }

    @Test(arguments: [
        ("http://localhost:1313/a", "Wrong HTTP URL" as String?),
        ("http://https://x.example.com/y", "Wrong port number specified in the URL"),
        ("https://x.example.com:99999/", "Wrong port number specified in the URL"),
        ("https://x[y].example.com/", "Disallowed character in URL host"), ("https://x.example.com:8443/", nil),
        ("http://127.0.0.1:8080/", nil), ("http://[::1]:8080/", nil), ("tg://user?id=1", nil),
    ])
    func `a button's address is looked at as Telegram does`(address: String, fault: String?) async throws {
        let markup: JSON = ["inline_keyboard": [[["text": "Read", "url": .string(address)]]]]
        let send: JSON = ["chat_id": person, "text": "x", "reply_markup": markup]
        try await SandboxClient.with { client in
            let answer = await client.telegram("sendMessage", send)
            #expect(answer.status == (fault == nil ? 200 : 400))
            #expect(
                answer.json["description"]?.string
                    == fault.map { "Bad Request: inline keyboard button URL '\(address)' is invalid: \($0)" })
        }
    }

    @Test func `text counts after parsing`() async throws {
        let person = person
        try await SandboxClient.with { client in
            let text = "<b>" + String(repeating: "x", count: 4096) + "</b>"
            let answer = await client.telegram(
                "sendMessage", ["chat_id": person, "text": .string(text), "parse_mode": "HTML"]
            )
            #expect(answer.status == 200)
        }
    }

    @Test func `only the configured token is let in`() async throws {
        try await SandboxClient.with(SandboxSettings(telegramToken: Secret("42:right"))) { client in
            #expect(await client.telegram("getMe", [:], token: "42:wrong").status == 401)
            #expect(await client.telegram("getMe", [:], token: "42:right").json["result"]?["id"] == 42)
        }
    }

    @Test func `a person who blocked the bot gets nothing`() async throws {
        let person = person
        try await SandboxClient.with { client in
            _ = await client.post("/sandbox/api/people/telegram/700000001", ["blocked": true])
            let answer = await client.telegram("sendMessage", ["chat_id": person, "text": "x"])
            #expect(answer.status == 403)
            #expect(answer.json["description"] == "Forbidden: bot was blocked by the user")
            let picture: JSON = ["type": "photo", "media": "https://example.com/a.png"]
            let album = await client.telegram("sendMediaGroup", ["chat_id": person, "media": [picture, picture]])
            #expect(album.status == 400)
            #expect(
                album.json["description"]
                    == #"Bad Request: failed to send message #1 with the error message "USER_IS_BLOCKED""#)
            #expect(await client.accepted().isEmpty)
        }
    }

    @Test func `above the rate the answer says when to come back`() async throws {
        let person = person
        try await SandboxClient.with(SandboxSettings(enforceRates: true)) { client in
            var answers: [SandboxClient.Answer] = []
            for _ in 0..<4 {
                answers.append(await client.telegram("sendMessage", ["chat_id": person, "text": "x"]))
            }
            #expect(answers.map(\.status) == [200, 200, 200, 429])
            #expect(answers.last?.json["parameters"]?["retry_after"] == 1)
            client.time.advance(by: .seconds(1))
            #expect(await client.telegram("sendMessage", ["chat_id": person, "text": "x"]).status == 200)
        }
    }

    @Test func `a button press becomes a callback query and is confirmed by its offset`() async throws {
        let person = person
        try await SandboxClient.with { client in
            let sent = await client.telegram(
                "sendMessage",
                [
                    "chat_id": person, "text": "x",
                    "reply_markup": ["inline_keyboard": [[["text": "Stop", "callback_data": "stop"]]]],
                ]
            )
            let id = sent.json["result"]?["message_id"] ?? 0
            let press: JSON = ["platform": "telegram", "address": "700000001", "message_id": id, "data": "stop"]
            #expect(await client.post("/sandbox/api/press", press).status == 200)
            let updates = await client.telegram("getUpdates", [:]).json["result"]?.array ?? []
            #expect(updates.count == 1)
            #expect(updates.first?["callback_query"]?["data"] == "stop")
            let next = (updates.first?["update_id"]?.integer ?? 0) + 1
            #expect(await client.telegram("getUpdates", ["offset": .integer(next)]).json["result"] == [])
        }
    }

    @Test func `an uploaded picture can be fetched by its file path`() async throws {
        try await SandboxClient.with { client in
            let picture: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x0D, 0x0A, 0x2D, 0x2D, 0x63]
            let body =
                Array("--b\r\nContent-Disposition: form-data; name=\"chat_id\"\r\n\r\n700000001\r\n--b\r\n".utf8)
                + Array("Content-Disposition: form-data; name=\"photo\"; filename=\"a.png\"\r\n\r\n".utf8) + picture
                + Array("\r\n--b--\r\n".utf8)
            let sent = await client.send(
                "POST", "/bot42:x/sendPhoto", headers: ["Content-Type: multipart/form-data; boundary=b"], body: body
            )
            #expect(sent.status == 200)
            let id = sent.json["result"]?["photo"]?.array?.last?["file_id"] ?? ""
            let file = await client.telegram("getFile", ["file_id": id]).json["result"]?["file_path"]?.string ?? ""
            let fetched = await client.get("/file/bot42:x/\(file)")
            #expect(fetched.body == picture)
            #expect(fetched.head.contains("image/png"))
        }
    }

    @Test func `a video that Telegram takes as a file goes on by that file's id`() async throws {
        let person = person
        try await SandboxClient.with { client in
            let body =
                "--b\r\nContent-Disposition: form-data; name=\"chat_id\"\r\n\r\n700000001\r\n--b\r\n"
                + "Content-Disposition: form-data; name=\"video\"; filename=\"a.webm\"\r\n\r\nWEBM\r\n--b--\r\n"
            let sent = await client.send(
                "POST", "/bot42:x/sendVideo", headers: ["Content-Type: multipart/form-data; boundary=b"],
                body: Array(body.utf8))
            #expect(sent.json["result"]?["video"] == nil)
            let id = try #require(sent.json["result"]?["document"]?["file_id"])
            #expect(await client.telegram("sendVideo", ["chat_id": person, "video": id]).status == 200)
            #expect(await client.telegram("sendPhoto", ["chat_id": person, "photo": id]).status == 400)
        }
    }

    @Test func `a message is changed where it stands`() async throws {
        let person = person
        try await SandboxClient.with { client in
            func id(_ answer: SandboxClient.Answer) throws -> JSON {
                try #require(answer.json["result"]?["message_id"])
            }
            let text = try id(await client.telegram("sendMessage", ["chat_id": person, "text": "old"]))
            let media: JSON = ["type": "photo", "media": "https://example.com/a.png", "caption": "new"]
            func edit(_ method: String, _ message: JSON, _ name: String, _ value: JSON) async -> SandboxClient.Answer {
                await client.telegram(
                    method,
                    .object([
                        JSON.Member(key: "chat_id", value: person), JSON.Member(key: "message_id", value: message),
                        JSON.Member(key: name, value: value),
                    ]))
            }
            let edited = await edit("editMessageText", text, "text", "new").json["result"]
            #expect(edited?["text"] == "new" && edited?["message_id"] == text && edited?["edit_date"] != nil)
            #expect(await client.accepted().count == 1)
            let words = { (answer: SandboxClient.Answer) in answer.json["description"]?.string ?? "" }
            #expect(words(await edit("editMessageText", text, "text", "new")).contains("message is not modified"))
            #expect(words(await edit("editMessageText", 999, "text", "new")).contains("message to edit not found"))
            #expect(words(await edit("editMessageMedia", text, "media", ["type": "poem"])).contains("type of media"))
            let shown = await edit("editMessageMedia", text, "media", media).json["result"]
            #expect(shown?["caption"] == "new" && shown?["photo"] != nil && shown?["text"] == nil)
            #expect(words(await edit("editMessageText", text, "text", "x")).contains("there is no text"))
            let rich = try id(await client.telegram("sendMessage", ["chat_id": person, "text": "plain"]))
            #expect(await edit("editMessageText", rich, "rich_message", ["html": "<h1>Hi</h1>"]).status == 200)
        }
    }
}
