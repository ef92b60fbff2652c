import CampaignEngine
import CampaignModel
import CampaignStore
import TestSupport
import Testing

/// What an earlier version stored of items: they are known all the same.
@Suite struct EarlierVersionTests {
    private typealias Entry = QuietDocumentTests.Entry

    /// Makes of what is known what an earlier version would have stored.
    private func store(_ bench: EngineBench, as change: (inout SnapshotEntry, Int) -> Void) async throws {
        let keys = try await bench.store.withAliases(of: bench.source, [ItemKey]()) { keys, key, _ in keys.append(key) }
        var entries = Array(try await bench.store.snapshot(of: bench.source, keys: keys).values)
        for place in entries.indices { change(&entries[place], place) }
        let now = bench.time.now()
        let news = DocumentNews(entries: entries, replaced: keys, changes: [], items: entries.count)
        let next = NextPoll(at: now, code: "every", reason: "As is set for it.")
        try await bench.store.record(
            PollResult(document: .read(news), fetchState: nil, next: next), of: bench.source, at: now)
    }

    /// The aliases of addresses as they are now, each with that of an earlier version.
    private func spelled(_ links: [String]) -> [UInt64: UInt64] {
        Dictionary(links.map { (Item.place(of: $0), Item.place(of: $0, escaped: true)) }) { first, _ in first }
    }

    @Test func `an escaped address that was stored as it is spelled is known once the ids change`() async throws {
        let posts = (1...6).reversed().map { number in
            var post = Entry(number)
            post.link = "https://blog.example.com/%D0%BF%D0%BE%D1%81%D1%82/\(number)"
            return post
        }
        let spelled = spelled(posts.map(\.link))
        try await withEngine { bench in
            bench.site.publish(QuietDocumentTests.document(posts))
            try await bench.pass()
            try await store(bench) { entry, _ in
                entry.aliases = ItemAliases(link: entry.aliases.link.flatMap { spelled[$0] })
            }
            // Nothing is stated otherwise, so nothing is written anew.
            try await bench.nextPass()
            let trails = try await bench.store.trails(
                ofItems: posts[0].link, aliases: Item.storedPlaces(of: posts[0].link))
            #expect(trails.count == 1)
            let renamed = posts.map { post in
                var post = post
                post.guid = "https://blog.example.com/?p=\(post.title.dropFirst(5))"
                return post
            }
            bench.site.publish(QuietDocumentTests.document([Entry(9)] + renamed))
            try await bench.nextPass()
            #expect(bench.texts == ["Post 9"])
        }
    }

    /// Where the items of feeds without ids lead: all to one page, or two of them to one.
    private static let links: [@Sendable (Int) -> String] = [
        { _ in "https://blog.example.com/" }, { "https://blog.example.com/%D0%BF/\(max($0, 2))" },
    ]

    @Test(arguments: links.indices) func `items without ids that were stored by their links alone are no news`(
        _ index: Int
    ) async throws {
        let link = Self.links[index]
        func blog(_ numbers: [Int]) -> String {
            let items = numbers.map { "<item><link>\(link($0))</link><description>Text \($0)</description></item>" }
            return "<rss version=\"2.0\"><channel><title>B</title>\(items.joined())</channel></rss>"
        }
        let spelled = spelled((1...8).map(link))
        try await withEngine(campaigns: [SampleContent.campaign { $0.layout = "described" }]) { bench in
            bench.site.publish(blog((1...8).reversed()))
            try await bench.pass()
            #expect(try await bench.store.sourceState(bench.source).identity == .idAndLink)
            try await store(bench) { entry, place in
                entry.key = Fingerprint(of: ["a link alone", "\(place)"])
                entry.aliases = ItemAliases(link: entry.aliases.link.flatMap { spelled[$0] })
            }
            bench.site.publish(blog((1...9).reversed()))
            try await bench.nextPass()
            #expect(bench.texts.count == 1 && bench.texts.first?.hasSuffix("Text 9") == true, "\(bench.texts)")
        }
    }
}
