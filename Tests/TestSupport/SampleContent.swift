package import CampaignModel

/// Small channels, sources, campaigns and items for tests.
package enum SampleContent {
    private static let provenance = Provenance(file: "feeds/sample.yaml", line: 1)

    package static func channel(
        _ name: String = "bot", platform: Platform = .telegram, api: String = "http://127.0.0.1:9", rate: Double = 0
    ) -> Channel {
        var channel = Channel(
            workspace: Workspace.defaultName, name: name, platform: platform, token: Secret("123:abc"), api: api,
            rate: rate, pageID: "42", version: "v25.0", appSecret: Secret("app secret"),
            verifyToken: Secret("verify"), provenance: provenance)
        // Tests that want to hear something say it themselves.
        channel.conversation.updates = .webhook
        return channel
    }

    package static func source(
        _ name: String = "blog", at location: String = "http://127.0.0.1:9/feed.xml", every: Duration = .minutes(10)
    ) -> Source {
        Source(
            workspace: Workspace.defaultName, name: name, location: location, format: nil, every: .every(every),
            provenance: provenance)
    }

    package static func campaign(
        _ name: String = "news", sources: [String] = ["blog"], channels: [String] = ["bot"],
        _ change: (inout Campaign) -> Void = { _ in }
    ) -> Campaign {
        var campaign = Campaign(
            workspace: Workspace.defaultName, name: name, sources: sources, layout: "article", channels: channels,
            provenance: provenance)
        change(&campaign)
        return campaign
    }

    package static func key(_ number: Int) -> ItemKey { ItemKey(high: 7, low: UInt64(number)) }

    package static func item(_ number: Int) -> Item {
        Item(key: key(number), id: "\(number)", title: "Item \(number)", link: "https://blog.example.com/\(number)")
    }

    /// What is remembered of it.
    package static func entry(_ number: Int) -> SnapshotEntry {
        let item = item(number)
        return SnapshotEntry(
            key: item.key, stated: UInt64(number), significance: item.significance, aliases: item.aliases)
    }

    package static func new(_ number: Int) -> Change {
        Change(kind: .new, key: key(number), before: nil, after: item(number))
    }

    package static func message(_ text: String = "Hello") -> Message {
        Message(modules: [.text(RichText(plain: text), buttons: [])])
    }
}
