/// What an event leads to, beside what it changes of its person. Stored together with that in one transaction, so that
/// nothing of it happens twice.
package struct EventEffects: Sendable, Hashable {
    /// A message that answers the event.
    package struct Reply: Sendable, Hashable {
        package var purpose: Delivery.Purpose
        package var message: Message
        /// Nobody wants an answer that comes later.
        package var expiresAt: Timestamp

        package init(_ purpose: Delivery.Purpose, _ message: Message, expiresAt: Timestamp) {
            self.purpose = purpose
            self.message = message
            self.expiresAt = expiresAt
        }
    }

    /// A message that the platform shows to be sent.
    package struct Proof: Sendable, Hashable {
        /// What the platform calls it.
        package var messageID: String
        /// What its sender gave it: the delivery's number, or somebody else's text.
        package var metadata: String

        package init(messageID: String, metadata: String) {
            self.messageID = messageID
            self.metadata = metadata
        }
    }

    /// What the platform says of a paid message.
    package struct MarketingNews: Sendable, Hashable {
        /// What became of it.
        package enum Fate: Sendable, Hashable {
            /// Sent, as a message of this campaign at the platform.
            case sent(campaign: String)
            case failed(reason: String)
        }

        /// The number that the platform follows it under.
        package var tracking: String
        package var fate: Fate

        package init(tracking: String, _ fate: Fate) {
            self.tracking = tracking
            self.fate = fate
        }
    }

    /// What the platform did to the whole Page: the channel is paused, or goes on.
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
    /// What somebody who may do so decided about a run.
    package struct Approved: Sendable, Hashable {
        package var run: CampaignRunID
        package var decision: Approval.Decision
        /// The campaigns about which they may decide.
        package var campaigns: Set<CampaignID>
        /// What they are told when it was so decided, and when it had been decided before.
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
    /// The button press that Telegram wants to have answered.
    package var query: String?
    /// The platform restricts the Page, or lifts that.
    package var restriction: Restriction?
    /// The person told us that they want no marketing messages; the platform, which has a list of its own, must hear it.
    package var endsMarketing = false

    package init() {}
}
