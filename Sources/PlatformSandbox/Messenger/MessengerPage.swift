import CampaignModel

/// What the platform remembers of one Page.
struct MessengerPage: Sendable {
    /// The events that go out, from `subscribed_apps`.
    var subscribedFields: [String] = []
    /// The Messenger Profile, by property.
    var profile = MessengerProfile()
    /// A policy enforcement keeps the Page from sending.
    var isRestricted = false
    /// When a person was last asked to take marketing messages, by person and title.
    var optInRequests: [String: Timestamp] = [:]
}
