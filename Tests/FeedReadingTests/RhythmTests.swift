import CampaignModel
import FeedReading
import Testing

/// What a document says of how often to look at it.
@Suite struct RhythmTests {
    private func rhythm(_ channel: String) throws -> FeedRhythm? {
        try readInAnyChunks(
            """
            <rss version="2.0" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"><channel><title>T</title>
            \(channel)<item><guid>1</guid></item></channel></rss>
            """
        ).feed?.rhythm
    }

    @Test func `a feed that says nothing of its rhythm has none`() throws {
        #expect(try rhythm("") == nil)
    }

    @Test(arguments: [
        ("<ttl>60</ttl>", Duration.hours(1)), ("<ttl> 1 </ttl>", .minutes(1)), ("<ttl>525600</ttl>", .days(365)),
        ("<sy:updatePeriod>hourly</sy:updatePeriod>", .hours(1)),
        ("<sy:updatePeriod> Daily </sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>", .hours(6)),
        ("<sy:updateFrequency>2</sy:updateFrequency><sy:updatePeriod>weekly</sy:updatePeriod>", .hours(84)),
        ("<sy:updatePeriod>monthly</sy:updatePeriod>", .days(30)),
        ("<sy:updatePeriod>yearly</sy:updatePeriod>", .days(365)),
    ])
    func `the shortest time between two looks is told`(channel: String, interval: Duration) throws {
        #expect(try rhythm(channel)?.minimumInterval == interval)
    }

    @Test func `of two intervals the longer one counts`() throws {
        let both = "<ttl>30</ttl><sy:updatePeriod>hourly</sy:updatePeriod>"
        #expect(try rhythm(both)?.minimumInterval == .hours(1))
    }

    @Test(arguments: [
        "<ttl>0</ttl>", "<ttl>-5</ttl>", "<ttl>525600000</ttl>", "<ttl>99999999999999999999</ttl>", "<ttl>1.5</ttl>",
        "<ttl>one hour</ttl>", "<ttl/>", "<sy:updatePeriod>often</sy:updatePeriod>",
        "<sy:updateFrequency>2</sy:updateFrequency>",
        "<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>3600</sy:updateFrequency>",
    ])
    func `an interval that makes no sense is none`(channel: String) throws {
        #expect(try rhythm(channel) == nil)
    }

    @Test(arguments: ["0", "-1", "x", ""])
    func `a frequency that makes no sense leaves the period`(frequency: String) throws {
        let channel =
            "<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>\(frequency)</sy:updateFrequency>"
        #expect(try rhythm(channel)?.minimumInterval == .days(1))
    }

    @Test func `hours to skip are told in order and 24 is midnight`() throws {
        let hours = "<skipHours><hour>5</hour><hour>24</hour><hour>05</hour><hour>25</hour><hour>x</hour></skipHours>"
        #expect(try rhythm(hours)?.skipHours == [0, 5])
    }

    @Test func `days to skip are told in order whatever their case`() throws {
        let days = "<skipDays><day>SUNDAY</day><day>saturday</day><day>Someday</day></skipDays>"
        #expect(try rhythm(days)?.skipDays == [.saturday, .sunday])
    }

    @Test func `hours or days that leave no time at all are ignored`() throws {
        let hours = (0...23).map { "<hour>\($0)</hour>" }.joined()
        let days = Weekday.allCases.map { "<day>\($0)</day>" }.joined()
        #expect(try rhythm("<skipHours>\(hours)</skipHours><skipDays>\(days)</skipDays>") == nil)
    }

    @Test func `what an item says of time is not the feed's`() throws {
        #expect(try rhythm("<item><guid>2</guid><ttl>60</ttl><hour>1</hour></item>") == nil)
    }

    @Test func `Atom tells its period`() throws {
        let document = try readInAnyChunks(atom("", feed: "<title>T</title><sy:updatePeriod>daily</sy:updatePeriod>"))
        #expect(document.feed?.rhythm == FeedRhythm(minimumInterval: .days(1)))
    }

    @Test func `RSS in JSON tells what RSS tells`() throws {
        let document = try readInAnyChunks(
            """
            {"rss":{"version":"2.0","channel":{"title":"T","ttl":"90","skipHours":{"hour":["1",2]},
             "skipDays":{"day":"Monday"},"item":[]}}}
            """)
        #expect(
            document.feed?.rhythm == FeedRhythm(minimumInterval: .minutes(90), skipHours: [1, 2], skipDays: [.monday]))
    }

    @Test func `where a document says that it is itself is told`() throws {
        let inRSS = try read(rss("", channel: "<title>T</title><atom:link rel='self' href='/feed'/>"))
        let inAtom = try read(atom("", feed: "<title>T</title><link rel='self' href='https://a.example/f'/>"))
        let inJSON = try read(
            #"{"version":"https://jsonfeed.org/version/1.1","title":"T","feed_url":"https://a.example/j","items":[]}"#)
        #expect(inRSS.feed?.selfLink == "https://example.org/feed")
        #expect(inAtom.feed?.selfLink == "https://a.example/f")
        #expect(inJSON.feed?.selfLink == "https://a.example/j")
    }

    @Test func `an entry's own address is not the document's`() throws {
        #expect(try read(atom("<entry><id>1</id><link rel='self' href='/1'/></entry>")).feed?.selfLink == nil)
    }
}
