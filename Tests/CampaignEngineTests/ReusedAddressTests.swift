import CampaignEngine
import CampaignModel
import CampaignStore
import TestSupport
import Testing

/// News under an address or a title that something else had before.
@Suite struct ReusedAddressTests {
    private struct Post {
        var guid: String
        var title: String
        var link: String
        var published: Timestamp?

        var xml: String {
            let date = published.map { "<pubDate>\($0)</pubDate>" } ?? ""
            return "<item><guid isPermaLink=\"false\">\(guid)</guid><title>\(title)</title><link>\(link)</link>"
                + "<description>About \(guid)</description>\(date)</item>"
        }
    }

    private func blog(_ posts: [Post]) -> String {
        "<rss version=\"2.0\"><channel><title>B</title><link>https://blog.example.com/</link><description>d</description>"
            + posts.map(\.xml).joined() + "</channel></rss>"
    }

    /// What people hear of documents that come one after another; the first one is known.
    private func told(_ documents: (Timestamp) -> [[Post]]) async throws -> [String] {
        var texts: [String] = []
        try await withEngine { bench in
            for document in documents(bench.time.now()) {
                bench.site.publish(blog(document))
                try await bench.nextPass()
            }
            texts = bench.texts
        }
        return texts
    }

    private let other = Post(guid: "o", title: "Maintenance", link: "https://w.example/news/1")

    private func alert(_ number: Int, _ title: String, _ published: Timestamp?) -> Post {
        Post(guid: "alert-\(number)", title: title, link: "https://w.example/county/izmir", published: published)
    }

    private func position(_ number: Int) -> Post {
        Post(
            guid: "job-\(number)", title: "Software Engineer", link: "https://w.example/job.php?id=\(number)",
            published: nil)
    }

    @Test func `news at the address of an item that is gone is told`() async throws {
        let texts = try await told { now in
            [
                [alert(1, "Flood warning", now - .days(2)), other], [other],
                [alert(2, "Storm warning", now + .minutes(30)), other],
            ]
        }
        #expect(texts == ["Storm warning"])
    }

    @Test func `an item under another id is known at its address, gone or renamed`() async throws {
        let texts = try await told { now in
            [
                [alert(1, "Flood warning", now - .days(2)), other], [other],
                [alert(2, "Flood warnings", now - .days(2)), other],
            ]
        }
        #expect(texts.isEmpty)
    }

    @Test func `what is dated anew is known by its address and title together`() async throws {
        let texts = try await told { now in
            [
                [alert(1, "Flood warning", now - .days(2)), other],
                [alert(2, "Flood warning", now + .minutes(15)), other],
            ]
        }
        #expect(texts.isEmpty)
    }

    @Test func `a title and a path say nothing of an item that is gone`() async throws {
        let texts = try await told { _ in [[position(10), other], [other], [position(77), other]] }
        #expect(texts == ["Software Engineer"])
    }

    @Test func `an item whose address gets another query is known by title and path`() async throws {
        let texts = try await told { _ in [[position(10), other], [position(77), other]] }
        #expect(texts.isEmpty)
    }
}
