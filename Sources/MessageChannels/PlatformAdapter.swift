package import CampaignModel

/// What tellal must know of a platform to write to it: how a message becomes requests, and what an answer means.
///
/// An adapter is a pure value: the same message gives the same bytes, and nothing is sent, stored or timed here.
package protocol PlatformAdapter: Sendable {
    static var platform: Platform { get }

    /// The requests, in order, that carry the message to one subscriber; each is one part that is sent at most once.
    ///
    /// The parts keep the platform's limits; what had to be changed for that is told beside them. There are no parts
    /// at all when nothing of the message can be shown on this platform. The reference ties the platform's own copy
    /// back to a delivery where the platform can carry it: in Messenger's `metadata`, the same in each part. Telegram
    /// has no such field.
    func requests(
        for message: Message, to address: String, on channel: Channel, reference: String
    ) -> RenderedMessage

    /// What one request's outcome means for its delivery, its subscriber and its channel.
    func verdict(on outcome: HTTPOutcome) -> SendVerdict

    /// What happened, by what the inbox keeps of it.
    ///
    /// - Parameters:
    ///   - received: As it came.
    ///   - receivedAt: Stands for its time where the platform says none.
    /// - Returns: The event; ``Event/Kind/other`` for what nothing is made of.
    func event(_ received: ReceivedEvent, receivedAt: Timestamp) -> Event
}

package enum PlatformAdapters {
    package static func adapter(for platform: Platform) -> any PlatformAdapter {
        switch platform {
        case .telegram: TelegramAdapter()
        case .messenger: MessengerAdapter()
        }
    }
}
