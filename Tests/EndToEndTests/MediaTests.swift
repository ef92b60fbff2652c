import Foundation
import TestSupport
import Testing

/// Files beside layouts: checked, previewed, and uploaded to both platforms of a sandbox.
@Suite(.timeLimit(.minutes(5))) struct MediaTests {
    private let scratch: Scratch
    private var tellal: Program
    // A picture of one pixel.
    private static let picture = Data(
        base64Encoded:
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")

    init() throws {
        scratch = try Scratch()
        tellal = Program(folder: scratch.url)
        tellal.environment["TELLAL_TEMPLATES"] = "templates"
        try FileManager.default.createDirectory(
            at: scratch.url.appendingPathComponent("templates/layouts/pictures"), withIntermediateDirectories: true)
        try scratch.write(
            "name: sale\nmodules:\n  - image: pictures/sale.png\n    caption: \"<b>{{item.title}}</b>\"\n",
            to: "templates/layouts/sale.yaml")
        try feed([1])
    }

    private func feed(_ numbers: [Int]) throws {
        let items = numbers.map { "<item><guid>urn:x:\($0)</guid><title>Number \($0)</title></item>" }
        try scratch.write(
            "<rss version=\"2.0\"><channel><title>t</title><link>https://a.example/</link>\(items.joined())</channel></rss>",
            to: "feeds/feed.xml")
    }

    private func content(platforms: String = "http://127.0.0.1:9") throws {
        try scratch.write(
            """
            channels:
              - {name: bot, platform: telegram, token: "1:x", api: "\(platforms)"}
              - {name: page, platform: messenger, page_id: "5", token: x, api: "\(platforms)"}
            sources:
              - {name: feed, url: feed.xml, every: 1s}
            campaigns:
              - {name: news, source: feed, layout: sale, channels: [bot, page]}
            """, to: "feeds/content.yaml")
    }

    private func put(_ data: Data?) throws {
        let data = try #require(data)
        try data.write(to: scratch.url.appendingPathComponent("templates/layouts/pictures/sale.png"))
    }

    @Test func `check names a file that is not there, with its line`() throws {
        try content()
        let done = try tellal("check")
        #expect(done.exitCode != 0)
        #expect(
            done.output.contains("templates/layouts/sale.yaml:3: modules[0].image: “pictures/sale.png” is not there"))
    }

    @Test func `check names a file that is too large for the channel of a campaign`() throws {
        try content()
        try put(Data(count: 10_000_001))
        let done = try tellal("check")
        #expect(done.exitCode != 0)
        #expect(
            done.output.contains(
                "sale.png has 10.0 MB, and telegram takes at most 10.0 MB of such a file (campaign news)"))
        #expect(!done.output.contains("messenger takes"))
    }

    @Test func `preview shows the form and the file`() throws {
        try content()
        try put(Self.picture)
        let done = try tellal("preview", "--layout", "sale", "--source", "feed", "--channel", "bot", "--json")
        let requests = try #require(done.objects.first?["requests"] as? [[String: Any]])
        let body = try #require(requests.first?["body"] as? [String: Any])
        #expect(body["photo"] as? String == "attach://photo")
        #expect(body["caption"] as? String == "<b>Number 1</b>")
        let files = try #require(requests.first?["files"] as? [[String: Any]])
        #expect(files.first?["name"] as? String == "sale.png")
        #expect(files.first?["bytes"] as? Int == Self.picture?.count)
    }

    @Test func `a file goes up to both platforms`() throws {
        let sandbox = try Program(folder: scratch.url).start("sandbox", "--listen", "127.0.0.1:0", "--subscribers", "3")
        let line = try #require(sandbox.line(containing: "both APIs at "))
        let platforms = try #require(line.split(separator: " ").first { $0.hasPrefix("http://") }.map { $0.dropLast() })
        try content(platforms: String(platforms))
        try put(Self.picture)
        try scratch.write("address\n700000001\n700000002\n700000003\n", to: "readers.csv")
        try scratch.write(
            "address,last_active_at\n7000000000000001,\(Date.now.ISO8601Format())\n", to: "people.csv")
        #expect(try tellal("subscribers", "import", "--channel", "bot", "readers.csv").exitCode == 0)
        #expect(try tellal("subscribers", "import", "--channel", "page", "people.csv").exitCode == 0)
        #expect(try tellal("run").exitCode == 0)
        try feed([2, 1])
        #expect(try tellal("poll", "feed").exitCode == 0)
        #expect(try tellal("run").exitCode == 0)
        let deliveries = try tellal("deliveries", "list", "--json").objects
        #expect(deliveries.compactMap { $0["state"] as? String } == ["sent", "sent", "sent", "sent"])
        #expect(sandbox.stop() == 0)
    }
}
