import CampaignModel
import TestSupport
import Testing

@testable import PlatformSandbox

@Suite struct TelegramProfileTests {
    @Test func `descriptions and names fall back to those without a language`() async throws {
        try await SandboxClient.with { client in
            _ = await client.telegram("setMyDescription", ["description": "all"])
            _ = await client.telegram("setMyDescription", ["description": "tutti", "language_code": "it"])
            _ = await client.telegram("setMyName", ["name": "News"])
            let italian = await client.telegram("getMyDescription", ["language_code": "it"])
            #expect(italian.json["result"]?["description"] == "tutti")
            let german = await client.telegram("getMyDescription", ["language_code": "de"])
            #expect(german.json["result"]?["description"] == "all")
            #expect(await client.telegram("getMe", [:]).json["result"]?["first_name"] == "News")
        }
    }

    @Test(arguments: [
        ("setMyDescription", "description", 512), ("setMyShortDescription", "short_description", 120),
        ("setMyName", "name", 64),
    ])
    func `each text has its limit`(method: String, name: String, limit: Int) async throws {
        try await SandboxClient.with { client in
            for (count, status) in [(limit, 200), (limit + 1, 400)] {
                let text = JSON.string(String(repeating: "ü", count: count))
                let answer = await client.telegram(method, JSON(members: [(name, text)]))
                #expect(answer.status == status)
            }
        }
    }

    @Test func `commands belong to a scope and a language`() async throws {
        try await SandboxClient.with { client in
            let commands: JSON = [["command": "stop", "description": "No more"]]
            let scope: JSON = ["type": "all_private_chats"]
            _ = await client.telegram("setMyCommands", ["commands": commands, "scope": scope, "language_code": "en"])
            let same = await client.telegram("getMyCommands", ["scope": scope, "language_code": "en"])
            #expect(same.json["result"] == commands)
            #expect(await client.telegram("getMyCommands", ["scope": scope]).json["result"] == [])
            _ = await client.telegram("deleteMyCommands", ["scope": scope, "language_code": "en"])
            let gone = await client.telegram("getMyCommands", ["scope": scope, "language_code": "en"])
            #expect(gone.json["result"] == [])
            for wrong in ["Stop", "two words", ""] {
                let list: JSON = [["command": .string(wrong), "description": "x"]]
                #expect(await client.telegram("setMyCommands", ["commands": list]).status == 400)
            }
        }
    }
}

@Suite struct TelegramChatTests {
    private static let channel: JSON = -1_001_000_000_001

    @Test func `a channel is reached by its name and refuses when the bot may not post`() async throws {
        try await SandboxClient.with { client in
            let chat: JSON = ["id": Self.channel, "type": "channel", "title": "News", "username": "the_news"]
            _ = await client.control("chats", chat)
            let sent = await client.telegram("sendMessage", ["chat_id": "@The_News", "text": "x"])
            #expect(sent.json["result"]?["chat"]?["type"] == "channel")
            #expect(sent.json["result"]?["from"] == nil)
            _ = await client.control("chats", ["id": Self.channel, "can_post": false])
            let refused = await client.telegram("sendMessage", ["chat_id": Self.channel, "text": "x"])
            #expect(refused.json["description"] == "Bad Request: need administrator rights in the channel chat")
            _ = await client.control("chats", ["id": Self.channel, "kicked": true])
            let out = await client.telegram("sendMessage", ["chat_id": Self.channel, "text": "x"])
            #expect(out.status == 403)
            #expect(out.json["description"] == "Forbidden: bot was kicked from the channel chat")
        }
    }

    @Test func `a forum takes its own topics only`() async throws {
        try await SandboxClient.with { client in
            _ = await client.control("chats", ["id": -1_002, "topics": [["id": 5, "name": "Sales"]]])
            let message: JSON = ["chat_id": -1_002, "text": "x", "protect_content": true]
            let sent = await client.telegram("sendMessage", message.adding(["message_thread_id": 5]))
            #expect(sent.json["result"]?["message_thread_id"] == 5)
            let wrong = await client.telegram("sendMessage", message.adding(["message_thread_id": 6]))
            #expect(wrong.json["description"] == "Bad Request: message thread not found")
            let entry = await client.accepted().first
            #expect(entry?["message_thread_id"] == 5)
            #expect(entry?["protect_content"] == true)
        }
    }

    @Test func `a group that became a supergroup names it`() async throws {
        try await SandboxClient.with { client in
            _ = await client.control("chats", ["id": -7, "type": "group", "migrate_to": -1_007])
            let answer = await client.telegram("sendMessage", ["chat_id": -7, "text": "x"])
            #expect(answer.json["parameters"]?["migrate_to_chat_id"] == -1_007)
        }
    }

    @Test func `a group takes twenty messages a minute`() async throws {
        try await SandboxClient.with(SandboxSettings(enforceRates: true)) { client in
            _ = await client.control("chats", ["id": -8, "type": "group"])
            var statuses: [Int] = []
            for _ in 0..<21 {
                statuses.append(await client.telegram("sendMessage", ["chat_id": -8, "text": "x"]).status)
            }
            #expect(statuses == Array(repeating: 200, count: 20) + [429])
        }
    }

    @Test func `a rich message has its limits, and an older server does not know it`() async throws {
        @Sendable func rich(_ html: String) -> JSON {
            ["chat_id": 700_000_001, "rich_message": ["html": .string(html)]]
        }
        let long = String(repeating: "x", count: 32_768)
        let cases: [(String, Int)] = [
            ("<h1>Title</h1><p>\(long.dropFirst(7))</p>", 200), ("<p>\(long)x</p>", 400), ("", 400),
            (String(repeating: "<p>x</p>", count: 501), 400),
            (String(repeating: "<img src=\"https://example.com/a.png\"/>", count: 51), 400),
            ("<p>see</p>" + String(repeating: "<img src=\"https://example.com/a.png\"/>", count: 50), 200),
        ]
        try await SandboxClient.with { client in
            for (html, status) in cases {
                #expect(await client.telegram("sendRichMessage", rich(html)).status == status)
            }
            #expect(await client.accepted().map { $0["kind"] } == ["rich", "rich"])
        }
        try await SandboxClient.with(SandboxSettings(knowsRichMessages: false)) { client in
            #expect(await client.telegram("sendRichMessage", [:]).status == 404)
        }
    }

    @Test func `a photo's shape is looked at`() {
        func png(_ width: [UInt8], _ height: [UInt8]) -> [UInt8] {
            [0x89, 0x50, 0x4E, 0x47, 13, 10, 26, 10, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52, 0, 0] + width + [0, 0]
                + height
        }
        #expect(PictureSize(png([0x13, 0x88], [0x13, 0x88]))?.isPhoto == true)
        #expect(PictureSize(png([0x13, 0x88], [0x13, 0x89]))?.isPhoto == false)
        #expect(PictureSize(png([0, 21], [0, 1]))?.isPhoto == false)
        let jpeg: [UInt8] = [0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 0, 0, 0xFF, 0xC0, 0, 17, 8, 0, 90, 0, 160, 3]
        #expect(PictureSize(jpeg) == PictureSize(Array("GIF89a".utf8) + [160, 0, 90, 0]))
        #expect(PictureSize([0xFF, 0xD8, 0xFF, 0xE0]) == nil)
    }
}
