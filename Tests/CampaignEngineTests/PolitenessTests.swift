import CampaignEngine
import CampaignModel
import CampaignStore
import TestSupport
import Testing

/// How a server sees us, over days and restarts.
@Suite struct PolitenessTests {
    @Test func `seven days and twenty restarts ask once for the whole and then only for what is newer`() async throws {
        try await withEngine { bench in
            let etag = #"W/"seven days""#
            bench.site.set(
                "/feed.xml",
                Site.Document(body: feed(["A"]), etag: etag, lastModified: "Sun, 22 Nov 2026 09:00:00 GMT"))
            var looked = 0
            for step in 0..<(7 * 24 * 4) {
                // Each pass is a program that starts, does what is due and ends.
                if step % 33 == 0 { try await bench.pass("restart-\(step)") }
                let before = bench.server.requests.count
                try await bench.pass()
                looked += bench.server.requests.count - before
                bench.time.advance(by: .minutes(15))
            }
            let requests = bench.server.requests
            #expect(requests.count >= 600 && requests.count <= 680)
            #expect(requests.filter { $0.header("If-None-Match") == nil }.count == 1)
            #expect(requests.dropFirst().allSatisfy { $0.header("If-None-Match") == etag })
            #expect(
                requests.dropFirst().allSatisfy { $0.header("If-Modified-Since") == "Sun, 22 Nov 2026 09:00:00 GMT" })
            #expect(requests.allSatisfy { $0.header("Cookie") == nil && $0.header("Referer") == nil })
            #expect(requests.allSatisfy { $0.header("Accept-Encoding") != nil && $0.header("User-Agent") != nil })
            #expect(
                Set(requests.map(\.path)) == ["/feed.xml"], "nothing is added to the address, and nothing else fetched")
        }
    }

    @Test func `after eight days the whole is asked for once more`() async throws {
        try await withEngine { bench in
            bench.site.set("/feed.xml", Site.Document(body: feed(["A"]), etag: "\"1\""))
            try await bench.pass()
            bench.time.advance(by: .hours(8 * 24 + 1))
            try await bench.pass()
            #expect(bench.server.requests.map { $0.header("If-None-Match") } == [nil, nil])
        }
    }

    @Test(arguments: [429, 503]) func `a host that says when is asked no earlier, for none of its sources`(
        status: Int
    ) async throws {
        try await withEngine(paths: ["blog": "/feed.xml", "news": "/news.xml"]) { bench in
            bench.site.publish(feed(["A"]))
            bench.site.publish(feed(["N"]), at: "/news.xml")
            try await bench.pass()
            bench.site.set(
                "/feed.xml", Site.Document(status: status, headers: ["Retry-After: 7200"], body: "later"))
            _ = try await Poller(bench.engine).poll(bench.content.sources.filter { $0.source.name == "blog" })
            let count = bench.server.requests.count
            for _ in 1...10 { try await bench.nextPass() }
            #expect(bench.server.requests.count == count)
            for _ in 1...3 { try await bench.nextPass() }
            #expect(Set(bench.server.requests.dropFirst(count).map(\.path)) == ["/feed.xml", "/news.xml"])
        }
    }

    @Test func `sources that wait in line for a host that rests come back another time`() async throws {
        let paths = Dictionary(uniqueKeysWithValues: (1...9).map { ("source\($0)", "/\($0).xml") })
        try await withEngine(paths: paths, campaigns: [SampleContent.campaign { $0.sources = ["source1"] }]) { bench in
            for path in paths.values {
                bench.site.set(path, Site.Document(status: 429, headers: ["Retry-After: 7200"], body: "later"))
            }
            try await bench.pass()
            let count = bench.server.requests.count
            #expect(count >= 1 && count < 9)
            for _ in 1...10 { try await bench.nextPass() }
            #expect(bench.server.requests.count == count)
        }
    }

    @Test func `what is gone for good is left alone until the owner asks for it`() async throws {
        try await withEngine { bench in
            bench.site.set("/feed.xml", Site.Document(body: feed(["A"])))
            try await bench.pass()
            bench.site.set("/feed.xml", Site.Document(status: 410, body: "gone"))
            try await bench.nextPass()
            let count = bench.server.requests.count
            bench.time.advance(by: .days(400))
            try await bench.pass()
            #expect(bench.server.requests.count == count)
            var status = try await bench.store.status()
            SourceRemarks.add(to: &status, now: bench.time.now())
            #expect(status.sources.first?.remarks.first?.code == .paused)
            bench.site.publish(feed(["B", "A"]))
            _ = try await Poller(bench.engine).poll(bench.content.sources)
            try await bench.nextPass()
            #expect(bench.texts == ["B"])
        }
    }

    @Test func `what there is to say of a source that can be read is said once`() async throws {
        try await withEngine { bench in
            bench.site.set("/feed.xml", Site.Document(body: feed(["A", "B", "C", "D"]), etag: "\"1\""))
            try await bench.pass()
            bench.site.set("/feed.xml", Site.Document(body: feed(["A", "B"]), etag: "\"2\""))
            for _ in 1...3 { try await bench.nextPass() }
            var said: [SourceRemark] = []
            for case .polled(let report) in bench.events.withLock({ $0 }) { said += report.remarks }
            #expect(said == [SourceRemark(.shrunk, "It shrank from 4 items to 2.")])
        }
    }

    @Test func `max-age is waited for`() async throws {
        try await withEngine { bench in
            bench.site.set(
                "/feed.xml", Site.Document(headers: ["Cache-Control: max-age=3600"], body: feed(["A"]), etag: "\"1\""))
            try await bench.pass()
            for _ in 1...5 { try await bench.nextPass() }
            #expect(bench.server.requests.count == 1)
            try await bench.nextPass()
            #expect(bench.server.requests.count == 2)
        }
    }

    @Test func `three agreeing answers move a source, and what it sends goes on`() async throws {
        try await withEngine { bench in
            let target = bench.server.url("/moved.xml")
            bench.site.publish(feed(["A"]), at: "/moved.xml")
            bench.site.set("/feed.xml", Site.Document(status: 301, headers: ["Location: \(target)"], body: ""))
            for _ in 1...5 { try await bench.nextPass() }
            #expect(bench.server.requests.filter { $0.path == "/feed.xml" }.count == 3)
            bench.site.publish(feed(["B", "A"]), at: "/moved.xml")
            try await bench.nextPass()
            #expect(bench.texts == ["B"])
        }
    }

    @Test func `failures are tried again ever more rarely, and a success ends that`() async throws {
        try await withEngine { bench in
            bench.site.set("/feed.xml", Site.Document(status: 500, body: ""))
            try await bench.pass()
            for _ in 1...(24 * 6) {
                bench.time.advance(by: .minutes(10))
                try await bench.pass()
            }
            #expect(bench.server.requests.count < 12)
            bench.site.publish(feed(["A"]))
            bench.time.advance(by: .hours(25))
            try await bench.pass()
            let count = bench.server.requests.count
            try await bench.nextPass()
            #expect(bench.server.requests.count == count + 1)
        }
    }

    @Test func `a feed's rhythm is followed where the owner leaves it to the feed`() async throws {
        try await withEngine { bench in
            var entry = bench.content.sources[0]
            entry.source.every = .auto
            bench.site.publish(
                feed(["A"]).replacing(
                    "<description>d</description>", with: "<description>d</description><ttl>600</ttl>"))
            _ = try await Poller(bench.engine).poll([entry])
            let state = try await bench.store.sourceState(bench.source)
            #expect(state.nextPollAt - bench.time.now() >= .hours(10))
        }
    }
}
