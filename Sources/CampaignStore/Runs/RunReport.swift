package import CampaignModel

/// What a campaign run saw, chose and skipped, and why: what `tellal runs` prints.
package struct RunReport: Sendable, Hashable, Codable {
    /// One item of the run, with what changed of it.
    package struct Entry: Sendable, Hashable, Codable {
        /// Nil where the item has none.
        package var title: String?
        package var key: ItemKey
        package var kind: ChangeKind
        /// A stable word for why it was skipped or waits.
        package var code: String?
        package var reason: String?

        package init(title: String?, key: ItemKey, kind: ChangeKind, code: String? = nil, reason: String? = nil) {
            self.title = title
            self.key = key
            self.kind = kind
            self.code = code
            self.reason = reason
        }
    }

    package var campaign: String
    /// When it was to be, where the campaign has a frequency; see `Timetable` for whose clock it is by.
    package var nominalAt: Timestamp?
    /// So many runs before it were missed, and are made up by it.
    package var missed: Int?
    /// The run's number, where somebody must let it go.
    package var waitingRun: CampaignRunID?
    /// How many changes could not be read, and are done with; nil for none.
    package var unreadable: Int?
    /// How many changes it looked at.
    package var seen: Int
    package var chosen: [Entry]
    /// Those whose message is changed; nil for none.
    package var edited: [Entry]?
    package var waiting: [Entry]
    package var skipped: [Entry]
    /// How many it made, whomever they reach.
    package var messages: Int
    /// How many deliveries of it were planned: to go, and to wait for their people.
    package var queued: Int
    package var held: Int

    package init(campaign: String, seen: Int, chosen: [Entry], waiting: [Entry], skipped: [Entry], messages: Int) {
        self.campaign = campaign
        self.seen = seen
        self.chosen = chosen
        self.waiting = waiting
        self.skipped = skipped
        self.messages = messages
        queued = 0
        held = 0
    }

    private enum CodingKeys: String, CodingKey {
        case campaign, missed, unreadable, seen, chosen, edited, waiting, skipped, messages, queued, held
        case nominalAt = "nominal_at"
        case waitingRun = "waiting_run"
    }
}
