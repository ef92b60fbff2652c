import CampaignModel
import CampaignPlanning
import Testing

@testable import CampaignEngine

/// How what is kept for the next poll is stored.
@Suite struct FetchStateTests {
    private static let now = Timestamp(seconds: 1_795_338_000)

    @Test func `nothing known is stored as nothing`() {
        #expect(FetchState().stored == "")
        #expect(FetchState(stored: nil) == FetchState())
        #expect(FetchState(stored: "") == FetchState())
    }

    @Test func `all that is known comes back as it was`() {
        var fetchState = FetchState()
        fetchState.validators = HTTPValidators(
            etag: #"W/"a=b;c""#, lastModified: "Sun, 22 Nov 2026 09:00:00 GMT", url: "place", readerVersion: 3,
            readAt: Self.now)
        fetchState.rhythm = FeedRhythm(
            minimumInterval: .minutes(90), skipHours: [0, 1, 23], skipDays: [.saturday, .sunday])
        fetchState.changeRate = ChangeRate(usualGap: .hours(7), lastChangeAt: Self.now - .days(1))
        fetchState.hints = CacheHints(fresh: .minutes(5), hasValidators: false)
        fetchState.move = PermanentMove(target: "https://example.org/feed?a=b", sightings: 2)
        fetchState.moved = .init(from: "place", to: "https://example.org/new")
        fetchState.hub = HubOffer(hub: "https://hub.example/?a=b", topic: "https://example.org/feed?c=d")
        fetchState.items = 12
        fetchState.itemsBefore = 0
        fetchState.openEnds = 1
        fetchState.certificateEndsAt = Self.now + .days(30)
        fetchState.certificateAskedAt = Self.now
        fetchState.goneSince = Self.now - .hours(2)
        #expect(FetchState(stored: fetchState.stored) == fetchState)
    }

    @Test func `a table that ends within a row is cut where others ended with a line break, until it is the third`() {
        var fetchState = FetchState()
        func ends(_ isOpen: Bool?...) -> [Bool] { isOpen.map { fetchState.noteEnd(isOpen: $0) } }
        #expect(ends(true, true) == [false, false])
        #expect(ends(false, true, false) == [false, true, false])
        #expect(ends(true, true, true, true) == [true, true, false, false])
        #expect(ends(false, nil, true) == [false, false, false])
    }

    @Test(arguments: ["etag", "=", "=1\n==", "unknown=1\netag=", "items=many\nreadAt=\nfresh=1", "\u{0}\n\n{}"])
    func `what cannot be understood is passed over`(text: String) {
        #expect(FetchState(stored: text).items == nil)
        #expect(FetchState(stored: text).validators == nil)
    }

    @Test func `a value with the end of a line in it is left out and spoils no other`() {
        var fetchState = FetchState()
        fetchState.moved = .init(from: "place\nitems=5", to: "https://example.org/")
        fetchState.itemsBefore = 4
        let read = FetchState(stored: fetchState.stored)
        #expect(read.items == nil && read.itemsBefore == 4)
    }
}
