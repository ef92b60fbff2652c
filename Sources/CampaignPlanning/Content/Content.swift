package import CampaignModel

/// Everything that the files of feeds/ say.
package struct Content: Sendable, Hashable {
    package var channels: [Channel]
    package var sources: [Source]
    package var campaigns: [Campaign]

    package init(channels: [Channel] = [], sources: [Source] = [], campaigns: [Campaign] = []) {
        self.channels = channels
        self.sources = sources
        self.campaigns = campaigns
    }
}

/// The layouts that there are.
package struct LayoutNames: Sendable, Hashable {
    /// For campaigns: `each: item` and `each: digest`.
    package var campaigns: Set<String>
    /// For the events of a subscription: `each: subscriber`.
    package var replies: Set<String>

    package init(campaigns: Set<String> = [], replies: Set<String> = []) {
        self.campaigns = campaigns
        self.replies = replies
    }

    package init(_ layouts: some Sequence<Layout>) {
        self.init()
        for layout in layouts {
            if layout.each == .subscriber { replies.insert(layout.name) } else { campaigns.insert(layout.name) }
        }
    }
}
