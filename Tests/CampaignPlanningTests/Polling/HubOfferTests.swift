import CampaignModel
import CampaignPlanning
import Testing

@Suite struct HubOfferTests {
    private static let address = "https://example.org/f"

    private func offer(
        _ links: [String] = [], hub: String? = nil, selfLink: String? = nil, foundAt address: String = address
    ) -> HubOffer? {
        HubOffer(
            links.map { HTTPHeader("LINK", $0) },
            FeedDescription(format: .atom10, hub: hub, selfLink: selfLink), foundAt: address)
    }

    @Test func `a document names its hub and itself`() {
        #expect(
            offer(hub: "https://hub.example/", selfLink: "https://example.org/feed")
                == HubOffer(hub: "https://hub.example/", topic: "https://example.org/feed"))
    }

    @Test func `without a self link the topic is where it was found`() {
        #expect(offer(hub: "https://hub.example/")?.topic == Self.address)
    }

    @Test func `an answer's links come before the document's`() {
        #expect(
            offer(
                [
                    #"<https://one.example/>; rel="hub", <https://two.example/>; rel=hub"#,
                    "<https://me.example/>;rel=self",
                ],
                hub: "https://hub.example/", selfLink: "https://example.org/feed")
                == HubOffer(hub: "https://one.example/", topic: "https://me.example/"))
    }

    @Test(arguments: [
        #"<https://hub.example/a,b;c>; rel="hub""#, #"<https://hub.example/a,b;c> ; title="a, <b>; rel=x" ; REL = Hub"#,
        #"<https://x.example/>; rel=next, <https://hub.example/a,b;c>; rel="alternate hub""#,
        #"<https://hub.example/a,b;c>;rel=hub;rel=self"#, #"garbage <https://hub.example/a,b;c>;;rel=hub"#,
    ])
    func `links are written in many ways`(link: String) {
        #expect(offer([link])?.hub == "https://hub.example/a,b;c")
    }

    @Test(arguments: [
        "", "<", "<https://hub.example/", "<https://hub.example/>", "<https://hub.example/>;rel", "<>;rel=hub",
        "<https://hub.example/>;rel=\"hu", "https://hub.example/;rel=hub", "<https://hub.example/>;rel=self;rel=hub",
        "<https://hub.example/>;xrel=hub", "<https://hub.example/>;rel=", "<https://hub.example/>;=hub",
        "<https://hub.example/>,rel=hub", "<ftp://hub.example/>;rel=hub", "</hub>;rel=hub",
        "<https://hub.example/a b>;rel=hub", "<https://hub.example/a\nb>;rel=hub",
    ])
    func `what is no link to a hub is none`(link: String) { #expect(offer([link]) == nil) }

    @Test func `what is too long for a request is no hub`() {
        let path = String(repeating: "a", count: 2029)
        #expect(offer(hub: "https://hub.example/" + path) == nil)
        #expect(offer(hub: "https://hub.example/" + path.dropLast()) != nil)
        #expect(offer(hub: "https://hub.example/", selfLink: "https://hub.example/" + path) == nil)
    }

    @Test func `a file is no topic`() { #expect(offer(hub: "https://hub.example/", foundAt: "feed.xml") == nil) }
}
