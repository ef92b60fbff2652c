package import CampaignModel
package import CampaignStore
import MessageChannels

/// Adding people, and forgetting them.
package struct SubscriberRegister: Sendable {
    private let store: Store
    private let time: any TimeSource

    package init(_ store: Store, time: any TimeSource) {
        self.store = store
        self.time = time
    }

    /// Adds subscribers to a channel. Nobody who left or was erased comes back by that.
    ///
    /// - Parameters:
    ///   - subscribers: Of a file.
    ///   - channel: Where they are.
    /// - Returns: What was done.
    /// - Throws: When the store fails; then nothing was done.
    package func add(_ subscribers: [Subscriber], to channel: ChannelID) async throws -> ImportReport {
        try await store.importSubscribers(subscribers, to: channel, hash: try await hashing(), now: time.now())
    }

    /// Forgets a person. What is left is a keyed hash of the address, by which an import knows whom not to bring back.
    ///
    /// - Parameters:
    ///   - address: The person's.
    ///   - channel: Where they are.
    /// - Throws: ``Problem`` (`notFound`) when there is no such person, (`tryLater`) while a message to them is on its way.
    package func erase(_ address: String, on channel: ChannelID) async throws {
        switch try await store.erase(
            address: address, on: channel, hash: Self.hash(address, try await key()), now: time.now())
        {
        case .done: return
        case .unknown:
            throw Problem(
                .notFound, "there is no subscriber \(address)", hint: "`tellal subscribers list` shows who there is.")
        case .busy:
            throw Problem(.tryLater, "a message to \(address) is on its way", hint: "Try again in a minute.")
        }
    }

    /// Forgets people who are not subscribed, and of whom nothing was heard for so long.
    ///
    /// - Parameters:
    ///   - age: How long.
    ///   - limit: How many at once, at most.
    /// - Returns: How many were forgotten.
    /// - Throws: When the store fails.
    package func forgetInactive(for age: Duration, atMost limit: Int = 100) async throws -> Int {
        let people = try await store.inactiveSubscribers(since: time.now() - age, limit: limit)
        let key = people.isEmpty ? Secret("") : try await key()
        var count = 0
        for (channel, address) in people {
            let erasure = try await store.erase(
                address: address, on: channel, hash: Self.hash(address, key), now: time.now())
            if erasure == .done { count += 1 }
        }
        return count
    }

    /// What stands for an address.
    func hashing() async throws -> @Sendable (String) -> String {
        let key = try await key()
        return { Self.hash($0, key) }
    }

    /// Of this installation only: the hashes say nothing to anybody else.
    private func key() async throws -> Secret {
        try await store.installationSecret("address_key", fresh: RandomToken.make(bytes: 32))
    }

    private static func hash(_ address: String, _ key: Secret) -> String { Digests.keyed(address, key: key) }
}
