import Foundation
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5))) struct ParseTests {
    private let scratch: Scratch
    private let tellal: Program

    init() throws {
        scratch = try Scratch()
        tellal = Program(folder: scratch.url)
    }

    private let feed = """
        <?xml version="1.0"?>
        <rss version="2.0"><channel><title>Notes</title><link>https://a.example/</link><description>d</description>
        <item><title>Fish &amp; chips</title><link>/one</link><guid isPermaLink="false">1</guid>
        <pubDate>Sun, 22 Nov 2026 09:00:00 +0100</pubDate><description>&lt;p&gt;Good&lt;/p&gt;</description></item>
        </channel></rss>
        """

    @Test func `a feed becomes three kinds of JSON lines`() throws {
        try scratch.write(feed, to: "feed.xml")
        let done = try tellal("parse", "feed.xml", "--json")
        #expect(done.exitCode == 0)
        #expect(done.objects.map { Array($0.keys) } == [["feed"], ["item"], ["end"]])
        let item = try #require(done.objects[1]["item"] as? [String: Any])
        #expect(item["title"] as? String == "Fish & chips")
        #expect(item["link"] as? String == "https://a.example/one")
        #expect(item["summary"] as? String == "<p>Good</p>")
        #expect(item["published"] as? String == "2026-11-22T08:00:00Z")
        #expect(item["content"] == nil)
        let end = try #require(done.objects[2]["end"] as? [String: Any])
        #expect(end["items"] as? Int == 1)
        #expect(end["complete"] as? Bool == true)
    }

    @Test func `standard input is a document too`() throws {
        let done = try tellal("parse", "-", "--json", input: feed)
        #expect(done.exitCode == 0)
        #expect(done.objects.count == 3)
    }

    @Test func `a cut feed yields its whole items and exit code 65`() throws {
        let cut = feed.replacing("</channel></rss>", with: "<item><title>Half")
        let done = try tellal("parse", "-", "--json", input: cut)
        #expect(done.exitCode == 65)
        #expect(done.objects.count == 3)
        let end = try #require(done.objects.last?["end"] as? [String: Any])
        #expect(end["complete"] as? Bool == false)
    }

    @Test func `a feed that is cut before its first item ends, too`() throws {
        let done = try tellal("parse", "-", "--json", input: "<rss version='2.0'><channel><title>Notes</title><item>")
        #expect(done.exitCode == 65)
        let end = try #require(done.objects.last?["end"] as? [String: Any])
        #expect(end["complete"] as? Bool == false && end["items"] as? Int == 0)
        #expect(done.error?["code"] as? String == "broken_document")
    }

    @Test func `a transfer that breaks off ends as a cut document does`() throws {
        let item = "<item><title>\(String(repeating: "long ", count: 2000))</title></item>"
        let body = "<rss version='2.0'><channel><title>Notes</title>\(item)<item>"
        let server = try LoopbackServer { _ in
            [.send(Array("HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n\(body)".utf8)), .close]
        }
        defer { server.stop() }
        let done = try tellal("parse", server.url("/feed.xml"), "--json")
        #expect(done.exitCode == 69)
        let items = done.objects.count { $0["item"] != nil }
        let end = try #require(done.objects.last?["end"] as? [String: Any])
        #expect(end["complete"] as? Bool == false && end["items"] as? Int == items)
    }

    @Test func `a web page is refused with the feed that it links to`() throws {
        let page =
            "<html><head><title>Home</title><link rel='alternate' type='application/rss+xml' href='/f.xml'></head>"
        let done = try tellal("parse", "-", "--json", "--base-url", "https://a.example/", input: page)
        #expect(done.exitCode == 65)
        #expect(done.output.isEmpty)
        let error = try #require(done.error)
        #expect(error["code"] as? String == "not_a_feed")
        #expect((error["hint"] as? String)?.contains("https://a.example/f.xml") == true)
    }

    @Test func `a base that is no address is refused`() throws {
        let done = try tellal("parse", "-", "--base-url", "shop", "--json", input: feed)
        #expect(done.exitCode == 64)
        #expect((done.error?["message"] as? String)?.contains("https://") == true)
    }

    @Test func `what is told of an unknown command is its name, not an option of it`() throws {
        for done in [try tellal("foo", "--json"), try tellal("subscribers", "foo", "--json")] {
            #expect(done.exitCode == 64)
            #expect((done.error?["message"] as? String)?.contains("foo") == true)
        }
    }

    @Test func `a missing file is exit code 66`() throws {
        let done = try tellal("parse", "nowhere.xml", "--json")
        #expect(done.exitCode == 66)
        #expect(done.error?["code"] as? String == "not_found")
    }
}
