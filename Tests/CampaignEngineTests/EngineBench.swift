import CampaignEngine
import CampaignModel
import CampaignPlanning
import CampaignStore
import HTTPTransport
import TestSupport
import Testing

/// A web site whose documents the test changes; it answers conditional requests as servers do.
final class Site: Sendable {
    struct Document: Sendable {
        var status = 200
        var headers: [String] = ["Content-Type: application/rss+xml"]
        var body: String
        var etag: String?
        var lastModified: String?
        /// Ends the answer after so many bytes.
        var cutAt: Int?
    }

    private let documents = LockedValue<[String: Document]>([:])
    private let gates = LockedValue<[String: LoopbackServer.Gate]>([:])

    func set(_ path: String, _ document: Document) { documents.withLock { $0[path] = document } }
    /// Answers begin when the gate is open.
    func hold(_ path: String, until gate: LoopbackServer.Gate?) { gates.withLock { $0[path] = gate } }
    func publish(_ body: String, at path: String = "/feed.xml") { set(path, Document(body: body)) }

    func answer(_ request: LoopbackServer.Request) -> [LoopbackServer.Step] {
        (gates.withLock { $0[request.path] }.map { [.wait($0)] } ?? []) + steps(request)
    }

    private func steps(_ request: LoopbackServer.Request) -> [LoopbackServer.Step] {
        guard let document = documents.withLock({ $0[request.path] }) else { return [.answer(status: 404)] }
        let validators = [
            document.etag.map { "ETag: \($0)" }, document.lastModified.map { "Last-Modified: \($0)" },
        ].compactMap(\.self)
        if let etag = document.etag, request.header("If-None-Match") == etag {
            return [.text((["HTTP/1.1 304 Not Modified"] + validators + ["", ""]).joined(separator: "\r\n"))]
        }
        let bytes = Array(document.body.utf8)
        guard let cut = document.cutAt else {
            return [.answer(status: document.status, headers: document.headers + validators, bytes)]
        }
        let head = ["HTTP/1.1 200 OK"] + document.headers + ["Content-Length: \(bytes.count)", "", ""]
        return [.text(head.joined(separator: "\r\n")), .send(Array(bytes.prefix(cut))), .close]
    }
}

/// An engine over a real database and a real transport, with a site to poll and a platform to send to.
struct EngineBench: Sendable {
    static let layouts = [
        "name: article\neach: item\nmodules:\n  - text: \"{{item.title}}\"",
        "name: described\neach: item\nmodules:\n  - text: \"{{item.title}}: {{item.summary}}\"",
        "name: described-twice\neach: item\nmodules:\n  - text: \"first {{item.title}}: {{item.summary}}\"\n"
            + "  - text: \"second {{item.title}}: {{item.summary}}\"",
        "name: described-picture\neach: item\nmodules:\n  - image: https://blog.example.com/1.jpg\n"
            + "    caption: \"{{item.title}}: {{item.summary}}\"",
        "name: linked-text\neach: item\nmodules:\n  - text: '<a href=\"{{item.link}}\">{{item.summary}}</a>'",
        "name: list\neach: digest\nmodules:\n  - text: \"{{#items}}[{{item.title}}]{{/items}}\"",
        "name: two-parts\neach: item\nmodules:\n  - text: \"first {{item.title}}\"\n  - text: \"second {{item.title}}\"",
        "name: picture\neach: item\nmodules:\n  - image: \"{{item.image}}\"\n  - text: \"{{item.title}}\"",
        "name: bare-picture\neach: item\nmodules:\n  - text: \"{{item.title}}\"\n  - image: \"{{item.image}}\"",
        "name: sale\neach: item\nmodules:\n  - image: sale.jpg\n  - text: \"{{item.title}}\"",
        "name: album\neach: item\nmodules:\n  - image: sale.jpg\n  - image: \"{{item.image}}\"",
        "name: clip\neach: item\nmodules:\n  - video: \"https://blog.example.com/{{item.title}}.mp4\"",
        "name: bold\neach: item\nmodules:\n  - text: \"<b>{{item.title}}</b>\"",
        "name: stop\neach: item\nmodules:\n  - text: \"{{item.title}}\"\n    buttons: [{title: Stop, action: unsubscribe}]",
        "name: named\neach: item\nmodules:\n  - text: \"{{source.title}}: {{item.title}}\"",
        "name: catch-up\neach: digest\nmodules:\n  - text: \"{{#items}}[{{item.title}}]{{/items}}\"",
        "name: linked\neach: item\nmodules:\n  - text: '<a href=\"{{item.link}}\">{{item.title}}</a>'",
        "name: price\neach: item\nmodules:\n  - text: \"{{before.price}} to {{item.price}}\"",
    ]

    static let picture = "JPG"
    static let pictureHash = "769717d898b6b363130dacf16a6ca22b62b6017d5a9acc616548959f514fa754"

    let folder: TemporaryFolder
    let site: Site
    let server: LoopbackServer
    let store: Store
    let content: ProvisionedContent
    let time: ManualTime
    let sender: ScriptedSender
    let engine: Engine
    let events: LockedValue<[EngineEvent]>

    var channel: ChannelID { content.channels[0].id }
    var source: SourceID { content.sources[0].id }
    var chats: [String] { sender.sent.map { $0.field("chat_id") ?? $0.field("recipient.id") ?? "?" } }
    var texts: [String] { sender.sent.map { $0.field("text") ?? $0.field("message.text") ?? "?" } }

    /// How many polls have ended.
    var polls: Int { events.withLock { $0.count { if case .polled = $0 { true } else { false } } } }

    /// One pass of everything that is due, as `tellal run` makes it.
    @discardableResult
    func pass(_ token: String = "pass") async throws -> [Problem] { try await Pass(engine, token: token).run() }

    /// A later pass, when every source is due again.
    @discardableResult
    func nextPass() async throws -> [Problem] {
        time.advance(by: .minutes(11))
        return try await pass()
    }

    /// Polls, runs campaigns, and sends nothing.
    func fillOutbox() async throws {
        _ = try await Poller(engine).poll(content.sources)
        for campaign in content.campaigns {
            _ = try await CampaignRun(engine).run(campaign, .update(takesWaiting: true))
        }
    }

    func states() async throws -> [Delivery.State] {
        try await store.deliveries(in: nil, limit: 1000).reversed().compactMap { Delivery.State(rawValue: $0.state) }
    }

    func subscribe(_ addresses: [String], activeAt: Timestamp? = nil) async throws {
        _ = try await store.importSubscribers(
            addresses.map { Subscriber(address: $0, lastActiveAt: activeAt) }, to: channel, hash: { $0 },
            now: time.now())
    }
}

/// A bench for one test, closed with it.
func withEngine(
    channels: [Channel] = [SampleContent.channel()],
    paths: [String: String] = ["blog": "/feed.xml"],
    campaigns: [Campaign] = [SampleContent.campaign()],
    subscribers: [String] = ["1"], activeAt: Timestamp? = nil, concurrency: Int = 8, stop: StopSignal = StopSignal(),
    publicURL: String? = nil,
    answer: @escaping @Sendable (ScriptedSender.Sent, Int) async -> HTTPOutcome = { _, index in .accepted(index + 1) },
    _ body: (EngineBench) async throws -> Void
) async throws {
    let folder = try TemporaryFolder()
    let site = Site()
    let server = try LoopbackServer { site.answer($0) }
    defer { server.stop() }
    let time = ManualTime()
    let transport = HTTPTransport(
        .init(userAgent: "tellal-test", addressPolicy: try AddressPolicy(allow: ["127.0.0.0/8"])))
    let store = try await Store.open("sqlite:" + folder.path("tellal.db"), now: time.now())
    let sources = paths.sorted { $0.key < $1.key }.map { name, path in
        let isFile = !path.hasPrefix("/") || path.hasPrefix("/proc/")
        let file = path.hasPrefix("/proc/") ? path : folder.path(path)
        return SampleContent.source(name, at: isFile ? file : server.url(path))
    }
    let content = try await store.provision(
        channels: channels, sources: sources, campaigns: campaigns, now: time.now())
    try folder.write(EngineBench.picture, to: "sale.jpg")
    let (layouts, problems) = LayoutReader.read(
        files: EngineBench.layouts.enumerated().map { ContentFile(path: "\($0.offset).yaml", text: $0.element) },
        media: { name, _ in .success(MediaFile(path: folder.path(name), size: 3, hash: EngineBench.pictureHash)) })
    try #require(problems.isEmpty, "\(problems)")
    let sender = ScriptedSender(time: time, answer: answer)
    let events = LockedValue<[EngineEvent]>([])
    let engine = Engine(
        store: store, content: content,
        layouts: Dictionary(layouts.map { ($0.name, $0) }) { first, _ in first }, fetcher: transport, sender: sender,
        time: time, random: { 0.5 }, settings: EngineSettings(sendConcurrency: concurrency, publicURL: publicURL),
        report: { event in events.withLock { $0.append(event) } }, stop: stop)
    let bench = EngineBench(
        folder: folder, site: site, server: server, store: store, content: content, time: time, sender: sender,
        engine: engine, events: events)
    for channel in content.channels {
        _ = try await store.importSubscribers(
            subscribers.map { Subscriber(address: $0, lastActiveAt: activeAt) }, to: channel.id, hash: { $0 },
            now: time.now())
    }
    do {
        try await body(bench)
    } catch {
        await transport.shutdown()
        throw error
    }
    await transport.shutdown()
    try store.close()
}

/// An RSS feed, newest first.
func feed(_ titles: [String], descriptions: [String: String] = [:]) -> String {
    let items = titles.map { title in
        """
        <item><guid isPermaLink="false">\(title)</guid><title>\(title)</title>\
        <link>https://blog.example.com/\(title.lowercased())</link>\
        <description>\(descriptions[title] ?? "About \(title)")</description></item>
        """
    }
    return """
        <?xml version="1.0"?><rss version="2.0"><channel><title>Blog</title><link>https://blog.example.com/</link>\
        <description>d</description>\(items.joined())</channel></rss>
        """
}

/// A product catalog of one kettle.
func catalog(price: String, availability: String) -> String {
    """
    <?xml version="1.0"?><rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel><title>Shop</title>\
    <link>https://shop.example.com/</link><description>d</description><item><g:id>k1</g:id><g:title>Kettle</g:title>\
    <g:link>https://shop.example.com/k1</g:link><g:price>\(price)</g:price>\
    <g:availability>\(availability)</g:availability></item></channel></rss>
    """
}
