/// A message that the owner wrote by hand: this message, to this audience, at this time. It is a campaign that runs once.
package struct OneOff: Sendable, Hashable, Codable {
    package var workspace: String
    package var name: String
    package var channels: [String]
    package var audience: Audience
    package var message: Message
    /// When it goes. By everyone's own clock it is what their clocks show, as if that were in UTC.
    package var at: Timestamp
    /// A name of the time zone database: whose clock counts for quiet hours, and for people who did not say theirs.
    package var timeZone: String
    package var followsPeople: Bool
    package var quietHours: QuietHours?
    /// A delivery that could not go out within this time is dropped.
    package var expires: Duration
    /// Whether it is noted who opens its links.
    package var tracksLinks = true
    /// Whether it is tried out: it goes at once, whatever its people chose. Earlier versions stored nothing of that.
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

    /// As the campaign that it is.
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
