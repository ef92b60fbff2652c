package import CampaignModel

/// What tellal must know of a platform to write to it: how a message becomes requests, and what an answer means.
///
/// An adapter is a pure value: the same message gives the same bytes, and nothing is sent, stored or timed here.
package protocol PlatformAdapter: Sendable {
    static var platform: Platform { get }

    /// The parts, in order, that carry the message to one subscriber; each is sent at most once.
    ///
    /// The parts keep the platform's limits; what had to be changed for that is told beside them. There are no parts
    /// at all when nothing of the message can be shown on this platform. The reference ties the platform's own copy
    /// back to a delivery where the platform can carry it: in Messenger's `metadata`, the same in each part. Telegram
    /// has no such field.
    ///
    /// A paid message is one request, for a person gets one in 12 hours; what does not fit into it is left out.
    func requests(
        for message: Message, to address: String, on channel: Channel, reference: String, by route: MessageRoute
    ) -> RenderedMessage

    /// What one request's outcome means for its delivery, its subscriber and its channel.
    ///
    /// - Parameters:
    ///   - outcome: What came of the request.
    ///   - isInWindow: Whether, by our own clock, the platform allowed writing to this person; for an answer that
    ///     says both.
    /// - Returns: Exactly one verdict.
    func verdict(on outcome: HTTPOutcome, isInWindow: Bool) -> SendVerdict

    /// The ids under which the platform keeps the media of an accepted part, one a medium that went with it; nil
    /// where it named none.
    func mediaIDs(in outcome: HTTPOutcome, for media: [Media]) -> [String?]

    /// The request that stores a medium with the platform before a message shows it; nil where the bytes go with the
    /// message itself.
    func upload(_ form: MediaForm, of kind: Media.Kind, on channel: Channel) -> PlatformRequest?

    /// The id under which an upload was stored; nil when it was not.
    func uploadedID(in outcome: HTTPOutcome) -> String?

    /// Which of several media was refused, from 0; nil where the platform does not say.
    func refusedMedium(in outcome: HTTPOutcome) -> Int?

    /// How much of what the platform bears of this channel is used by now, in percent; nil where it does not say.
    func load(in outcome: HTTPOutcome) -> Double?

    /// What happened, by what the inbox keeps of it.
    ///
    /// - Parameters:
    ///   - received: As it came.
    ///   - receivedAt: Stands for its time where the platform says none.
    /// - Returns: The event; ``Event/Kind/other`` for what nothing is made of.
    func event(_ received: ReceivedEvent, receivedAt: Timestamp) -> Event
}

extension PlatformAdapter {
    /// Inside the 24 hours, of our own accord: ``MessageRoute/update``.
    package func requests(
        for message: Message, to address: String, on channel: Channel, reference: String
    ) -> RenderedMessage {
        requests(for: message, to: address, on: channel, reference: reference, by: .update)
    }

    /// As when the platform allowed writing to the person; for calls that are about nobody.
    package func verdict(on outcome: HTTPOutcome) -> SendVerdict { verdict(on: outcome, isInWindow: true) }

    /// For a platform that never says.
    package func load(in outcome: HTTPOutcome) -> Double? { nil }
}

/// The adapters of all platforms.
package enum PlatformAdapters {
    /// Each platform has one.
    package static func adapter(for platform: Platform) -> any PlatformAdapter {
        switch platform {
        case .telegram: TelegramAdapter()
        case .messenger: MessengerAdapter()
        }
    }
}
