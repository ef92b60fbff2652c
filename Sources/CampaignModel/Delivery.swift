/// One person or chat on one channel.
package struct Subscriber: Sendable, Hashable {
    package enum State: String, Sendable, Hashable, Codable, CaseIterable {
        case active
        /// Left by their own word.
        case stopped
        /// Blocked the bot, or is gone.
        case blocked
    }

    /// A Telegram chat id or `@channel`; a Messenger page-scoped id.
    package var address: String
    package var firstName: String?
    package var lastName: String?
    package var language: String?
    package var tags: [String]
    package var consentAt: Timestamp?
    package var consentSource: String?
    /// From this Messenger's 24 h window counts.
    package var lastActiveAt: Timestamp?

    package init(
        address: String, firstName: String? = nil, lastName: String? = nil, language: String? = nil,
        tags: [String] = [], consentAt: Timestamp? = nil, consentSource: String? = nil, lastActiveAt: Timestamp? = nil
    ) {
        self.address = address
        self.firstName = firstName
        self.lastName = lastName
        self.language = language
        self.tags = tags
        self.consentAt = consentAt
        self.consentSource = consentSource
        self.lastActiveAt = lastActiveAt
    }
}

/// One execution of a campaign.
package enum CampaignRun {}

/// One message to one subscriber.
package enum Delivery {
    /// Where a delivery stands. docs/delivery-states.md draws the edges.
    package enum State: String, Sendable, Hashable, Codable, CaseIterable {
        /// Waits to be sent.
        case queued
        /// A sender holds it under a lease; nothing was written yet.
        case claimed
        /// The intent to send is stored; the request may have left.
        case sending
        /// The platform accepted it.
        case sent
        /// The platform refused it for good.
        case failed
        /// The request left and no answer came. Never sent again by itself.
        case unknown
        /// The platform does not allow it now; it waits for the subscriber.
        case held
        /// It must not be sent any more: the subscriber left, or the campaign was cancelled.
        case suppressed
        /// Too old.
        case expired

        package var isFinal: Bool {
            switch self {
            case .sent, .failed, .unknown, .suppressed, .expired: true
            case .queued, .claimed, .sending, .held: false
            }
        }

        /// The states that may follow this one; the store refuses every other step.
        package var successors: Set<State> {
            switch self {
            case .queued: [.claimed, .held, .failed, .suppressed, .expired]
            case .claimed: [.sending, .queued, .held, .failed, .suppressed, .expired]
            case .sending: [.sent, .claimed, .queued, .held, .failed, .suppressed, .unknown]
            case .held: [.queued, .failed, .suppressed, .expired]
            case .unknown: [.sent]
            case .sent, .failed, .suppressed, .expired: []
            }
        }
    }
}
