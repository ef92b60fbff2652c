import CampaignModel
import CampaignStore
import MessageChannels

/// Has the links of one delivery lead through us, so that it is noted who opens them.
struct TrackedLinks: Sendable {
    private let addresses: [String: String]

    /// - Parameters:
    ///   - engine: Whose public address they lead to.
    ///   - delivery: Whose links they are.
    ///   - original: For which delivery it counts who opens them, where that is another one.
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
