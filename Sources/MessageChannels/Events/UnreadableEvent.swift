import CampaignModel

/// What came with the right signature and cannot be read: kept, so that nothing is lost, and nothing is made of it.
enum UnreadableEvent {
    static func received(_ body: [UInt8]) -> ReceivedEvent {
        ReceivedEvent(key: "x\(EventKey.digest(body))", address: nil, body: String(decoding: body, as: UTF8.self))
    }
}

/// Tells copies of one event from others where the platform does not number them.
enum EventKey {
    /// 128 bits in hexadecimal digits.
    static func digest(_ bytes: some Sequence<UInt8>) -> String { MessageDigest.sha256(bytes, bytes: 16) }
}
