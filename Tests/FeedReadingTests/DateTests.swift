import CampaignModel
import FeedReading
import Testing

@Suite struct DateTests {
    @Test(
        arguments: [
            ("Fri, 15 Mar 2019 02:18:06 +0200", "2019-03-15T00:18:06Z"),
            ("15 Mar 2019 02:18 GMT", "2019-03-15T02:18:00Z"),
            ("Wed, 5 Nov 2025 13:52:10  EST", "2025-11-05T18:52:10Z"), ("5 Nov 25 13:52 CEST", "2025-11-05T11:52:00Z"),
            ("tHu, 01 jAN 2004 19:48:21 gmt", "2004-01-01T19:48:21Z"),
            ("Sat,29 Jul 2006 10:00:00 Z", "2006-07-29T10:00:00Z"),
            ("Mon, 21 Jan 2008 8:56 pm UTC", "2008-01-21T20:56:00Z"),
            ("Sat, Dec 16 2023 02:02:33 PM", "2023-12-16T14:02:33Z"),
            ("mer, 16 nov 2022 10:00:00 +0100", "2022-11-16T09:00:00Z"),
            ("22 Nov 2026 24:00:00 GMT", "2026-11-23T00:00:00Z"),
            ("22 Nov 2026 09:00 GMT+2", "2026-11-22T07:00:00Z"), ("Thu Jan 1 19:48:21 2004", "2004-01-01T19:48:21Z"),
            ("2003-12-13T18:30:02Z", "2003-12-13T18:30:02Z"), ("2003-12-13T18:30:02.849-07:00", "2003-12-14T01:30:02Z"),
            ("2026-03-25T13:00+0000", "2026-03-25T13:00:00Z"), ("2020/1/10 14:33:00", "2020-01-10T14:33:00Z"),
            ("2006-01-11 16:43:22 -0800", "2006-01-12T00:43:22Z"), ("12-13-2003", nil),
            ("2002", "2002-01-01T00:00:00Z"),
            ("2002-12", "2002-12-01T00:00:00Z"), ("20031213T183002Z", "2003-12-13T18:30:02Z"),
            ("2006-07-01T12:35:9+01:00", "2006-07-01T11:35:09Z"), ("32 Nov 2026 09:00:00 GMT", nil),
            ("Mon, 30 Feb 2026 09:00:00 GMT", nil), ("insert updated date here", nil), ("0000-00-00", nil),
            ("1:2:3:4", nil),
        ] as [(String, String?)])
    func `dates are read as feeds spell them`(text: String, expected: String?) throws {
        let document = try read(rss("<item><guid>1</guid><pubDate>\(text)</pubDate></item>"))
        #expect(document.items.first?.published?.description == expected)
        #expect(document.warnings == (expected == nil ? ["bad_date"] : []))
    }
}
