import CampaignModel

/// What came with the right signature and cannot be read: kept, so that nothing is lost, and nothing is made of it.
enum UnreadableEvent {
    static func received(_ body: [UInt8]) -> ReceivedEvent {
        ReceivedEvent(
            key: "x\(Digests.sha256(body, bytes: 16))", address: nil, body: String(decoding: body, as: UTF8.self))
    }
}
