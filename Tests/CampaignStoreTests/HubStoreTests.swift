import CampaignModel
import TestSupport
import Testing

@testable import CampaignStore

/// Subscriptions at hubs, as they are kept.
@Suite(.everyDatabase) struct HubStoreTests {
    private static let now = StoreBench.now

    private func subscription(_ token: String, of source: SourceID, askAt: Timestamp = now) -> HubSubscription {
        HubSubscription(
            of: source, HubOffer(hub: "https://hub.example/", topic: "https://example.org/feed"),
            callback: "https://me.example/websub/\(token)", token: token, secret: Secret("secret of \(token)"),
            askAt: askAt)
    }

    @Test func `all that is known of one comes back as it was`() async throws {
        let bench = try await StoreBench()
        let source = try await bench.provision().sources[0].id
        let bare = subscription("a", of: source)
        try await bench.store.add(bare)
        #expect(try await bench.store.hubSubscription(token: "a") == bare)
        let full = try await bench.store.changeHubSubscription(token: "a") { subscription in
            subscription?.verifiedAt = Self.now
            subscription?.endsAt = Self.now + .days(10)
            subscription?.toldAt = Self.now + .hours(1)
            subscription?.missedAt = Self.now + .hours(2)
            subscription?.askAt = Self.now + .days(8)
            subscription?.requests = 3
            subscription?.problem = "the hub answered 500"
            return subscription
        }
        #expect(full?.problem != nil)
        #expect(try await bench.store.hubSubscription(of: source) == full)
        #expect(try await bench.store.wantedHubSubscriptions() == [full].compactMap(\.self))
    }

    @Test func `one that is to be ended is not its source's any more but still to be asked for`() async throws {
        let bench = try await StoreBench()
        let source = try await bench.provision().sources[0].id
        try await bench.store.add(subscription("old", of: source))
        try await bench.store.changeHubSubscription(token: "old") { $0?.isWanted = false }
        let new = subscription("new", of: source, askAt: Self.now + .days(1))
        try await bench.store.add(new)
        #expect(try await bench.store.hubSubscription(of: source) == new)
        #expect(try await bench.store.wantedHubSubscriptions() == [new])
        #expect(try await bench.store.hubSubscriptionsToAsk(at: Self.now, atMost: 9).map(\.token) == ["old"])
        #expect(try await bench.store.hubSubscriptionsToAsk(at: Self.now + .days(1), atMost: 1).map(\.token) == ["old"])
        #expect(try await bench.store.nextHubRequest() == Self.now)
    }

    @Test func `a step that leaves nothing ends it`() async throws {
        let bench = try await StoreBench()
        let source = try await bench.provision().sources[0].id
        try await bench.store.add(subscription("a", of: source))
        try await bench.store.changeHubSubscription(token: "a") { $0 = nil }
        #expect(try await bench.store.hubSubscription(token: "a") == nil)
        #expect(try await bench.store.nextHubRequest() == nil)
        let wasThere = try await bench.store.changeHubSubscription(token: "a") { $0 != nil }
        #expect(!wasThere)
    }

    @Test func `a source that changed is looked at early, but not right after it was looked at`() async throws {
        let bench = try await StoreBench()
        let source = try await bench.provision().sources[0].id
        try await bench.announce([1], in: source)
        let word = NextPoll(at: Self.now + .seconds(5), code: "told", reason: "It changed.")
        let early = try await bench.store.bringForward(source, to: word, gap: .minutes(1))
        #expect(early == Self.now + .minutes(1))
        let state = try await bench.store.sourceState(source)
        #expect(state.nextPollAt == Self.now + .minutes(1))
        let line = try #require(try await bench.store.status().sources.first)
        #expect(line.nextCode == "told" && line.nextReason == "It changed.")
        // It is never put off by it.
        let late = NextPoll(at: Self.now + .hours(1), code: "late", reason: "Late.")
        _ = try await bench.store.bringForward(source, to: late, gap: .minutes(1))
        #expect(try await bench.store.sourceState(source).nextPollAt == Self.now + .minutes(1))
    }

    @Test func `a source that fails is looked at when it is its time`() async throws {
        let bench = try await StoreBench()
        let source = try await bench.provision().sources[0].id
        let later = NextPoll.sample(Self.now + .hours(4))
        try await bench.store.recordFailure(of: source, reason: "no", fetchState: nil, next: later, at: Self.now)
        let word = NextPoll.sample(Self.now + .seconds(5))
        #expect(try await bench.store.bringForward(source, to: word, gap: .minutes(1)) == nil)
        #expect(try await bench.store.sourceState(source).nextPollAt == later.at)
    }

    @Test func `the secret is sealed where there is a key`() async throws {
        let bench = try await StoreBench()
        let keys = try SecretKeys(SecretKeys.newLine())
        let store = bench.store.withKeys(keys)
        let subscription = subscription("a", of: try await bench.provision().sources[0].id)
        try await store.add(subscription)
        #expect(try await store.hubSubscription(token: subscription.token)?.secret == subscription.secret)
        await #expect(throws: Problem.self) { try await bench.store.hubSubscription(token: subscription.token) }
        let other = store.withKeys(try SecretKeys([SecretKeys.newLine(), keys.lines[0]].joined(separator: "\n")))
        #expect(try await other.sealAll() == 1)
        await #expect(throws: Problem.self) { try await store.hubSubscription(token: subscription.token) }
        #expect(try await other.hubSubscription(token: subscription.token)?.secret == subscription.secret)
    }
}
