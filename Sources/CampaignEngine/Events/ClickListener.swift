package import CampaignModel
import CampaignStore
import MessageChannels
import ServiceLifecycle
import Synchronization

/// Redirects visitors of tracked links to the links' targets, and records the clicks.
///
/// Targets are cached in memory, so that links work even while the database does not answer. Clicks wait in memory
/// meanwhile; those beyond `mostWaiting` are only counted as lost.
package final class ClickListener: Sendable {
    /// The answer to a visitor of a link.
    package enum Answer: Sendable, Hashable {
        case to(String)
        /// The link is not one of ours.
        case unknown
        /// The target cannot be looked up now.
        case later
    }

    /// Path below the public address; the token follows it.
    package static let path = "c"

    private struct State {
        var addresses: [LinkID: String] = [:]
        var waiting: [Click] = []
        var lost = 0
    }

    private static let mostAddresses = 100_000
    private static let preloaded = 20_000
    private static let mostWaiting = 100_000

    private let engine: Engine
    private let key: Secret
    private let state = Mutex(State())
    let news = WakeSignal()

    /// Loads the targets of the newest links, which are the most likely to be opened.
    ///
    /// - Throws: When the store fails.
    package init(_ engine: Engine) async throws {
        self.engine = engine
        key = try await engine.clickKey()
        let addresses = try await engine.store.newestLinks(Self.preloaded)
        state.withLock { $0.addresses = addresses }
    }

    /// Finds a link's target and records the click.
    ///
    /// - Parameters:
    ///   - token: The last part of the path.
    ///   - visitor: Who opened the link.
    /// - Returns: The answer.
    package func open(_ token: String, by visitor: Click.Visitor) async -> Answer {
        guard let click = ClickLink(token: token, signedWith: key) else { return .unknown }
        let address: String
        if let known = state.withLock({ $0.addresses[click.link] }) {
            address = known
        } else {
            do {
                try engine.store.requireAvailable()
                guard let found = try await engine.store.address(of: click.link) else { return .unknown }
                address = found
            } catch {
                return .later
            }
        }
        let now = engine.time.now()
        state.withLock { state in
            if state.addresses.count >= Self.mostAddresses { state.addresses = [:] }
            state.addresses[click.link] = address
            if state.waiting.count < Self.mostWaiting {
                state.waiting.append(Click(link: click.link, delivery: click.delivery, visitor: visitor, at: now))
            } else {
                state.lost += 1
            }
        }
        news.raise()
        return .to(address)
    }

    /// Stores the waiting clicks; those that cannot be stored keep waiting.
    ///
    /// - Returns: Whether none is left.
    @discardableResult
    package func flush() async -> Bool {
        let clicks = state.withLock { state in
            defer { state.waiting = [] }
            return state.waiting
        }
        do {
            try await engine.store.record(clicks)
        } catch {
            state.withLock { $0.waiting = clicks + $0.waiting }
            return false
        }
        let lost = state.withLock { state in
            defer { state.lost = 0 }
            return state.lost
        }
        if lost > 0 { engine.report(.clicksLost(lost)) }
        return true
    }
}

/// Stores clicks once a second.
package struct ClickService: Service {
    private static let pause = Duration.seconds(1)
    private let engine: Engine
    private let listener: ClickListener

    package init(_ engine: Engine, _ listener: ClickListener) {
        self.engine = engine
        self.listener = listener
    }

    /// Stores clicks until the service is shut down or the task is cancelled, and then those that are left.
    package func run() async throws {
        try await untilShutdown {
            while true {
                let calls = listener.news.calls
                let isDone = await listener.flush()
                try await engine.time.sleep(for: Self.pause)
                if isDone { await listener.news.wait(since: calls) }
                try Task.checkCancellation()
            }
        }
        await listener.flush()
    }
}
