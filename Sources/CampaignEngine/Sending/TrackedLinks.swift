import CampaignModel
import CampaignStore
import MessageChannels

/// Replaces the links of one delivery by tracked ones, which record clicks.
struct TrackedLinks: Sendable {
    private let addresses: [String: String]

    /// - Parameters:
    ///   - engine: The engine, with the public address.
    ///   - delivery: The delivery.
    ///   - original: The delivery that clicks count for, if that is another one; nil otherwise.
    /// - Throws: When the store fails.
    init(_ engine: Engine, _ delivery: ClaimedDelivery, countedFor original: DeliveryID? = nil) async throws {
        guard !delivery.links.isEmpty, let start = engine.settings.publicURL else {
            addresses = [:]
            return
        }
        let key = try await engine.clickKey()
        addresses = delivery.links.mapValues { link in
            "\(start)/\(ClickListener.path)/\(ClickLink(link: link, delivery: original ?? delivery.id).token(signedWith: key))"
        }
    }

    func followed(in message: Message) -> Message {
        addresses.isEmpty ? message : message.withLinks { addresses[$0] ?? $0 }
    }
}
