package import CampaignModel

/// What Messenger tells of a person who wrote to the Page (User Profile API): names, and with the app's review for it, where
/// they are.
package struct MessengerPerson: Sendable, Hashable {
    package var firstName: String?
    package var lastName: String?
    package var language: String?

    /// Asks for one person.
    package static func request(address: String, on channel: Channel) -> HTTPRequest? {
        // It becomes part of an address.
        guard !address.isEmpty, address.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return GraphAPI(channel).get(address, [("fields", "first_name,last_name,locale")])
    }

    /// - Returns: Nil when nothing is told: the app may not ask for it, or the person is gone.
    package init?(_ outcome: HTTPOutcome) {
        guard case .answered(let answer) = outcome, answer.status == 200, let profile = JSONValue(reading: answer.body)
        else { return nil }
        firstName = PersonText.name(profile["first_name"]?.string)
        lastName = PersonText.name(profile["last_name"]?.string)
        language = PersonText.language(profile["locale"]?.string)
        if firstName == nil, lastName == nil, language == nil { return nil }
    }
}
