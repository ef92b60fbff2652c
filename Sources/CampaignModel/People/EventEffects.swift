/// The effects of an event beside the changes of its person. All are stored in one transaction, so that none happens
/// twice.
package struct EventEffects: Sendable, Hashable {
    /// A reply to the event.
    package struct Reply: Sendable, Hashable {
        package var purpose: Delivery.Purpose
        package var message: Message
        /// Time after which the reply is not sent any more.
        package var expiresAt: Timestamp

        package init(_ purpose: Delivery.Purpose, _ message: Message, expiresAt: Timestamp) {
            self.purpose = purpose
            self.message = message
            self.expiresAt = expiresAt
        }
    }

    /// Proof by the platform that a message was sent.
    package struct Proof: Sendable, Hashable {
        /// The message's id at the platform.
        package var messageID: String
        /// The sender's metadata: the delivery's id, or another program's text.
        package var metadata: String

        package init(messageID: String, metadata: String) {
            self.messageID = messageID
            self.metadata = metadata
        }
    }

    /// The platform's report about a paid message.
    package struct MarketingNews: Sendable, Hashable {
        /// The fate of the message.
        package enum Fate: Sendable, Hashable {
            /// Sent, as a message of this campaign at the platform.
            case sent(campaign: String)
            case failed(reason: String)
        }

        /// The message's tracking id at the platform.
        package var tracking: String
        package var fate: Fate

        package init(tracking: String, _ fate: Fate) {
            self.tracking = tracking
            self.fate = fate
        }
    }

    /// A restriction of the whole Page, which pauses the channel, or the end of one.
    package struct Restriction: Sendable, Hashable {
        /// False when a restriction is lifted.
        package var isBlocked: Bool
        /// A sentence for the owner.
        package var reason: String
        package var at: Timestamp

        package init(isBlocked: Bool, reason: String, at: Timestamp) {
            self.isBlocked = isBlocked
            self.reason = reason
            self.at = at
        }
    }

    package var consent: [ConsentEntry] = []
    package var replies: [Reply] = []
    package var proof: Proof?
    package var marketingNews: MarketingNews?
    /// An approver's decision about a run.
    package struct Approved: Sendable, Hashable {
        package var run: CampaignRunID
        package var decision: Approval.Decision
        /// Campaigns about which the person may decide.
        package var campaigns: Set<CampaignID>
        /// Reply when the decision was accepted; `tooLate` when the run had been decided before.
        package var done: Reply
        package var tooLate: Reply

        package init(
            run: CampaignRunID, decision: Approval.Decision, campaigns: Set<CampaignID>, done: Reply, tooLate: Reply
        ) {
            self.run = run
            self.decision = decision
            self.campaigns = campaigns
            self.done = done
            self.tooLate = tooLate
        }
    }

    package var approved: Approved?
    /// Id of the button press that Telegram expects an answer to.
    package var query: String?
    /// The restriction of the Page, or its end.
    package var restriction: Restriction?
    /// Whether the person declined marketing messages in the chat, which must be reported to the platform's own list.
    package var endsMarketing = false

    package init() {}
}
