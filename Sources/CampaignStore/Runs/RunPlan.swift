package import CampaignModel

/// What waits for a campaign: the changes after its cursors and those that an earlier run left over.
package struct CampaignWork: Sendable {
    /// In log order.
    package var changes: [LoggedChange]
    /// The positions of those that an earlier run left over.
    package var waited: Set<Int64>
    /// The campaign's last run when this was read, 0 if there was none; a run is refused if there was another since.
    package var lastRun: Int64
    /// Where each cursor was when this was read.
    package var cursors: [SourceID: Int64]
    /// Where the cursors go when the run is stored.
    package var head: [SourceID: Int64]
    /// What the campaign's sources call themselves, where they say it.
    package var titles: [SourceID: String]
    /// The items that this campaign already took, by kind.
    package var taken: Set<Announcement>
    /// The latest messages of single items that are updated, where these are to be edited.
    package var told: [ToldMessage] = []
    /// What the log last had of the items of which something waited: other runs may have seen that.
    package var latest: [ItemPlace: Item] = [:]
    /// The places of the removals after which the item was there again: nothing else is logged of that.
    package var returned: Set<Int64> = []
    /// How many changes cannot be read, and are gone past.
    package var unreadable = 0
}

/// The plan of one campaign run, as it is stored: what was chosen, what waits, and the messages for whom.
package struct RunPlan: Sendable {
    package var campaign: CampaignID
    package var workspace: WorkspaceID
    package var work: CampaignWork
    /// What is told, in sending order.
    package var chosen: [LoggedChange]
    /// What the next run sees again, in log order.
    package var waiting: [LoggedChange]
    /// What is done with, and why.
    package var skipped: [SkippedChange] = []
    /// What later falls of a price are compared with; nil for items of which that is over.
    package var comparedPrices: [ItemPlace: Money?] = [:]
    package var messages: [PlannedMessage]
    /// What is changed, and by which message.
    package var edited: [LoggedChange] = []
    package var channels: [ChannelID]
    /// Those of the channels whose platform lets a message be changed.
    package var editableChannels: Set<ChannelID> = []
    package var audience: Audience
    /// When the deliveries of those may go who chose no time of their own, and until when.
    package var notBefore: Timestamp
    package var expiresAt: Timestamp
    /// Messenger people must have been active after this to be written to now; others are held.
    package var windowOpenedAfter: Timestamp
    /// When those get it who chose a time.
    package var times: PersonalPlan
    /// Which of a campaign's runs it is, where it has a frequency.
    package var nominal: NominalRun?
    /// Whether it is noted who opens the links of its messages.
    package var tracksLinks = false
    /// Until when somebody must let it go; nil when it goes by itself.
    package var approvalUntil: Timestamp?
    /// When the message goes that was written by hand and whose only run this is; nil for other campaigns.
    package var onlyRunAt: Timestamp?
    /// What the run saw, chose and skipped and why; stored as JSON. The counts of deliveries are added by the store.
    package var report: RunReport

    package init(
        campaign: CampaignID, workspace: WorkspaceID, work: CampaignWork, chosen: [LoggedChange],
        waiting: [LoggedChange], messages: [PlannedMessage], channels: [ChannelID], audience: Audience,
        notBefore: Timestamp,
        expiresAt: Timestamp, windowOpenedAfter: Timestamp,
        times: @escaping PersonalPlan = { _, _ in nil }, nominal: NominalRun? = nil, report: RunReport
    ) {
        self.times = times
        self.nominal = nominal
        self.campaign = campaign
        self.workspace = workspace
        self.work = work
        self.chosen = chosen
        self.waiting = waiting
        self.messages = messages
        self.channels = channels
        self.audience = audience
        self.notBefore = notBefore
        self.expiresAt = expiresAt
        self.windowOpenedAfter = windowOpenedAfter
        self.report = report
    }
}

/// A message that a run makes.
package struct PlannedMessage: Sendable {
    package var message: Message
    /// What it tells of, by the place in the log.
    package var positions: [Int64]
    /// The message that it takes the place of, for those who have that one; nil for one to the whole audience.
    package var edits: MessageID?
    /// Whether it takes the place of several that waited for somebody.
    var gathers = false

    package init(_ message: Message, positions: [Int64] = [], edits: MessageID? = nil) {
        self.message = message
        self.positions = positions
        self.edits = edits
    }
}

/// A change of which a run says nothing.
package struct SkippedChange: Sendable {
    package var change: LoggedChange
    /// A stable word and a sentence: `SkipReason` in CampaignPlanning.
    package var code: String
    package var reason: String

    package init(_ change: LoggedChange, code: String, reason: String) {
        self.change = change
        self.code = code
        self.reason = reason
    }
}
