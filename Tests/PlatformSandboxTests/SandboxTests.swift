import CampaignModel
import Logging
import TestSupport
import Testing

@testable import PlatformSandbox

@Suite struct SandboxTests {
    @Test func `a dropped answer still leaves the send in the ledger`() async throws {
        try await SandboxClient.with { client in
            _ = await client.post("/sandbox/api/faults", ["mode": "drop_after_accept", "count": 1])
            #expect(await client.messenger(["text": "x"]).status == 0)
            #expect(await client.messenger(["text": "y"]).status == 200)
            #expect(await client.accepted().map { $0["text"] } == ["x", "y"])
        }
    }

    @Test func `a connection closed before reading accepts nothing`() async throws {
        try await SandboxClient.with { client in
            _ = await client.post("/sandbox/api/faults", ["mode": "close_before_read"])
            #expect(await client.telegram("sendMessage", ["chat_id": 700_000_001, "text": "x"]).status == 0)
            #expect(await client.accepted().isEmpty)
        }
    }

    @Test func `every second send can be hit`() async throws {
        try await SandboxClient.with { client in
            _ = await client.post("/sandbox/api/faults", ["mode": "status", "status": 503, "every": 2])
            var statuses: [Int] = []
            for _ in 0..<4 { statuses.append(await client.messenger(["text": "x"]).status) }
            #expect(statuses == [200, 503, 200, 503])
        }
    }

    @Test func `nothing of a message reaches the page as markup`() async throws {
        try await SandboxClient.with { client in
            let evil = "<script>alert(1)</script>\"'><img src=x>"
            _ = await client.telegram("sendMessage", ["chat_id": 700_000_001, "text": .string(evil)])
            _ = await client.messenger([
                "attachment": [
                    "type": "template",
                    "payload": [
                        "template_type": "generic", "elements": [["title": .string(evil), "subtitle": .string(evil)]],
                    ],
                ]
            ])
            let page = await client.get("/sandbox")
            #expect(page.status == 200)
            #expect(page.text.contains("&lt;script&gt;alert(1)"))
            #expect(!page.text.contains("<script>alert"))
            #expect(!page.text.contains("<img src=x>"))
            #expect(page.head.contains("default-src 'none'"))
        }
    }

    @Test func `the page shows formatted text, links and buttons`() async throws {
        try await SandboxClient.with { client in
            _ = await client.telegram(
                "sendMessage",
                [
                    "chat_id": 700_000_001, "parse_mode": "HTML",
                    "text": "<b>bold</b> <a href=\"https://example.com/?a&amp;b\">link</a> <a href=\"tg://x\">app</a>",
                    "reply_markup": ["inline_keyboard": [[["text": "Buy", "url": "https://example.com/buy"]]]],
                ]
            )
            let text = await client.get("/sandbox/fragment?person=telegram:700000001").text
            #expect(text.contains("<span class=\"f-bold\">bold</span>"))
            #expect(text.contains("href=\"https://example.com/?a&amp;b\""))
            #expect(text.contains("href=\"https://example.com/buy\""))
            #expect(!text.contains("tg://"))
        }
    }

    @Test func `a taken port is one clear problem`() async throws {
        try await SandboxClient.with { client in
            let sandbox = try PlatformSandbox(
                SandboxSettings(), time: ManualTime(), templates: SandboxClient.templates,
                logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
            )
            let problem = await #expect(throws: Problem.self) {
                try await sandbox.run(listen: "127.0.0.1:\(client.port)")
            }
            #expect(problem?.code == .unavailable)
            #expect(problem?.message.contains(":\(client.port)") == true)
        }
    }

    @Test func `a missing template is named`() {
        let problem = #expect(throws: Problem.self) {
            try PlatformSandbox(
                SandboxSettings(), time: ManualTime(), templates: "/nowhere", logger: Logger(label: "test")
            )
        }
        #expect(problem?.message.contains("/nowhere/web/sandbox.mustache") == true)
    }

    @Test(arguments: ["{", "{\"a\":1}x", "[1,]", "\"\\ud800\"", "nul", "\u{1}", String(repeating: "[", count: 5000)])
    func `what is not JSON is unreadable`(text: String) {
        #expect(JSONReader.read(text) == nil)
    }

    @Test func `what JSON says survives reading and writing`() {
        let text = "{\"a\":[1,-2.5,true,null,\"\\u00e4\\ud83d\\ude00\\n\\\"\"],\"b\":{}}"
        let value = JSONReader.read(text)
        #expect(value?["a"]?.array?.last == "ä😀\n\"")
        #expect(value.map { JSONReader.read($0.bytes) } == value)
    }
}
