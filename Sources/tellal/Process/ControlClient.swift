import CampaignEngine
import CampaignModel
import CampaignStore
import Foundation
import HTTPTransport
import WebInterface

/// A client for the owner's commands. They are carried out in this process when the database is free, and else by the
/// process that has it, with the same answers. The client must be closed.
struct ControlClient: Sendable {
    private enum Target: Sendable {
        case local(ControlCommandHandler, close: @Sendable () async throws -> Void)
        case remote(HTTPTransport)
    }

    /// Time after which opening fails. A process that has the database but does not listen is about to end, or has just
    /// begun.
    private static let giveUpAfter = Duration.seconds(5)
    private static let retryDelay = Duration.milliseconds(100)
    /// Longest wait for an answer: cancelling the deliveries of a campaign for millions takes minutes.
    private static let answerTimeout = Duration.minutes(15)

    private let target: Target

    /// - Parameters:
    ///   - settings: The settings in force.
    ///   - content: The content of the owner's files, for commands about channels and sources; nil for commands that
    ///     need only the database.
    ///   - report: Called for each step that is done in this process.
    /// - Returns: The open client.
    /// - Throws: ``Problem`` when the database cannot be opened, nor the process that has it be reached.
    static func open(
        _ settings: Settings, content: LoadedContent? = nil,
        report: @escaping @Sendable (EngineEvent) -> Void = { _ in }
    ) async throws -> ControlClient {
        let time = SystemTime()
        let clock = ContinuousClock()
        let giveUp = clock.now + giveUpAfter
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
            try await Task.sleep(for: retryDelay)
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

    /// The transport to the socket; nil when no process answers there.
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
    /// - Throws: ``Problem`` when the command cannot be carried out, or when it is unknown whether it was.
    func carryOut(_ command: ControlCommand) async throws -> ControlAnswer {
        switch target {
        case .local(let handler, _): return try await handler.carryOut(command)
        case .remote(let transport):
            let outcome = await transport.send(
                HTTPRequest(
                    method: "POST", url: Self.url(ControlRoutes.path),
                    headers: [HTTPHeader("Content-Type", "application/json")],
                    body: Array(try JSONEncoder().encode(command)), timeout: Self.answerTimeout))
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

    /// Opens a client, does some work with it, and closes it in any case.
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
