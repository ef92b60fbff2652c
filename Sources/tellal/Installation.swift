import CampaignEngine
import CampaignModel
import CampaignPlanning
import CampaignStore
import Foundation
import HTTPTransport
import Metrics

/// The wiring: settings, content, database and transport put together into an engine.
struct Installation: Sendable {
    let engine: Engine
    let store: Store
    let transport: HTTPTransport
    private let longPollTransport: HTTPTransport
    /// How news is told.
    private let json: Bool

    /// - Parameters:
    ///   - settings: In force.
    ///   - content: What the owner's files hold.
    ///   - receivesHubCallbacks: Whether this process answers hubs: only then is there a reason to rely on them.
    ///   - stop: Ends what goes on.
    ///   - onOutage: What becomes of writes while the disk is full or the database is away.
    ///   - json: How news of that is told.
    ///   - open: The database, if it is open already.
    ///   - metrics: Where what happens is counted.
    ///   - report: Told of each step.
    /// - Returns: All of it, ready.
    /// - Throws: ``Problem`` when the content is wrong or the database cannot be had.
    static func open(
        _ settings: Settings, content: LoadedContent, receivesHubCallbacks: Bool = false,
        stop: StopSignal = StopSignal(),
        onOutage: OutagePolicy = .keepResults, json: Bool = false, store open: Store? = nil,
        metrics: any MetricsFactory = NOOPMetricsHandler.instance,
        report: @escaping @Sendable (EngineEvent) -> Void
    ) async throws -> Installation {
        let content = try content.checked()
        let transport = try transport(settings)
        let longPollTransport = HTTPTransport(
            HTTPTransport.Settings(
                userAgent: Version.userAgent(publicURL: settings.publicURL),
                fetches: TransferLimit(total: 10_000, perHost: 10_000)))
        let time = SystemTime()
        let store: Store
        if let open {
            store = open
        } else {
            store = try await Store.open(
                settings.database, now: time.now(), keys: settings.keyFile, onOutage: onOutage
            ) { news in
                hear(news, json: json)
            }
        }
        let provisioned = try await store.provision(
            channels: content.content.channels, sources: content.content.sources, campaigns: content.content.campaigns,
            now: time.now())
        for remark in provisioned.remarks { Console.remark(remark, json: json) }
        let engine = Engine(
            store: store, content: provisioned, layouts: content.layouts, fetcher: transport,
            longPollTransport: longPollTransport,
            sender: transport,
            time: time, random: { Double.random(in: 0..<1) },
            settings: EngineSettings(
                fetchMaxBytes: settings.fetchMaxBytes, fetchConcurrency: settings.fetchConcurrency,
                fetchPerHost: settings.fetchPerHost, sendConcurrency: settings.sendConcurrency,
                receivesHubCallbacks: receivesHubCallbacks, keepInactive: settings.keepInactive,
                keepHistory: settings.keepHistory,
                publicURL: settings.linkURL),
            report: report, stop: stop, worker: token, metrics: metrics)
        return Installation(
            engine: engine, store: store, transport: transport, longPollTransport: longPollTransport, json: json)
    }

    /// A disk that fails ends the process at once, as if it were killed: no request may leave any more, and what is on the
    /// wire cannot be stored.
    private static func hear(_ news: StoreHealthEvent, json: Bool) {
        switch news {
        case .full(let problem), .away(let problem): Console.tell(problem, json: json)
        case .back: Console.remark("the database is there again", json: json)
        case .roomAgain: Console.remark("there is room on the disk again", json: json)
        case .failed(let problem):
            Console.tell(problem, json: json)
            _exit(problem.code.exitCode)
        }
    }

    /// - Parameters:
    ///   - settings: In force.
    ///   - trustedCertificates: A PEM file, instead of the system's.
    /// - Returns: The one transport of the process.
    /// - Throws: ``Problem`` when `fetch.allow_addresses` is wrong.
    static func transport(
        _ settings: Settings, trustedCertificates: String? = nil
    ) throws(Problem) -> HTTPTransport {
        HTTPTransport(
            HTTPTransport.Settings(
                userAgent: Version.userAgent(publicURL: settings.publicURL),
                fetches: TransferLimit(total: settings.fetchConcurrency, perHost: settings.fetchPerHost),
                sends: TransferLimit(total: settings.sendConcurrency, perHost: settings.sendConcurrency),
                addressPolicy: try AddressPolicy(allow: settings.allowAddresses),
                trustedCertificates: trustedCertificates))
    }

    /// Names this process's senders in the leases.
    static var token: String { "\(ProcessInfo.processInfo.processIdentifier)-\(UInt32.random(in: 0...UInt32.max))" }

    /// Takes the owner's commands as long as this process has the database; nothing where it need not.
    func controlSocket(
        _ settings: Settings, polling: ControlCommandHandler.Polling, changed: @escaping @Sendable () -> Void
    ) throws -> [ControlSocket] {
        guard let path = try Store.controlSocket(settings.database) else { return [] }
        let handler = ControlCommandHandler(
            store, time: SystemTime(), engine: engine, polling: polling, changed: changed)
        return [ControlSocket(at: path, handler, logger: Logs.libraries(settings), json: json)]
    }

    func close() async throws {
        await longPollTransport.shutdown()
        await transport.shutdown()
        try store.close()
    }
}

enum Version {
    static let number = "0.1.0"

    /// Says who polls, so that a publisher can ask.
    static func userAgent(publicURL: String?) -> String {
        "tellal/\(number) (\(publicURL.map { "+\($0)" } ?? "self-hosted feed reader"))"
    }
}
