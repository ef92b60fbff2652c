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
            PollResult(document: .read(news), manners: nil, next: next), of: bench.source, at: now)
    }

    @Test func `an escaped address that was stored as it is spelled is known once the ids change`() async throws {
        let posts = (1...6).reversed().map { number in
            var post = Entry(number)
            post.link = "https://blog.example.com/%D0%BF%D0%BE%D1%81%D1%82/\(number)"
            return post
        }
        let spelled = Dictionary(
            uniqueKeysWithValues: posts.map { (Item.place(of: $0.link), Item.place(of: $0.link, escaped: true)) })
        try await withEngine { bench in
            bench.site.publish(QuietDocumentTests.document(posts))
            try await bench.pass()
            try await store(bench) { entry, _ in
                entry.aliases = ItemAliases(link: entry.aliases.link.flatMap { spelled[$0] })
            }
            // Nothing is stated otherwise, so nothing is written anew.
            try await bench.nextPass()
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
}
