import CampaignEngine
import CampaignModel
import CampaignStore
import TestSupport
import Testing

/// What publishers do to their documents without any news: each of these made other programs send everything again.
@Suite struct QuietDocumentTests {
    struct Entry {
        var guid: String
        var link: String
        var title: String
        var date: String
        var text: String

        init(_ number: Int, host: String = "https://blog.example.com") {
            guid = "urn:post:\(number)"
            link = "\(host)/post/\(number)"
            title = "Post \(number)"
            date = "2026-11-\(10 + number)T08:00:00Z"
            text = "<p>What happened on day \(number)</p>"
        }

        var xml: String {
            """
            <entry><id>\(guid)</id><title>\(title)</title><link href="\(link)"/><updated>\(date)</updated>\
            <published>\(date)</published><content type="html"><![CDATA[\(text)]]></content></entry>
            """
        }
    }

    static func document(_ entries: [Entry], tail: String = "</feed>") -> String {
        """
        <?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Blog</title>\
        <id>urn:blog</id>\(entries.map(\.xml).joined())\(tail)
        """
    }

    static let entries = (1...6).reversed().map { Entry($0) }

    static func changed(_ change: (inout Entry) -> Void) -> String {
        document(
            entries.map { entry in
                var entry = entry
                change(&entry)
                return entry
            })
    }

    /// The documents that follow the first one, which is `entries`.
    static let quiet: [(String, [String])] = [
        ("the ids change", [changed { $0.guid = "https://blog.example.com/?p=\($0.title.dropFirst(5))" }]),
        (
            "the ids change with each request",
            (1...3).map { round in changed { $0.guid = "\($0.guid)#\(round)" } }
        ),
        ("http becomes https", [changed { $0.link = "http" + $0.link.dropFirst(5) }, document(entries)]),
        (
            "the links are the ids, and http becomes https",
            [
                changed { $0.guid = $0.link },
                changed {
                    $0.link = "http" + $0.link.dropFirst(5)
                    $0.guid = $0.link
                },
            ]
        ),
        (
            "the site gets a www.",
            [
                changed {
                    $0.link = $0.link.replacing("https://", with: "https://www.")
                    $0.guid = $0.link
                }
            ]
        ),
        (
            "the site moves to another host",
            [
                changed {
                    $0.link = $0.link.replacing("blog.example.com", with: "example.org")
                    $0.guid = $0.link
                }
            ]
        ),
        ("links get tracking parameters", [changed { $0.link += "?utm_source=rss&fbclid=1" }]),
        (
            "links get tracking parameters, and are the ids",
            [
                changed {
                    $0.link += "?utm_source=rss"
                    $0.guid = $0.link
                }
            ]
        ),
        (
            "links get a slash, and are the ids",
            [
                changed {
                    $0.link += "/"
                    $0.guid = $0.link
                }
            ]
        ),
        ("the order changes", [document(entries.reversed()), document(entries.shuffledOnce)]),
        ("all dates are bumped", [changed { $0.date = "2026-12-01T00:00:00Z" }]),
        ("markup is written otherwise", [changed { $0.text = "<div class=\"x\"><p>\($0.text.dropFirst(3))</div>" }]),
        ("the document is empty", ["", document(entries)]),
        ("a web page comes instead", ["<!DOCTYPE html><html><body>Down for repairs</body></html>", document(entries)]),
        ("the document is cut", [document(Array(entries.prefix(2)), tail: "<entry><id>x"), document(entries)]),
        ("there are no entries", [document([]), document(entries), document([]), document(entries)]),
        (
            "two mirrors take turns",
            (1...4).map { turn in
                changed {
                    guard turn % 2 == 1 else { return }
                    $0.link = $0.link.replacing("blog.example.com", with: "mirror.example.net")
                    $0.guid = "mirror-\($0.guid)"
                }
            }
        ),
        (
            "a deleted post lets an old one in",
            [document(Array(entries.dropFirst()) + [Entry(0, host: "https://blog.example.com").old])]
        ),
        ("half of it is gone and returns", [document(Array(entries.prefix(3))), document(entries)]),
    ]

    @Test(arguments: quiet.indices) func `nothing is told when`(_ index: Int) async throws {
        let (name, documents) = Self.quiet[index]
        try await withEngine(campaigns: [SampleContent.campaign { $0.on = [.new, .updated] }]) { bench in
            bench.site.publish(Self.document(Self.entries))
            try await bench.pass()
            for document in documents {
                bench.site.publish(document)
                try await bench.nextPass()
            }
            #expect(bench.sender.sent.isEmpty, "\(name): \(bench.texts)")
            // And what is new after all that is told, once.
            bench.site.publish(Self.document([Entry(9)] + Self.entries))
            try await bench.nextPass()
            try await bench.nextPass()
            #expect(bench.texts == ["Post 9"], "\(name)")
        }
    }

    @Test func `a title that changes to and fro is an update each time, but never news`() async throws {
        try await withEngine { bench in
            bench.site.publish(Self.document(Self.entries))
            try await bench.pass()
            for round in 1...4 {
                bench.site.publish(Self.changed { $0.title += round % 2 == 0 ? "" : "!" })
                try await bench.nextPass()
            }
            #expect(bench.sender.sent.isEmpty)
        }
    }

    @Test func `a clock that is set back makes nothing new and stops no poll`() async throws {
        try await withEngine { bench in
            bench.site.publish(Self.document(Self.entries))
            try await bench.pass()
            bench.time.advance(by: .seconds(-86_400 * 30))
            try await bench.pass()
            #expect(bench.sender.sent.isEmpty)
            bench.site.publish(Self.document([Entry(9)] + Self.entries))
            try await bench.nextPass()
            try await bench.nextPass()
            #expect(bench.texts == ["Post 9"])
        }
    }

    @Test func `items that share their link are news all the same`() async throws {
        func shared(_ numbers: [Int]) -> String {
            Self.document(
                numbers.map { number in
                    var entry = Entry(number)
                    entry.link = "https://blog.example.com/"
                    return entry
                })
        }
        try await withEngine { bench in
            bench.site.publish(shared([3, 2, 1]))
            try await bench.pass()
            bench.site.publish(shared([5, 4, 3, 2]))
            try await bench.nextPass()
            #expect(bench.texts.sorted() == ["Post 4", "Post 5"])
        }
    }
}

extension QuietDocumentTests.Entry {
    /// From before anybody listened.
    fileprivate var old: Self {
        var entry = self
        entry.date = "2025-01-01T00:00:00Z"
        return entry
    }
}

extension [QuietDocumentTests.Entry] {
    /// Another order, always the same.
    fileprivate var shuffledOnce: Self { indices.sorted { $0 * 5 % 7 < $1 * 5 % 7 }.map { self[$0] } }
}

/// What items are known by.
@Suite struct IdentityTests {
    private typealias Entry = QuietDocumentTests.Entry

    /// A feed that gives all of a day's posts the day's id.
    private func daily(_ numbers: [Int]) -> String {
        QuietDocumentTests.document(
            numbers.map { number in
                var entry = Entry(number)
                entry.guid = "day-\(number / 3)"
                return entry
            })
    }

    @Test func `where ids repeat, the link is part of who an item is`() async throws {
        try await withEngine { bench in
            bench.site.publish(daily([5, 4, 3, 2, 1]))
            try await bench.pass()
            #expect(try await bench.store.sourceState(bench.source).identity == .idAndLink)
            // Another order, and a new one in front of those with the same id.
            bench.site.publish(daily([3, 5, 4, 1, 2]))
            try await bench.nextPass()
            #expect(bench.sender.sent.isEmpty)
            bench.site.publish(daily([8, 5, 4, 3]))
            try await bench.nextPass()
            #expect(bench.texts == ["Post 8"])
            bench.site.publish(daily([7, 8, 5, 4]))
            try await bench.nextPass()
            #expect(bench.texts == ["Post 8", "Post 7"])
        }
    }

    @Test func `items without ids that share a link are known by their words`() async throws {
        func shared(_ numbers: [Int]) -> String {
            let items = numbers.map {
                "<item><title>News \($0)</title><link>https://blog.example.com/news</link><description>\($0)</description></item>"
            }
            return "<rss version=\"2.0\"><channel><title>B</title>\(items.joined())</channel></rss>"
        }
        try await withEngine { bench in
            bench.site.publish(shared([3, 2, 1]))
            try await bench.pass()
            bench.site.publish(shared([4, 3, 2]))
            try await bench.nextPass()
            #expect(bench.texts == ["News 4"])
            bench.site.publish(shared([2, 5, 4, 3]))
            try await bench.nextPass()
            #expect(bench.texts == ["News 4", "News 5"])
        }
    }

    @Test func `where ids begin to repeat, what is known is found by its link`() async throws {
        try await withEngine { bench in
            bench.site.publish(daily([3, 1]))
            try await bench.pass()
            #expect(try await bench.store.sourceState(bench.source).identity == .id)
            bench.site.publish(daily([4, 3, 1]))
            try await bench.nextPass()
            #expect(bench.texts == ["Post 4"])
            #expect(try await bench.store.sourceState(bench.source).identity == .idAndLink)
        }
    }

    @Test(arguments: ["Re: Hello", ""])
    func `where ids begin to repeat, what is known is found though neither links nor titles tell it apart`(
        title: String
    ) async throws {
        let thread = (1...9).reversed().map { number in
            var entry = Entry(number)
            entry.link = "https://blog.example.com/thread#post\(number)"
            entry.title = title
            return entry
        }
        let campaign = SampleContent.campaign { $0.on = [.new, .updated] }
        try await withEngine(campaigns: [campaign]) { bench in
            bench.site.publish(QuietDocumentTests.document(thread))
            try await bench.pass()
            var other = Entry(9)
            other.link = "https://blog.example.com/other"
            var second = thread
            second[4].text = "<p>Mended</p>"
            bench.site.publish(QuietDocumentTests.document([other] + second))
            try await bench.nextPass()
            #expect(try await bench.store.sourceState(bench.source).identity == .idAndLink)
            let reports = bench.events.withLock { $0 }.compactMap {
                if case .polled(let report) = $0 { report } else { nil }
            }
            let report = try #require(reports.last)
            guard case .read(_, let changes) = report.outcome else {
                Issue.record("\(report.outcome)")
                return
            }
            #expect(changes == [.new: 1, .updated: 1] && report.recognised == 9)
            #expect(bench.texts.contains("Post 9"))
        }
    }

    @Test func `where ids begin to repeat, an id that went to another item makes no news of it known`() async throws {
        func section(_ name: String, _ number: Int) -> Entry {
            var entry = Entry(number)
            entry.guid = name
            return entry
        }
        let before = [section("sport", 1), section("news", 2), section("culture", 3), section("web", 4)]
        try await withEngine { bench in
            bench.site.publish(QuietDocumentTests.document(before))
            try await bench.pass()
            let after = [section("sport", 5), before[0], section("news", 6), before[2], before[3]]
            bench.site.publish(QuietDocumentTests.document(after))
            try await bench.nextPass()
            #expect(Set(bench.texts) == ["Post 5", "Post 6"])
        }
    }

    /// Feeds of a blog whose generator gives all posts one id, or none and one address.
    private static let constant: [(name: String, document: @Sendable ([Int]) -> String)] = [
        (
            "one id",
            { numbers in
                QuietDocumentTests.document(
                    numbers.map { number in
                        var entry = Entry(number)
                        entry.guid = "https://blog.example.com/"
                        return entry
                    })
            }
        ),
        (
            "no id and one address",
            { numbers in
                let items = numbers.map {
                    "<item><title>Post \($0)</title><link>https://blog.example.com/</link></item>"
                }
                return "<rss version=\"2.0\"><channel><title>B</title>\(items.joined())</channel></rss>"
            }
        ),
    ]

    @Test(arguments: constant.indices) func `a blog that began with one post tells each later one once`(
        _ index: Int
    ) async throws {
        let (name, document) = Self.constant[index]
        try await withEngine { bench in
            bench.site.publish(document([1]))
            try await bench.pass()
            for newest in 2...4 {
                bench.site.publish(document((1...newest).reversed()))
                try await bench.nextPass()
            }
            #expect(bench.texts == ["Post 2", "Post 3", "Post 4"], "\(name)")
        }
    }

    @Test func `an item that is given twice changes nothing of how it is known`() async throws {
        try await withEngine { bench in
            bench.site.publish(QuietDocumentTests.document([Entry(2), Entry(1)]))
            try await bench.pass()
            bench.site.publish(QuietDocumentTests.document([Entry(3), Entry(2), Entry(2), Entry(1)]))
            try await bench.nextPass()
            #expect(try await bench.store.sourceState(bench.source).identity == .id)
        }
    }

    @Test func `another choice of the owner's takes what is there as known`() async throws {
        try await withEngine { bench in
            bench.site.publish(daily([3, 2, 1]))
            try await bench.pass()
            var sources = bench.content.sources.map(\.source)
            sources[0].identity = .link
            let content = try await bench.store.provision(
                channels: bench.content.channels.map(\.channel), sources: sources,
                campaigns: bench.content.campaigns.map(\.campaign), now: bench.time.now())
            _ = try await Poller(bench.engine).poll(content.sources)
            bench.site.publish(daily([8, 3, 2, 1]))
            bench.time.advance(by: .hours(1))
            _ = try await Poller(bench.engine).poll(content.sources)
            let campaign = try #require(bench.engine.content.campaigns.first)
            _ = try await CampaignRun(bench.engine).run(campaign, .update(takesWaiting: true))
            _ = try await bench.pass()
            #expect(bench.texts == ["Post 8"])
        }
    }
}
