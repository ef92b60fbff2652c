/// A typed row id, so that a source's id cannot be used as a campaign's.
package struct Identifier<Of>: RawRepresentable, Hashable, Sendable, Comparable, Codable, CustomStringConvertible {
    package let rawValue: Int64

    package init(rawValue: Int64) { self.rawValue = rawValue }

    package init(from decoder: any Decoder) throws {
        rawValue = try decoder.singleValueContainer().decode(Int64.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }

    // The default implementations of `RawRepresentable` are not specialised for the type, and ids are compared very
    // often.
    @inlinable package static func == (one: Self, other: Self) -> Bool { one.rawValue == other.rawValue }
    @inlinable package func hash(into hasher: inout Hasher) { hasher.combine(rawValue) }

    package static func < (one: Self, other: Self) -> Bool { one.rawValue < other.rawValue }

    package var description: String { String(rawValue) }
}

package typealias WorkspaceID = Identifier<Workspace>
package typealias SourceID = Identifier<Source>
package typealias ChannelID = Identifier<Channel>
package typealias CampaignID = Identifier<Campaign>
package typealias CampaignRunID = Identifier<CampaignRunTag>
package typealias SubscriberID = Identifier<Subscriber>
package typealias MessageID = Identifier<Message>
package typealias DeliveryID = Identifier<Delivery>
/// The id of one link of one message.
package typealias LinkID = Identifier<Click>
