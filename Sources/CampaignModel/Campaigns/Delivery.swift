/// One execution of a campaign.
package enum CampaignRunTag {}

/// One message to one subscriber.
package enum Delivery {
    /// The purpose of a delivery.
    package enum Purpose: String, Sendable, Hashable, Codable, CaseIterable {
        /// A message that a campaign run planned.
        case campaign
        /// A greeting to a new subscriber.
        case welcome
        /// A last message to somebody who has just left.
        case goodbye
        /// A reply to a message that no command matches.
        case defaultReply = "default_reply"
        /// A request to agree to marketing messages.
        case ask
        /// A reply to a request: settings, help.
        case answer
        /// An edit of a campaign's message in place.
        case edit

        /// The subscriber states in which such a delivery may be sent.
        package var states: Set<Subscriber.State> {
            switch self {
            case .campaign, .welcome, .ask, .edit: [.active]
            case .goodbye: [.stopped]
            case .defaultReply, .answer: [.guest, .active, .stopped]
            }
        }
    }

    /// The state of a delivery; docs/delivery-states.md draws the transitions.
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
        /// The request left and no answer came. The delivery is sent again only if the owner wants that.
        case unknown
        /// The platform does not allow the message now; the delivery waits for the subscriber's next action.
        case held
        /// The delivery must not be sent any more: the subscriber left, or the campaign was cancelled.
        case suppressed
        /// The delivery grew too old.
        case expired

        /// Whether the delivery has ended. A later report of the platform, or the owner's decision, may still change
        /// the state.
        package var isFinal: Bool {
            switch self {
            case .sent, .failed, .unknown, .suppressed, .expired: true
            case .queued, .claimed, .sending, .held: false
            }
        }

        /// The states that may follow this one. Tests check that the store makes no other transition.
        package var successors: Set<State> {
            switch self {
            case .queued: [.claimed, .sent, .suppressed, .expired]
            case .claimed: [.sending, .sent, .queued, .held, .failed, .suppressed]
            case .sending: [.sent, .claimed, .queued, .held, .failed, .suppressed, .unknown]
            case .held: [.queued, .sent, .suppressed, .expired]
            case .unknown: [.sent, .queued, .suppressed]
            case .sent: [.failed]
            case .failed, .suppressed, .expired: []
            }
        }

        /// The numbers of deliveries by state as text, in the order of the states: `12 sent, 3 held`.
        ///
        /// - Parameter counts: The numbers by the state's name.
        /// - Returns: The text; empty when there are none.
        package static func tally(_ counts: [String: Int]) -> String {
            allCases.compactMap { state in counts[state.rawValue].map { "\($0) \(state.rawValue)" } }
                .joined(separator: ", ")
        }
    }
    /// The owner's decision about an unknown delivery.
    package enum Resolution: String, Sendable, Hashable, Codable, CaseIterable {
        /// The whole message arrived.
        case sent
        /// Parts that are not known to have arrived are sent again, and may arrive twice.
        case retry
        /// Nothing more of the message is sent.
        case drop
    }
}
