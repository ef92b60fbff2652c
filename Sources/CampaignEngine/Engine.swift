package import CampaignModel
package import CampaignPlanning
package import CampaignStore
package import HTTPTransport
import MessageChannels
package import Metrics
import Synchronization

/// All that the stages work with: what the owner wants, where things are kept, and the world outside, passed in.
package final class Engine: Sendable {
    package let store: Store
    package let content: ProvisionedContent
    /// By their names.
    package let layouts: [String: Layout]
    /// For what strangers serve: documents, media, hubs.
    package let fetcher: HTTPTransport
    /// Waits for minutes until somebody says something, and must not take the place of polls.
    let longPollTransport: HTTPTransport
    package let sender: any HTTPSending
    package let time: any TimeSource
    /// A number in 0..<1; for jitter.
    package let random: @Sendable () -> Double
    package let settings: EngineSettings
    /// Told of each step as it is done.
    package let report: @Sendable (EngineEvent) -> Void
    package let stop: StopSignal
    /// Names this process among those that share a database.
    package let worker: String
    let throttles: [ChannelID: ChannelThrottle]
    let slots: SendingSlots
    let errors = CampaignErrors()
    /// Bytes go up one medium after another on each channel.
    let uploads: [ChannelID: AsyncSemaphore]
    /// Marketing campaigns are made one after another.
    let marketing = AsyncSemaphore()
    let parts = MediaFallbackCache()
    let hosts = HostStates()
    let hubNews = HubNews()
    let meter = SendingMeter()
    let oneOffs: OneOffs
    /// The runs of which it was told that nobody could be asked.
    let unasked = Mutex<Set<CampaignRunID>>([])
    let catchUps = CatchUpCache()
    let loops = Heartbeats()
    let webhooks = WebhookTimes()
    let measuring = MeasuringTimes()
    let metrics: EngineMetrics
    private let claims = Mutex(0)
    private let linkKey = Mutex<Secret?>(nil)

    package init(
        store: Store, content: ProvisionedContent, layouts: [String: Layout], fetcher: HTTPTransport,
        longPollTransport: HTTPTransport? = nil, sender: any HTTPSending, time: any TimeSource,
        random: @escaping @Sendable () -> Double,
        settings: EngineSettings, report: @escaping @Sendable (EngineEvent) -> Void, stop: StopSignal = StopSignal(),
        worker: String = "alone", metrics factory: any MetricsFactory = NOOPMetricsHandler.instance
    ) {
        self.store = store
        self.content = content
        self.layouts = layouts
        self.fetcher = fetcher
        self.longPollTransport = longPollTransport ?? fetcher
        self.sender = sender
        self.time = time
        self.random = random
        self.settings = settings
        let metrics = EngineMetrics(factory, channels: content.channels)
        self.metrics = metrics
        self.report = { event in
            metrics.count(event)
            report(event)
        }
        self.stop = stop
        self.worker = worker
        oneOffs = OneOffs(store, channels: content.channels)
        let slots = SendingSlots(settings.sendConcurrency, channels: content.channels.count)
        self.slots = slots
        var throttles: [ChannelID: ChannelThrottle] = [:]
        for entry in content.channels {
            // One process needs nobody's leave.
            let asking: RateLimiter.Slices = { length in
                try await store.takeSlice(of: entry.id, length: length, now: time.now())
            }
            let own = ChannelThrottle(
                entry.channel, time: time, random: random, slices: store.isShared ? asking : nil,
                width: { slots.share })
            // It is kept in whole milliseconds, rounded down.
            let rest = (entry.restsUntil ?? time.now()) - time.now() + .milliseconds(1)
            if rest > .milliseconds(1) { own.limiter.pause(for: rest) }
            throttles[entry.id] = own
        }
        self.throttles = throttles
        uploads = Dictionary(content.channels.map { ($0.id, AsyncSemaphore()) }) { first, _ in first }
    }

    /// Counts the claims of this process.
    func numberOfClaim() -> Int {
        claims.withLock { claims in
            claims += 1
            return claims
        }
    }

    func tracksLinks(of campaign: Campaign) -> Bool { campaign.tracksLinks && settings.publicURL != nil }

    /// With which this installation signs its links.
    ///
    /// - Throws: When the store fails.
    func clickKey() async throws -> Secret {
        if let key = linkKey.withLock({ $0 }) { return key }
        let key = try await store.installationSecret("link_key", fresh: RandomToken.make(bytes: 32))
        linkKey.withLock { $0 = key }
        return key
    }

    func sourceName(_ source: SourceID) -> String? { content.sources.first { $0.id == source }?.source.fullName }
}

/// What the owner's settings say to the engine; it reads none itself.
package struct EngineSettings: Sendable {
    /// After decompression, in bytes; nil leaves the choice to the kind of document.
    package var fetchMaxBytes: Int64?
    /// Requests for documents at once, over all hosts.
    package var fetchConcurrency: Int
    /// Requests at once to one host.
    package var fetchPerHost: Int
    /// Requests in flight over all channels.
    package var sendConcurrency: Int

    /// Hosts that the owner allows to be asked as fast as they answer.
    package var hurriesAt: @Sendable (HostKey) -> Bool
    /// Whether hubs can call this server, so that what they say of changes counts.
    package var receivesHubCallbacks: Bool
    /// After how long people are forgotten who are not subscribed; nil for never.
    package var keepInactive: Duration?
    /// How long it is kept what was found and sent, one by one; nil for ever.
    package var keepHistory: Duration?
    /// Nothing is held: for measuring, where nobody is told anything.
    package var acceptsFloods: Bool
    /// Where people reach our web server, without a last slash; nil when they cannot.
    package var publicURL: String?

    package init(
        fetchMaxBytes: Int64? = nil, fetchConcurrency: Int = 64, fetchPerHost: Int = 2, sendConcurrency: Int = 32,
        hurriesAt: @escaping @Sendable (HostKey) -> Bool = { _ in false }, receivesHubCallbacks: Bool = false,
        keepInactive: Duration? = nil, keepHistory: Duration? = nil, acceptsFloods: Bool = false,
        publicURL: String? = nil
    ) {
        self.publicURL = publicURL
        self.keepInactive = keepInactive
        self.keepHistory = keepHistory
        self.receivesHubCallbacks = receivesHubCallbacks
        self.hurriesAt = hurriesAt
        self.acceptsFloods = acceptsFloods
        self.fetchMaxBytes = fetchMaxBytes
        self.fetchConcurrency = fetchConcurrency
        self.fetchPerHost = fetchPerHost
        self.sendConcurrency = sendConcurrency
    }

    /// Length of a delivery's lease: longer than the waits, the connection and the answer usually take together. After
    /// a longer wait the intent to send is refused.
    static let lease = Duration.seconds(120)
}
