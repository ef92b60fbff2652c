import CampaignEngine
import CampaignModel
import CampaignStore
import Foundation
import HTTPTransport
import WebInterface

/// The way to whoever can write to the database: this process, when nobody else has it, or the one that has.
///
/// What is asked for gets the same answer either way. It must be closed.
struct ControlClient: Sendable {
    private enum Target: Sendable {
        case local(ControlCommandHandler, close: @Sendable () async throws -> Void)
        case remote(HTTPTransport)
    }

    /// A process that has the database and does not listen is done soon, or only begins.
    private static let patience = Duration.seconds(5)
    private static let breath = Duration.milliseconds(100)
    /// To end what waits of a campaign for millions takes its time.
    private static let longest = Duration.minutes(15)

    private let target: Target

    /// - Parameters:
    ///   - settings: In force.
    ///   - content: What the owner's files hold, for commands about channels and sources; nil for those that only the
    ///     database knows.
    ///   - report: Told of each step that is done here.
    /// - Returns: The line, open.
    /// - Throws: ``Problem`` when the database cannot be had, nor whoever has it be reached.
    static func open(
        _ settings: Settings, content: LoadedContent? = nil,
        report: @escaping @Sendable (EngineEvent) -> Void = { _ in }
    ) async throws -> ControlClient {
        let time = SystemTime()
        let clock = ContinuousClock()
        let giveUp = clock.now + patience
        while true {
            if let store = try await Store.openIfFree(settings.database, now: time.now(), keys: settings.keyFile) {
                return ControlClient(target: try await local(store, settings, content, report))
            }
            if let path = try Store.controlSocket(settings.database), FileManager.default.fileExists(atPath: path),
                let transport = await remote(path)
            {
                return ControlClient(target: .remote(transport))
            }
            guard clock.now < giveUp else { throw try Store.inUse(settings.database) }
            try await Task.sleep(for: breath)
        }
    }

    private static func local(
        _ store: Store, _ settings: Settings, _ content: LoadedContent?,
        _ report: @escaping @Sendable (EngineEvent) -> Void
    ) async throws -> Target {
        guard let content else {
            return .local(ControlCommandHandler(store, time: SystemTime())) { try store.close() }
        }
        let installation = try await Installation.open(settings, content: content, store: store, report: report)
        return .local(ControlCommandHandler(store, time: SystemTime(), engine: installation.engine)) {
            try await installation.close()
        }
    }

    /// nil when nobody answers there.
    private static func remote(_ path: String) async -> HTTPTransport? {
        let transport = HTTPTransport(
            HTTPTransport.Settings(userAgent: Version.userAgent(publicURL: nil), unixSocket: path))
        let hello = await transport.send(HTTPRequest(url: url("/healthz"), timeout: .seconds(5)))
        if case .answered = hello { return transport }
        await transport.shutdown()
        return nil
    }

    private static func url(_ path: String) -> String { "http://localhost\(path)" }

    /// Has a command carried out.
    ///
    /// - Throws: ``Problem`` when it cannot be done as asked for, or when nobody knows whether it was.
    func carryOut(_ command: ControlCommand) async throws -> ControlAnswer {
        switch target {
        case .local(let handler, _): return try await handler.carryOut(command)
        case .remote(let transport):
            let outcome = await transport.send(
                HTTPRequest(
                    method: "POST", url: Self.url(ControlRoutes.path),
                    headers: [HTTPHeader("Content-Type", "application/json")],
                    body: Array(try JSONEncoder().encode(command)), timeout: Self.longest))
            switch outcome {
            case .answered(let answer):
                guard let reply = try? JSONDecoder().decode(ControlReply.self, from: Data(answer.body)) else {
                    throw Problem(
                        .unavailable, "the running tellal answered with HTTP \(answer.status)",
                        hint: "It may be of another version: start it anew.")
                }
                return try reply.get()
            case .notSent: throw Problem(.tryLater, "the running tellal has just ended", hint: "Try again.")
            case .unanswered:
                throw Problem(
                    .tryLater, "the running tellal ended before it answered",
                    hint: "Look with `tellal status` whether it was done, and try again if not; twice does no harm.")
            }
        }
    }

    func close() async throws {
        switch target {
        case .local(_, let close): try await close()
        case .remote(let transport): await transport.shutdown()
        }
    }

    /// Opens the line, has something carried out and closes it, whatever comes of it.
    static func with<Value: Sendable>(
        _ settings: Settings, content: LoadedContent? = nil,
        report: @escaping @Sendable (EngineEvent) -> Void = { _ in },
        _ work: (ControlClient) async throws -> Value
    ) async throws -> Value {
        let client = try await open(settings, content: content, report: report)
        do {
            let value = try await work(client)
            try await client.close()
            return value
        } catch {
            try await client.close()
            throw error
        }
    }
}
