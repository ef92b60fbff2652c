import CampaignModel
import Foundation
import HTTPTransport
import TestSupport
import Testing

/// Feeds over HTTP, the program as a process, the sandbox as both platforms.
@Suite(.timeLimit(.minutes(5))) struct CampaignTests {
    private let scratch: Scratch
    private let tellal: Program
    private let sandbox: Running
    private let platforms: String
    private let feeds = LockedValue<[String: String]>([:])
    private let server: LoopbackServer
    private let web = HTTPTransport(HTTPTransport.Settings(userAgent: "tests"))

    init() throws {
        scratch = try Scratch()
        tellal = Program(folder: scratch.url)
        sandbox = try tellal.start("sandbox", "--listen", "127.0.0.1:0", "--subscribers", "3")
        let line = try #require(sandbox.line(containing: "both APIs at "))
        platforms = try #require(
            line.split(separator: " ").first { $0.hasPrefix("http://") }.map { String($0.dropLast()) })
        let feeds = feeds
        server = try LoopbackServer { request in
            guard let text = feeds.withLock({ $0[request.path] }) else { return [.answer(status: 404)] }
            return [.answer(text)]
        }
    }

    private func item(_ number: Int) -> String {
        "<item><guid>urn:x:\(number)</guid><title>Number \(number)</title><link>https://a.example/\(number)</link></item>"
    }

    private func publish(_ items: [String]) {
        let text =
            "<rss version=\"2.0\"><channel><title>t</title><link>https://a.example/</link>\(items.joined())</channel></rss>"
        feeds.withLock { $0["/feed.xml"] = text }
    }

    /// A source, both platforms, one campaign; three Telegram readers and two on Messenger, one of them active.
    private func setUp() throws {
        try scratch.write(
            """
            channels:
              - {name: bot, platform: telegram, token: "1:a-token-that-nobody-sees", api: "\(platforms)"}
              - {name: page, platform: messenger, page_id: "5", token: page-token, api: "\(platforms)"}
            sources:
              - {name: feed, url: "\(server.url("/feed.xml"))"}
            campaigns:
              - {name: news, source: feed, on: [new], layout: article-card, channels: [bot, page]}
            """, to: "feeds/content.yaml")
        try scratch.write("address\n700000001\n700000002\n700000003\n", to: "readers.csv")
        try scratch.write(
            """
            address,first_name,last_active_at
            7000000000000001,Ada,\(Date.now.ISO8601Format())
            7000000000000002,Ben,
            """, to: "people.csv")
        #expect(try tellal("subscribers", "import", "--channel", "bot", "readers.csv").exitCode == 0)
        #expect(try tellal("subscribers", "import", "--channel", "page", "people.csv").exitCode == 0)
    }

    private func get(_ url: String) async throws -> [UInt8] {
        guard case .answered(let answer) = await web.send(HTTPRequest(url: url)) else {
            throw CocoaError(.fileNoSuchFile)
        }
        return answer.body
    }

    private func accepted() async throws -> Int {
        let object =
            try JSONSerialization.jsonObject(with: Data(try await get("\(platforms)/sandbox/api/stats")))
            as? [String: Any]
        return try #require(object?["accepted"] as? Int)
    }

    @Test func `an article becomes one message for everyone who may have it, once`() async throws {
        publish([item(1)])
        try setUp()
        #expect(try tellal("run").exitCode == 0)
        #expect(try await accepted() == 0, "the first document is a baseline")
        publish([item(2), item(1)])
        #expect(try tellal("poll").exitCode == 0)
        let run = try tellal("run", "--json")
        #expect(run.exitCode == 0)
        let report = try #require(run.objects.compactMap { $0["run"] as? [String: Any] }.first)
        #expect(report["queued"] as? Int == 4)
        #expect(report["held"] as? Int == 1)
        #expect(try await accepted() == 4)
        #expect(try tellal("poll").exitCode == 0)
        #expect(try tellal("run").exitCode == 0)
        #expect(try await accepted() == 4, "nothing new, nothing sent")
        let status = try #require(try tellal("status", "--json").objects.first)
        #expect(status["deliveries"] as? [String: Int] == ["sent": 4, "held": 1])
        // The one who was held acts within the day: then the message goes out.
        try scratch.write(
            "address,last_active_at\n7000000000000002,\(Date.now.ISO8601Format())\n", to: "people.csv")
        #expect(try tellal("subscribers", "import", "--channel", "page", "people.csv").exitCode == 0)
        #expect(try tellal("run").exitCode == 0)
        #expect(try await accepted() == 5)
        #expect(sandbox.stop() == 0)
    }

    @Test func `a document that is no feed or not whole changes nothing`() async throws {
        publish([item(1)])
        try setUp()
        #expect(try tellal("run").exitCode == 0)
        for (document, code, exit) in [
            ("<html><title>Sorry</title></html>", "not_a_feed", Int32(65)),
            ("<rss version=\"2.0\"><channel><title>t</title>\(item(3))<item><title>Ha", "broken_document", 65),
            (nil, "unavailable", 69),
        ] as [(String?, String, Int32)] {
            feeds.withLock { $0["/feed.xml"] = document }
            let poll = try tellal("poll", "--json")
            #expect(poll.exitCode == exit)
            #expect(poll.error?["code"] as? String == code)
            #expect((poll.error?["message"] as? String)?.contains("feed") == true)
        }
        let status = try #require(try tellal("status", "--json").objects.first)
        let source = try #require((status["sources"] as? [[String: Any]])?.first)
        #expect(source["items"] as? Int == 1)
        #expect(source["failures"] as? Int == 3)
        #expect(try tellal("run").exitCode == 0)
        #expect(try await accepted() == 0)
    }

    @Test func `a test for which nobody has the tag goes to nobody, and says so`() async throws {
        publish([item(1)])
        try setUp()
        try scratch.write("name: hello\nchannels: [bot]\nmodules:\n  - text: Hello\n", to: "hello.yaml")
        let send = try tellal("campaign", "send", "hello.yaml", "--test", "--json")
        #expect(send.error?["code"] as? String == "not_found")
        #expect(send.error?["message"] as? String == "nobody on bot has the tag tester")
        #expect(try tellal("run").exitCode == 0)
        #expect(try await accepted() == 0)
    }

    @Test func `the daemon answers, keeps the database to itself and ends cleanly`() async throws {
        publish([item(1)])
        try setUp()
        let daemon = try tellal.start("serve", "--listen", "127.0.0.1:0")
        let line = try #require(daemon.line(containing: "listening on "))
        let address = try #require(line.split(separator: " ").last)
        #expect(try await get("\(address)/healthz") == Array("ok\n".utf8))
        #expect(daemon.line(containing: "taken as known") != nil)
        let second = try tellal("run", "--json")
        #expect(second.exitCode == 69)
        #expect(second.error?["code"] as? String == "database_unavailable")
        #expect(try tellal("status").exitCode == 0, "reading goes on beside it")
        #expect(daemon.stop() == 0)
    }

    @Test func `a preview shows the requests without the token`() throws {
        publish([item(1)])
        try setUp()
        let preview = try tellal("preview", "--layout", "article", "--source", "feed", "--channel", "bot", "--json")
        #expect(preview.exitCode == 0)
        let request = try #require((preview.objects.first?["requests"] as? [[String: Any]])?.first)
        #expect((request["url"] as? String)?.hasSuffix("/sendMessage") == true)
        #expect(!preview.output.contains("a-token-that-nobody-sees"))
        #expect(((request["body"] as? [String: Any])?["text"] as? String)?.contains("Number 1") == true)
    }

    @Test func `a preview writes nothing to a terminal that moves its cursor`() throws {
        publish([item(1).replacing("Number", with: "\u{9B}31m\u{7F}Number \(String(repeating: "long ", count: 20))")])
        try setUp()
        for channel in ["bot", "page"] {
            let preview = try tellal("preview", "--layout", "article-card", "--source", "feed", "--channel", channel)
            #expect(preview.exitCode == 0 && preview.output.contains("31m"))
            #expect(!preview.output.unicodeScalars.contains { (0x7F...0x9F).contains($0.value) })
        }
    }

    @Test(arguments: [
        ("http://localhost:8080", true), ("http://tellal:8080", true), ("http://a.example:99999", true),
        ("http://127.0.0.1:8080", false), ("http://[::1]:8080", false), ("https://tellal.example.org", false),
    ])
    func `a public address that Telegram takes in no link is named`(address: String, isNamed: Bool) throws {
        try scratch.write(
            "channels: [{name: bot, platform: telegram, token: \"1:t\", api: \"\(platforms)\"}]",
            to: "feeds/content.yaml")
        var tellal = tellal
        tellal.environment["TELLAL_PUBLIC_URL"] = address
        #expect(try tellal("check", "--settings").errors.contains("so none leads through it") == isNamed)
        #expect(try tellal("doctor").errors.contains("so none leads through it") == isNamed)
    }

    @Test func `wrong content is told with file, line and field`() throws {
        try scratch.write("sources:\n  - {name: feed, url: x.xml, evry: 5m}\n", to: "feeds/content.yaml")
        let check = try tellal("check")
        #expect(check.exitCode == 78)
        #expect(check.output.contains("feeds/content.yaml:2"))
        #expect(check.output.contains("evry"))
        #expect(check.output.contains("every"))
        #expect(try tellal("run", "--json").error?["code"] as? String == "settings")
    }
}
