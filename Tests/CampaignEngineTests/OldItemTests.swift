import CampaignEngine
import CampaignModel
import CampaignStore
import TestSupport
import Testing

/// Items that were there long ago, and come to be seen.
@Suite struct OldItemTests {
    private struct Post {
        var name: String
        /// Nil for one without a date.
        var daysAgo: Int?

        init(_ name: String, _ daysAgo: Int?) { (self.name, self.daysAgo) = (name, daysAgo) }
    }

    private func blog(_ posts: [Post], at now: Timestamp, dated field: String) -> String {
        let entries = posts.map { post in
            let date = post.daysAgo.map { "<\(field)>\(now - .days($0))</\(field)>" } ?? ""
            return "<entry><id>urn:\(post.name)</id><title>\(post.name)</title>"
                + "<link href=\"https://blog.example.com/\(post.name)\"/>\(date)</entry>"
        }
        return """
            <?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Blog</title><id>urn:blog</id>\
            \(entries.joined())</feed>
            """
    }

    private func posts(_ days: [Int]) -> [Post] { days.map { Post("Day\($0)", $0) } }

    /// What a second document makes people hear, which comes days after the first one.
    private func told(
        after first: [Post], by second: [Post], days: Int = 0, dated field: String = "published"
    ) async throws -> (texts: [String], hold: String?) {
        var result: (texts: [String], hold: String?) = ([], nil)
        try await withEngine { bench in
            bench.site.publish(blog(first, at: bench.time.now(), dated: field))
            try await bench.pass()
            bench.time.advance(by: .days(days))
            bench.site.publish(blog(second, at: bench.time.now(), dated: field))
            try await bench.nextPass()
            result = (bench.texts.sorted(), try await bench.store.sourceState(bench.source).hold?.code)
        }
        return result
    }

    @Test func `a first document without items hides what was there before it`() async throws {
        let result = try await told(after: [], by: posts([0] + Array(2...15)))
        #expect(result.texts == ["Day0"] && result.hold == nil)
    }

    @Test(arguments: [("undated", nil), ("pinned", 900)] as [(String, Int?)])
    func `one item without a date, or a very old one, lets no old ones in`(name: String, daysAgo: Int?) async throws {
        let first = [Post(name, daysAgo)] + posts([1, 2, 3])
        let result = try await told(after: first, by: first + posts([0, 4, 5, 6, 100]))
        #expect(result.texts == ["Day0"] && result.hold == nil)
    }

    @Test func `what is dated by its last update alone is old when that is`() async throws {
        let result = try await told(
            after: posts([1, 2, 3]), by: posts([0, 1, 2, 3, 4, 5, 6, 7]), dated: "updated")
        #expect(result.texts == ["Day0"])
    }

    @Test func `a window that is all news is told where updates are the only dates`() async throws {
        let old = (1...10).map { Post("Old\($0)", $0) }
        let new = (1...10).map { Post("New\($0)", 0) }
        let result = try await told(after: old, by: new, days: 2, dated: "updated")
        #expect(!result.texts.isEmpty && result.hold == nil)
    }

    @Test func `an article that may be known and forgotten is no news`() async throws {
        let first = posts([1, 2, 3])
        let later = [Post("Now", 0), Post("Forgotten", 95)]
        #expect(try await told(after: first, by: later, days: 100).texts == ["Now"])
        #expect(try await told(after: first, by: [Post("Late", 80)], days: 100).texts == ["Late"])
    }

    @Test(arguments: [(2, nil), (3, "old_items")] as [(Int, String?)])
    func `one or two articles may be dated back, three are held`(count: Int, hold: String?) async throws {
        let first = posts([30, 40, 50])
        let result = try await told(after: first, by: first + posts(Array(20..<20 + count)))
        #expect(result.hold == hold)
        #expect(result.texts.count == (hold == nil ? count : 0))
    }
}
