/// A message that the owner wrote by hand, with its audience and time. Internally a campaign that runs once.
package struct OneOff: Sendable, Hashable, Codable {
    package var workspace: String
    package var name: String
    package var channels: [String]
    package var audience: Audience
    package var message: Message
    /// Time of sending. If it follows each person's time zone, the time on their clocks, stored as if it were UTC.
    package var at: Timestamp
    /// Time zone (a name of the time zone database) for quiet hours, and for people who did not state theirs.
    package var timeZone: String
    package var followsPeople: Bool
    package var quietHours: QuietHours?
    /// A delivery that could not go out within this time is dropped.
    package var expires: Duration
    /// Whether clicks on its links are recorded.
    package var tracksLinks = true
    /// Whether the message is a test, which is sent at once, whatever its recipients chose; nil in data of earlier
    /// versions.
    package var isTest: Bool?
    package var provenance: Provenance

    package init(
        workspace: String, name: String, channels: [String], audience: Audience = Audience(), message: Message,
        at: Timestamp, timeZone: String = "UTC", followsPeople: Bool = false, quietHours: QuietHours? = nil,
        expires: Duration = .days(3), provenance: Provenance
    ) {
        self.workspace = workspace
        self.name = name
        self.channels = channels
        self.audience = audience
        self.message = message
        self.at = at
        self.timeZone = timeZone
        self.followsPeople = followsPeople
        self.quietHours = quietHours
        self.expires = expires
        self.provenance = provenance
    }

    /// The message as a campaign.
    package var campaign: Campaign {
        var campaign = Campaign(
            workspace: workspace, name: name, sources: [], layout: "", frequency: .once(at), timeZone: timeZone,
            quietHours: quietHours, channels: channels, audience: audience, expires: expires, provenance: provenance)
        campaign.followsPeople = followsPeople
        campaign.tracksLinks = tracksLinks
        campaign.isTest = isTest
        return campaign
    }
}
