import CampaignModel
import CampaignPlanning
import CampaignStore
import Crypto
import Foundation
import HTTPTransport
import Logging
import ServiceLifecycle
import TestSupport
import Testing

@testable import CampaignEngine

/// Feeds whose hub tells of changes (W3C WebSub): the test is the hub.
@Suite(.timeLimit(.minutes(5))) struct HubTests {
    private static let publicURL = "https://tellal.example"

    private func publish(_ titles: [String], hub: String? = nil, on bench: EngineBench) {
        let links = hub.map {
            #"<link rel="hub" href="\#($0)"/><link rel="self" href="https://blog.example.com/feed"/>"#
        }
        let entries = titles.map {
            "<entry><id>\($0)</id><title>\($0)</title><link href=\"https://blog.example.com/\($0)\"/></entry>"
        }
        let body =
            "<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>Blog</title>\(links ?? "")\(entries.joined())</feed>"
        bench.site.set("/feed.xml", .init(body: body, etag: "\"\(titles)\(hub ?? "")\""))
    }

    /// One feed that names a hub, and the services that look after it.
    private struct HubBench: Sendable {
        let bench: EngineBench
        let engine: Engine
        let time: SteppedTime
        let listener: HubListener
        let calendar: PollCalendar

        /// What the hub was asked, as a form each.
        var requests: [[String: String]] {
            bench.server.requests.filter { $0.path == "/hub" }.map { request in
                var parts = URLComponents()
                parts.percentEncodedQuery = String(decoding: request.body, as: UTF8.self)
                let pairs = (parts.queryItems ?? []).map { ($0.name, $0.value ?? "") }
                return Dictionary(pairs) { first, _ in first }
            }
        }

        /// The last part of the callback that the hub was given last.
        var token: String { requests.last?["hub.callback"]?.components(separatedBy: "/").last ?? "" }

        func waitForRequests(_ count: Int) async { while requests.count < count { await Task.yield() } }
        /// Until so many polls are done with, and the next one is planned.
        func waitForPolls(_ count: Int) async {
            while bench.polls < count || !calendar.isPlanned(bench.source) { await Task.yield() }
        }

        /// Once both services have come to rest.
        func advance(by duration: Duration) async {
            await time.waitForSleepers(2)
            time.advance(by: duration)
        }

        func confirm(_ mode: String = "subscribe", lease: Duration = .days(10)) async throws -> HubListener.Answer {
            try await listener.verify(
                token: token,
                query: [
                    ("hub.mode", mode), ("hub.topic", "https://blog.example.com/feed"), ("hub.challenge", "riddle"),
                    ("hub.lease_seconds", String(lease.components.seconds)),
                ])
        }

        func tell(signedWith secret: String? = nil, body: String = "news") async throws -> HubListener.Answer {
            let key = SymmetricKey(data: Array((secret ?? requests.last?["hub.secret"] ?? "").utf8))
            let code = HMAC<SHA256>.authenticationCode(for: Array(body.utf8), using: key)
            let digits = code.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
            return try await hear("sha256=\(digits)", body)
        }

        func hear(_ signature: String?, _ body: String = "news") async throws -> HubListener.Answer {
            let pieces = AsyncStream<[UInt8]> { pieces in
                for byte in body.utf8 { pieces.yield([byte]) }
                pieces.finish()
            }
            return try await listener.hear(token: token, signature: signature, body: pieces)
        }

        func subscription() async throws -> HubSubscription? { try await bench.store.hubSubscription(of: bench.source) }

        func heard() -> [HubReport.Outcome] {
            bench.events.withLock { $0.compactMap { if case .hub(let report) = $0 { report.outcome } else { nil } } }
        }
    }

    private func withHub(
        every: PollInterval = .auto, status: Int = 202, headers: [String] = [], host: String = "127.0.0.1",
        _ body: @escaping @Sendable (HubBench) async throws -> Void
    ) async throws {
        try await withEngine { bench in
            var content = bench.content
            content.sources[0].source.every = every
            let time = SteppedTime()
            let engine = Engine(
                store: bench.store, content: content, layouts: bench.engine.layouts, fetcher: bench.engine.fetcher,
                sender: bench.sender, time: time, random: { 0 }, settings: EngineSettings(receivesHubCallbacks: true),
                report: { event in bench.events.withLock { $0.append(event) } })
            bench.site.set("/hub", .init(status: status, headers: headers, body: ""))
            publish(["A"], hub: "http://\(host):\(bench.server.port)/hub", on: bench)
            let calendar = try await PollCalendar(engine)
            let listening = WakeSignal()
            listening.raise()
            let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            let services: [any Service] = [
                PollService(engine, calendar, wake: WakeSignal()),
                HubService(
                    engine, callback: HubCallback(publicURL: Self.publicURL), listening: listening),
            ]
            let group = ServiceGroup(
                configuration: ServiceGroupConfiguration(services: services, logger: logger))
            let hub = HubBench(
                bench: bench, engine: engine, time: time, listener: HubListener(engine, calendar: calendar),
                calendar: calendar)
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask { try await group.run() }
                tasks.addTask {
                    do {
                        try await body(hub)
                    } catch {
                        await group.triggerGracefulShutdown()
                        throw error
                    }
                    await group.triggerGracefulShutdown()
                }
                try await tasks.waitForAll()
            }
        }
    }

    @Test func `a feed's hub is asked to tell of changes, and believed once it asked back`() async throws {
        try await withHub { hub in
            await hub.waitForRequests(1)
            let request = hub.requests[0]
            #expect(request["hub.mode"] == "subscribe")
            #expect(request["hub.topic"] == "https://blog.example.com/feed")
            #expect(request["hub.callback"]?.hasPrefix("\(Self.publicURL)/websub/") == true)
            #expect(hub.token.count == 32 && request["hub.secret"]?.count == 64)
            let before = try await hub.subscription()
            #expect(before?.lease == nil)
            #expect(try await hub.confirm() == .challenge("riddle"))
            let after = try await hub.subscription()
            #expect(after?.lease != nil)
            #expect(hub.heard() == [.confirmed(until: hub.time.now() + .days(10))])
        }
    }

    @Test func `while the hub tells of changes polls are rare, and at once when it does`() async throws {
        try await withHub { hub in
            await hub.waitForRequests(1)
            _ = try await hub.confirm()
            // The poll that was planned before it was known.
            await hub.advance(by: .minutes(30))
            await hub.waitForPolls(2)
            let state = try await hub.bench.store.sourceState(hub.bench.source)
            #expect(state.nextPollAt == hub.time.now() + .hours(6))
            await hub.advance(by: .hours(2))
            publish(["B", "A"], hub: hub.bench.server.url("/hub"), on: hub.bench)
            #expect(try await hub.tell() == .accepted)
            await hub.waitForPolls(3)
            #expect(hub.heard().last == .told)
            let after = try await hub.bench.store.sourceState(hub.bench.source)
            #expect(after.lastPollAt == hub.time.now())
            #expect(after.nextPollAt >= hub.time.now() + .hours(6))
        }
    }

    @Test func `words that are not signed with the secret are answered alike and lead to nothing`() async throws {
        try await withHub { hub in
            await hub.waitForRequests(1)
            _ = try await hub.confirm()
            await hub.advance(by: .minutes(10))
            let before = try await hub.bench.store.sourceState(hub.bench.source).nextPollAt
            #expect(try await hub.tell(signedWith: "guess") == .accepted)
            #expect(try await hub.hear(nil) == .accepted)
            #expect(try await hub.hear("sha256=00") == .accepted)
            #expect(try await hub.bench.store.sourceState(hub.bench.source).nextPollAt == before)
            let subscription = try await hub.subscription()
            #expect(subscription?.toldAt == nil)
            #expect(
                try await hub.listener.hear(token: "guess", signature: nil, body: AsyncStream<[UInt8]> { $0.finish() })
                    == .unknown)
            #expect(try await hub.listener.verify(token: "guess", query: []) == .unknown)
        }
    }

    @Test(arguments: ["sha1", "sha256", "sha384", "sha512"])
    func `a hub may sign in all the ways of the recommendation`(method: String) async throws {
        try await withHub { hub in
            await hub.waitForRequests(1)
            let key = SymmetricKey(data: Array((hub.requests[0]["hub.secret"] ?? "").utf8))
            let body = Array("news".utf8)
            let code: [UInt8] =
                switch method {
                case "sha1": Array(HMAC<Insecure.SHA1>.authenticationCode(for: body, using: key))
                case "sha256": Array(HMAC<SHA256>.authenticationCode(for: body, using: key))
                case "sha384": Array(HMAC<SHA384>.authenticationCode(for: body, using: key))
                default: Array(HMAC<SHA512>.authenticationCode(for: body, using: key))
                }
            let digits = code.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
            _ = try await hub.hear("\(method)=\(digits)")
            let subscription = try await hub.subscription()
            #expect(subscription?.toldAt != nil)
        }
    }

    @Test func `a word too long is not read to its end`() async throws {
        try await withHub { hub in
            await hub.waitForRequests(1)
            let piece = [UInt8](repeating: 65, count: 1 << 20)
            let pieces = LockedValue(0)
            let endless = AsyncStream<[UInt8]>(unfolding: {
                pieces.withLock { $0 += 1 }
                return piece
            })
            let signature = "sha256=" + String(repeating: "00", count: 32)
            let answer = try await hub.listener.hear(token: hub.token, signature: signature, body: endless)
            #expect(answer == .tooLarge)
            #expect(pieces.withLock { $0 } == 21)
        }
    }

    @Test func `a subscription is renewed before it ends`() async throws {
        try await withHub { hub in
            await hub.waitForRequests(1)
            _ = try await hub.confirm(lease: .hours(10))
            // Each hour, for the service looks at the clock once an hour.
            for hour in 1...8 {
                #expect(hub.requests.count == 1, "hour \(hour)")
                await hub.advance(by: .hours(1))
            }
            await hub.waitForRequests(2)
            #expect(hub.requests[1]["hub.callback"] == hub.requests[0]["hub.callback"])
            #expect(hub.requests[1]["hub.secret"] == hub.requests[0]["hub.secret"])
            #expect(try await hub.confirm(lease: .hours(10)) == .challenge("riddle"))
            let subscription = try await hub.subscription()
            #expect(subscription?.endsAt == hub.time.now() + .hours(10))
        }
    }

    @Test func `a hub that refuses is asked again later, and polls go on as ever`() async throws {
        try await withHub(status: 500) { hub in
            while hub.heard().isEmpty { await Task.yield() }
            #expect(hub.heard() == [.refused("the hub answered 500")])
            await hub.advance(by: .minutes(30))
            await hub.waitForRequests(2)
            await hub.waitForPolls(2)
            let state = try await hub.bench.store.sourceState(hub.bench.source)
            #expect(state.nextPollAt < hub.time.now() + .hours(1))
            #expect(hub.heard().count == 1, "the same is not said twice")
        }
    }

    @Test func `a hub that sends elsewhere what cannot be sent on is said to have moved`() async throws {
        try await withHub(status: 302, headers: ["Location: /elsewhere?secret=1"]) { hub in
            while hub.heard().isEmpty { await Task.yield() }
            let place = "http://127.0.0.1:\(hub.bench.server.port)/elsewhere"
            #expect(hub.heard() == [.refused("the hub moved to \(place)")])
        }
    }

    @Test func `what the owner allows of the private network is not for a stranger's hub`() async throws {
        try await withHub(host: "127.0.0.2") { hub in
            while hub.heard().isEmpty { await Task.yield() }
            guard case .refused(let reason) = hub.heard().first else {
                Issue.record("\(hub.heard())")
                return
            }
            #expect(reason.contains("127.0.0.2"))
            #expect(hub.requests.isEmpty)
        }
    }

    @Test func `a hub that is no longer named is told so, and the subscription ends when it asks back`() async throws {
        try await withHub(every: .every(.minutes(10))) { hub in
            await hub.waitForRequests(1)
            _ = try await hub.confirm()
            publish(["A"], on: hub.bench)
            await hub.advance(by: .minutes(10))
            await hub.waitForRequests(2)
            #expect(hub.requests[1]["hub.mode"] == "unsubscribe")
            #expect(hub.requests[1]["hub.secret"] == nil)
            let token = hub.token
            #expect(try await hub.hear(nil) == .gone)
            #expect(try await hub.confirm("unsubscribe") == .challenge("riddle"))
            #expect(hub.heard().last == .ended)
            #expect(try await hub.bench.store.hubSubscription(token: token) == nil)
            #expect(try await hub.hear(nil) == .unknown)
        }
    }

    @Test func `a hub that keeps a change to itself is not relied on`() async throws {
        try await withHub { hub in
            await hub.waitForRequests(1)
            _ = try await hub.confirm()
            await hub.advance(by: .minutes(30))
            await hub.waitForPolls(2)
            publish(["B", "A"], hub: hub.bench.server.url("/hub"), on: hub.bench)
            for _ in 1...6 {
                await hub.advance(by: .hours(1))
            }
            await hub.waitForPolls(3)
            #expect(hub.heard().last == .missed)
            let state = try await hub.bench.store.sourceState(hub.bench.source)
            #expect(state.nextPollAt < hub.time.now() + .hours(6))
        }
    }

    @Test func `a word that comes during a poll leads to another one`() async throws {
        try await withHub { hub in
            await hub.waitForRequests(1)
            _ = try await hub.confirm()
            let gate = LoopbackServer.Gate()
            hub.bench.site.hold("/feed.xml", until: gate)
            await hub.advance(by: .minutes(30))
            while hub.bench.server.requests.count(where: { $0.path == "/feed.xml" }) < 2 { await Task.yield() }
            hub.time.advance(by: .seconds(1))
            #expect(try await hub.tell() == .accepted)
            hub.bench.site.hold("/feed.xml", until: nil)
            gate.open()
            await hub.waitForPolls(2)
            await hub.advance(by: .seconds(10))
            await hub.waitForPolls(3)
        }
    }

    @Test func `a word of what the server does not show yet is looked after, and the hub stays trusted`() async throws {
        try await withHub { hub in
            await hub.waitForRequests(1)
            _ = try await hub.confirm()
            await hub.advance(by: .minutes(5))
            #expect(try await hub.tell() == .accepted)
            await hub.waitForPolls(2)
            publish(["B", "A"], hub: hub.bench.server.url("/hub"), on: hub.bench)
            await hub.advance(by: .seconds(10))
            await hub.waitForPolls(3)
            #expect(hub.heard().last == .told)
            let state = try await hub.bench.store.sourceState(hub.bench.source)
            #expect(state.nextPollAt == hub.time.now() + .hours(6))
        }
    }
}
