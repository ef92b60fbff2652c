package import CampaignModel
package import CampaignStore
import MessageChannels

/// Adds and erases subscribers.
package struct SubscriberRegister: Sendable {
    private let store: Store
    private let time: any TimeSource

    package init(_ store: Store, time: any TimeSource) {
        self.store = store
        self.time = time
    }

    /// Adds subscribers to a channel, except those who left or were erased.
    ///
    /// - Parameters:
    ///   - subscribers: The subscribers of a file.
    ///   - channel: Their channel.
    /// - Returns: The numbers of added and skipped ones.
    /// - Throws: When the store fails; then nobody was added.
    package func add(_ subscribers: [Subscriber], to channel: ChannelID) async throws -> ImportReport {
        try await store.importSubscribers(subscribers, to: channel, hash: try await hashing(), now: time.now())
    }

    /// Erases a person. Only a keyed hash of the address is kept, so that an import does not add them again.
    ///
    /// - Parameters:
    ///   - address: The person's address.
    ///   - channel: Their channel.
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

    /// Erases people who are not subscribed and were not active for that time.
    ///
    /// - Parameters:
    ///   - age: The time since their last activity.
    ///   - limit: Most people in one call.
    /// - Returns: How many were erased.
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

    /// The keyed hash of addresses.
    func hashing() async throws -> @Sendable (String) -> String {
        let key = try await key()
        return { Self.hash($0, key) }
    }

    /// The key of this installation, without which the hashes tell nothing.
    private func key() async throws -> Secret {
        try await store.installationSecret("address_key", fresh: RandomToken.make(bytes: 32))
    }

    private static func hash(_ address: String, _ key: Secret) -> String { Digests.keyed(address, key: key) }
}
