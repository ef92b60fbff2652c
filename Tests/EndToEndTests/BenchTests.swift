import Foundation
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5))) struct BenchTests {
    private let scratch: Scratch
    private let tellal: Program

    init() throws {
        scratch = try Scratch()
        tellal = Program(folder: scratch.url)
        let items = (1...20).map { "<item><guid>\($0)</guid><title>Number \($0)</title></item>" }.joined()
        let feed = "<rss version='2.0'><channel><title>t</title>\(items)</channel></rss>"
        try scratch.write(feed, to: "a.xml")
        try scratch.write(String(feed.prefix(feed.count / 2)), to: "cut.xml")
        try scratch.write("<html><body>Nothing here</body></html>", to: "page.html")
    }

    @Test(arguments: [false, true])
    func `one document is counted and timed`(texts: Bool) throws {
        let done =
            try texts
            ? tellal("bench", "parse", "--catalog", "a.xml", "--texts")
            : tellal("bench", "parse", "--catalog", "a.xml")
        #expect(done.exitCode == 0)
        #expect(done.errors.isEmpty)
        let counts = try #require(done.objects.last)
        #expect(counts["texts"] as? Bool == texts)
        #expect(counts["items"] as? Int == 20)
        #expect(try counts["bytes"] as? Int == Data(contentsOf: scratch.url.appendingPathComponent("a.xml")).count)
        #expect(try #require(counts["secs"] as? Double) > 0)
        #expect(counts["feeds"] == nil)
        let (idle, peak) = (counts["rss_idle_mb"] as? Double, counts["rss_peak_mb"] as? Double)
        #expect(try #require(peak) >= #require(idle))
    }

    @Test func `of a list, what is cut and what is no feed is counted, too`() throws {
        try scratch.write("a.xml\ncut.xml\n\npage.html\na.xml\n", to: "list.txt")
        let counts = try #require(try tellal("bench", "parse", "--list", "list.txt").objects.last)
        #expect(counts["feeds"] as? Int == 4)
        #expect(try #require(counts["items"] as? Int) > 40)
        #expect(counts["incomplete"] as? Int == 1)
        #expect(counts["failed"] as? Int == 1)
    }

    @Test func `a single document that is no feed is an error`() throws {
        let done = try tellal("bench", "parse", "--catalog", "page.html", "--json")
        #expect(done.exitCode == 65)
        #expect(done.error?["code"] as? String == "not_a_feed")
        #expect(try tellal("bench", "parse", "--catalog", "nowhere.xml").exitCode == 66)
        #expect(try tellal("bench", "parse").exitCode == 64)
    }

    @Test func `an installation is not emptied`() throws {
        try scratch.write("sources: [{name: a, url: ../a.xml}]\n", to: "feeds/content.yaml")
        #expect(try tellal("poll").exitCode == 0)
        try scratch.write("http://127.0.0.1:9/\n", to: "urls.txt")
        let database = ["--database", "sqlite:tellal.db"]
        for command in [
            ["queue", "--count", "1"], ["poll", "--urls", "urls.txt", "--reset"], ["poll", "--urls", "urls.txt"],
            ["send", "--base", "http://127.0.0.1:9", "--platform", "telegram", "--count", "1"], ["diff", "a.xml"],
        ] {
            let done = try tellal(["bench"] + command + database + ["--json"])
            #expect(done.exitCode == 64, "\(command)")
            #expect(done.error?["code"] as? String == "usage")
        }
        #expect(try tellal("status").output.contains("a: 20 items"))
    }

    @Test(arguments: ["telegram", "messenger"])
    func `what is sent reaches the sandbox's people`(platform: String) throws {
        let sandbox = try tellal.start("sandbox", "--listen", "127.0.0.1:0", "--subscribers", "5")
        let line = try #require(sandbox.line(containing: "both APIs at "))
        let base = try #require(
            line.split(separator: " ").first { $0.hasPrefix("http://") }.map { String($0.dropLast()) })
        let done = try tellal("bench", "send", "--base", base, "--platform", platform, "--count", "5")
        #expect(done.exitCode == 0)
        #expect(try #require(done.objects.last)["sent"] as? Int == 5)
        #expect(sandbox.stop() == 0)
    }

    @Test func `where nobody listens it does not begin`() throws {
        let done = try tellal(
            "bench", "send", "--base", "http://127.0.0.1:9", "--platform", "telegram", "--count", "5", "--json")
        #expect(done.exitCode == 69)
        #expect(done.error?["code"] as? String == "unavailable")
    }

    @Test func `a benchmark that is stopped leaves no files behind`() throws {
        let folder = scratch.url.appendingPathComponent("feeds").path
        var there = tellal
        there.environment["TMPDIR"] = folder
        let asked = LoopbackServer.Gate()
        let server = try LoopbackServer { request in
            guard request.method == "POST" else { return [.answer(status: 404)] }
            asked.open()
            return [.hang]
        }
        let bench = try there.start("bench", "send", "--base", server.url(""), "--platform", "telegram", "--count", "5")
        asked.waitUntilOpen()
        #expect(try !FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
        #expect(bench.stop() == 130)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
    }

    @Test func `polls go on from what the ones before left, until it is emptied`() throws {
        try scratch.write("a.xml\n", to: "urls.txt")
        let poll = ["bench", "poll", "--urls", "urls.txt", "--database", "sqlite:bench.db"]
        let rounds: [(more: [String], new: Int)] = [([], 20), ([], 0), (["--reset"], 0), ([], 20)]
        for (more, new) in rounds {
            let done = try tellal(poll + more)
            #expect(done.exitCode == 0)
            #expect(try #require(done.objects.last)["new"] as? Int == new)
        }
    }
}
