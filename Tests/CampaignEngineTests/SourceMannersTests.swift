import CampaignModel
import CampaignPlanning
import Testing

@testable import CampaignEngine

/// How manners are stored.
@Suite struct SourceMannersTests {
    private static let now = Timestamp(seconds: 1_795_338_000)

    @Test func `nothing known is stored as nothing`() {
        #expect(SourceManners().stored == "")
        #expect(SourceManners(stored: nil) == SourceManners())
        #expect(SourceManners(stored: "") == SourceManners())
    }

    @Test func `all that is known comes back as it was`() {
        var manners = SourceManners()
        manners.validators = PoliteValidators(
            etag: #"W/"a=b;c""#, lastModified: "Sun, 22 Nov 2026 09:00:00 GMT", url: "place", readerVersion: 3,
            readAt: Self.now)
        manners.rhythm = FeedRhythm(
            minimumInterval: .minutes(90), skipHours: [0, 1, 23], skipDays: [.saturday, .sunday])
        manners.pace = ChangePace(usualGap: .hours(7), lastChangeAt: Self.now - .days(1))
        manners.hints = CacheHints(fresh: .minutes(5), hasValidators: false)
        manners.move = PermanentMove(target: "https://example.org/feed?a=b", sightings: 2)
        manners.moved = .init(from: "place", to: "https://example.org/new")
        manners.hub = HubOffer(hub: "https://hub.example/?a=b", topic: "https://example.org/feed?c=d")
        manners.items = 12
        manners.itemsBefore = 0
        manners.openEnds = 1
        manners.certificateEndsAt = Self.now + .days(30)
        manners.certificateAskedAt = Self.now
        manners.goneSince = Self.now - .hours(2)
        #expect(SourceManners(stored: manners.stored) == manners)
    }

    @Test func `a table that ends within a row is cut where others ended with a line break, until it is the third`() {
        var manners = SourceManners()
        func ends(_ isOpen: Bool?...) -> [Bool] { isOpen.map { manners.noteEnd(isOpen: $0) } }
        #expect(ends(true, true) == [false, false])
        #expect(ends(false, true, false) == [false, true, false])
        #expect(ends(true, true, true, true) == [true, true, false, false])
        #expect(ends(false, nil, true) == [false, false, false])
    }

    @Test(arguments: ["etag", "=", "=1\n==", "unknown=1\netag=", "items=many\nreadAt=\nfresh=1", "\u{0}\n\n{}"])
    func `what cannot be understood is passed over`(text: String) {
        #expect(SourceManners(stored: text).items == nil)
        #expect(SourceManners(stored: text).validators == nil)
    }

    @Test func `a value with the end of a line in it is left out and spoils no other`() {
        var manners = SourceManners()
        manners.moved = .init(from: "place\nitems=5", to: "https://example.org/")
        manners.itemsBefore = 4
        let read = SourceManners(stored: manners.stored)
        #expect(read.items == nil && read.itemsBefore == 4)
    }
}
