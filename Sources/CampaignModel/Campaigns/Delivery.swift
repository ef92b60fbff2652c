/// One execution of a campaign.
package enum CampaignRunTag {}

/// One message to one subscriber.
package enum Delivery {
    /// What it is for.
    package enum Purpose: String, Sendable, Hashable, Codable, CaseIterable {
        /// What a campaign run planned.
        case campaign
        /// Greets who just subscribed.
        case welcome
        /// The last word to who just left.
        case goodbye
        /// Answers who wrote something that means nothing to us.
        case defaultReply = "default_reply"
        /// Asks who just subscribed for marketing messages.
        case ask
        /// Answers who asked for something: settings, help.
        case answer
        /// Changes a campaign's message where it stands.
        case edit

        /// In which states a subscriber may be sent it.
        package var states: Set<Subscriber.State> {
            switch self {
            case .campaign, .welcome, .ask, .edit: [.active]
            case .goodbye: [.stopped]
            case .defaultReply, .answer: [.guest, .active, .stopped]
            }
        }
    }

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
        /// The request left and no answer came. Sent again only where the owner wants that.
        case unknown
        /// The platform does not allow it now; it waits for the subscriber.
        case held
        /// It must not be sent any more: the subscriber left, or the campaign was cancelled.
        case suppressed
        /// Too old.
        case expired

        /// Whether it waits for nothing any more; what a platform tells later, or the owner decides, may change it.
        package var isFinal: Bool {
            switch self {
            case .sent, .failed, .unknown, .suppressed, .expired: true
            case .queued, .claimed, .sending, .held: false
            }
        }

        /// The states that may follow this one. The store makes no other step; tests hold its statements to it.
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

        /// How many are in each state, in words and in the order of the states: `12 sent, 3 held`.
        ///
        /// - Parameter counts: By the state's name.
        /// - Returns: Empty when none is counted.
        package static func tally(_ counts: [String: Int]) -> String {
            allCases.compactMap { state in counts[state.rawValue].map { "\($0) \(state.rawValue)" } }
                .joined(separator: ", ")
        }
    }
    /// What the owner decides about a delivery of which nobody knows whether it arrived.
    package enum Resolution: String, Sendable, Hashable, Codable, CaseIterable {
        /// It arrived, all of it.
        case sent
        /// What is not known to have arrived goes again, and may arrive twice.
        case retry
        /// Nothing more of it goes.
        case drop
    }
}
