import CampaignModel

/// What the page shows, as plain values.
struct ChatsView: Sendable {
    struct Phone: Sendable {
        var person: Conversation
        var messages: [ChatMessage]
    }

    /// People to choose from, at most 100.
    var people: [Conversation]
    var peopleCount: Int
    var phones: [Phone]
    var chosen: String?
    var revision: Int
}

extension SandboxPlatform {
    private static let listed = 100
    private static let shownMessages = 30

    /// One chosen person, written `platform:address`, or the first two of each platform.
    func view(person wanted: String?) -> ChatsView {
        let parts = wanted?.split(separator: ":", maxSplits: 1).map { String($0) } ?? []
        let chosen: Key? =
            if parts.count == 2, let platform = Platform(rawValue: parts[0]) {
                Key(platform: platform, address: parts[1])
            } else { nil }
        var keys = Platform.allCases.flatMap { platform in order.lazy.filter { $0.platform == platform }.prefix(2) }
        var isChosen = false
        if let chosen, conversations[chosen] != nil {
            keys = [chosen]
            isChosen = true
        }
        let listed = Platform.allCases.flatMap { platform in
            order.lazy.filter { $0.platform == platform }.prefix(Self.listed / 2)
        }
        return ChatsView(
            people: listed.compactMap { conversations[$0] }, peopleCount: order.count,
            phones: keys.compactMap { key in
                conversations[key].map { person in
                    ChatsView.Phone(
                        person: person, messages: Array((histories[key]?.messages ?? []).suffix(Self.shownMessages))
                    )
                }
            },
            chosen: isChosen ? wanted : nil, revision: revision
        )
    }
}
