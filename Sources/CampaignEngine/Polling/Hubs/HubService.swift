import CampaignModel
import CampaignPlanning
import CampaignStore
import HTTPTransport
import ServiceLifecycle

/// Subscribes at the hubs that sources name, renews subscriptions in time, and ends those that are no longer needed.
package struct HubService: Service {
    private static let atOnce = 8

    private let engine: Engine
    private let callback: HubCallback
    private let listening: WakeSignal

    /// - Parameters:
    ///   - engine: The engine.
    ///   - callback: The callback address.
    ///   - listening: Raised once the callback is served: some hubs call it before they answer the request.
    package init(_ engine: Engine, callback: HubCallback, listening: WakeSignal) {
        self.engine = engine
        self.listening = listening
        self.callback = callback
    }

    /// - Throws: When the store fails.
    package func run() async throws {
        let lease = WorkerLease(engine, "hubs", length: .seconds(90))
        try await untilShutdown {
            await listening.wait(atMost: .minutes(1), on: engine.time)
            var lastLook: Timestamp?
            var settledAt: Timestamp?
            while true {
                try Task.checkCancellation()
                guard try await lease.acquire() else {
                    settledAt = nil
                    try await engine.time.sleep(for: WorkerLease.recheckInterval)
                    continue
                }
                // Documents that other processes poll raise no `hubNews` here, so all sources are checked every 10
                // minutes.
                let isOld = settledAt.map { engine.store.isShared && engine.time.now() > $0 + .minutes(10) } ?? true
                if isOld {
                    try await endWhatIsGone()
                    for entry in engine.content.sources { try await settle(entry) }
                    settledAt = engine.time.now()
                }
                if lastLook.map({ engine.time.now() < $0 }) ?? true {
                    try await engine.store.mendHubRequests(at: engine.time.now())
                }
                lastLook = engine.time.now()
                let calls = engine.hubNews.wake.calls
                let changed = engine.hubNews.take()
                for entry in engine.content.sources where changed.contains(entry.id) { try await settle(entry) }
                guard try await !ask() else { continue }
                let now = engine.time.now()
                let next = try await engine.store.nextHubRequest() ?? now + .hours(1)
                // Limited, since the clock may be set during the wait.
                await engine.hubNews.wake.wait(
                    since: calls, until: min(next, now + longestWait), on: engine.time)
            }
        }
        await lease.release()
    }

    /// The longest wait: shorter than the worker lease where there is one, so that it is renewed in time.
    private var longestWait: Duration { engine.store.isShared ? .seconds(30) : .hours(1) }

    /// Ends the subscriptions of sources that the owner removed.
    private func endWhatIsGone() async throws {
        let sources = Set(engine.content.sources.map(\.id))
        for subscription in try await engine.store.wantedHubSubscriptions()
        where !sources.contains(subscription.source) {
            try await end(subscription)
        }
    }

    /// Changes a source's subscription to the hub that its last document names.
    private func settle(_ entry: ProvisionedContent.SourceEntry) async throws {
        let state = try await engine.store.sourceState(entry.id)
        let offer = FetchState(stored: state.fetchState).hub
        let present = try await engine.store.hubSubscription(of: entry.id)
        if let present {
            if present.offer == offer, callback.isOf(present) { return }
            try await end(present)
        }
        guard let offer else { return }
        try await engine.store.add(callback.subscription(of: entry.id, offer, at: engine.time.now()))
    }

    private func end(_ subscription: HubSubscription) async throws {
        let now = engine.time.now()
        // A hub verifies an unsubscription at the subscription's callback, so it can be requested only if that is still
        // ours.
        let canAsk = callback.isOf(subscription)
        try await engine.store.changeHubSubscription(token: subscription.token) { subscription in
            if subscription?.lease == nil || !canAsk {
                subscription = nil
            } else {
                subscription?.isWanted = false
                subscription?.requests = 0
                subscription?.askAt = now
            }
        }
    }

    /// Makes the due requests to hubs.
    ///
    /// - Returns: Whether there were any.
    private func ask() async throws -> Bool {
        let due = try await engine.store.hubSubscriptionsToAsk(at: engine.time.now(), atMost: Self.atOnce)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for subscription in due { group.addTask { try await ask(subscription) } }
            try await group.waitForAll()
        }
        return !due.isEmpty
    }

    private func ask(_ subscription: HubSubscription) async throws {
        let now = engine.time.now()
        let current = try await engine.store.changeHubSubscription(token: subscription.token) { subscription in
            if subscription?.isOver(at: now) ?? true { subscription = nil }
            subscription?.noteRequest(at: now)
            return subscription
        }
        guard let current else { return }
        do {
            let answer = try await engine.fetcher.open(
                WebSubRequest(current).http, limits: FetchLimits(maxBytes: 1 << 16), policy: policy(for: current))
            if answer.redirects.contains(where: { $0.status < 307 }) {
                // A redirect below 307 turns the POST into a GET (RFC 9110, 15.4), so the request failed.
                try await noteFailure("the hub moved to \(DocumentFetch.shown(answer.url))", current)
            } else if !(200..<300).contains(answer.status) {
                try await noteFailure("the hub answered \(answer.status)", current)
            }
        } catch let failure as HTTPFailure {
            if Task.isCancelled { throw CancellationError() }
            try await noteFailure(failure.message, current)
        }
    }

    /// The address policy for a request to a hub: public addresses only, unless the hub is on the source's own host.
    /// Otherwise a feed could make the server call into the owner's network.
    private func policy(for subscription: HubSubscription) -> AddressPolicy? {
        let source = engine.content.sources.first { $0.id == subscription.source }?.source
        let own = source.flatMap { HostKey($0.location) }
        return own != nil && own?.host == HostKey(subscription.offer.hub)?.host ? nil : .publicOnly
    }

    private func noteFailure(_ reason: String, _ asked: HubSubscription) async throws {
        let isNews = try await engine.store.changeHubSubscription(token: asked.token) { subscription in
            // The hub may have verified the subscription meanwhile, whatever it answered.
            guard subscription?.askAt == asked.askAt else { return false }
            subscription?.problem = reason
            return asked.problem != reason
        }
        guard isNews, let name = engine.sourceName(asked.source) else { return }
        engine.report(.hub(HubReport(source: name, outcome: .refused(reason))))
    }
}
