import CampaignModel
import Testing

@testable import FeedReading

@Suite struct DateTests {
    @Test(
        arguments: [
            ("Fri, 15 Mar 2019 02:18:06 +0200", "2019-03-15T00:18:06Z"),
            ("1 Jan 2004 19:48:21", "2004-01-01T19:48:21Z"),
            ("15 Mar 2019 02:18 GMT", "2019-03-15T02:18:00Z"), ("31 Dec 2002 14:20:20 UT", "2002-12-31T14:20:20Z"),
            ("Fri, 07 Feb 2020 07:30:28 PST", "2020-02-07T15:30:28Z"),
            ("tHu, 01 jAN 2004 19:48:21 gmt", "2004-01-01T19:48:21Z"),
            ("Sat,29 Jul 2006 10:00:00 Z", "2006-07-29T10:00:00Z"),
            ("Sat,\t29\tJul\n2006 10:00:00 GMT", "2006-07-29T10:00:00Z"),
            ("  Tue,  5 Jul 2005 09:00:00 -0700\n", "2005-07-05T16:00:00Z"),
            ("Thu, 01 Jan 04 19:48:21 GMT", "2004-01-01T19:48:21Z"), ("6 May 83 09:00 CST", "1983-05-06T15:00:00Z"),
            ("29 July 2006", "2006-07-29T00:00:00Z"), ("Mon, 09 Apr 2018, 16:04", "2018-04-09T16:04:00Z"),
        ])
    func `mail dates are read with their usual mistakes`(text: String, expected: String) {
        #expect(DateText.timestamp(text)?.description == expected)
    }

    @Test(
        arguments: [
            ("2003-12-13T18:30:02Z", "2003-12-13T18:30:02Z"), ("2003-12-13t18:30:02.25z", "2003-12-13T18:30:02Z"),
            ("2003-12-13T18:30:02.849-07:00", "2003-12-14T01:30:02Z"), ("2003-12-13", "2003-12-13T00:00:00Z"),
            ("2026-03-25T13:00+0000", "2026-03-25T13:00:00Z"), ("2002-12-31T19:20+01", "2002-12-31T18:20:00Z"),
            ("2017-06-13T03:18:00+00:0", "2017-06-13T03:18:00Z"), ("2003-12-31T10", "2003-12-31T10:00:00Z"),
            ("2006-07-01T12:35:9+01:00", "2006-07-01T11:35:09Z"),
            ("2003-07-01 T 01:55:07 -05:00", "2003-07-01T06:55:07Z"),
            ("2006-01-11 16:43:22 -0800", "2006-01-12T00:43:22Z"), ("2003-12-13T24:00:00Z", "2003-12-14T00:00:00Z"),
            ("2003-12-13 18:30:02,5", "2003-12-13T18:30:02Z"), ("2002-12-31T192030+01:00", "2002-12-31T18:20:30Z"),
            ("20021231T19:20:30.45+01:00", "2002-12-31T18:20:30Z"), ("20031213183002", "2003-12-13T18:30:02Z"),
            ("20031213T183002Z", "2003-12-13T18:30:02Z"), ("2020/1/10 14:33:00", "2020-01-10T14:33:00Z"),
            ("2002", "2002-01-01T00:00:00Z"), ("2002-12", "2002-12-01T00:00:00Z"), ("2003-335", "2003-12-01T00:00:00Z"),
            ("2004366", "2004-12-31T00:00:00Z"), ("2003-W01-3", "2003-01-01T00:00:00Z"),
            ("2026W535", "2027-01-01T00:00:00Z"), ("03-12-31T10:14:55Z", "2003-12-31T10:14:55Z"),
        ])
    func `numeric dates with the year first are read in every form of ISO 8601`(text: String, expected: String) {
        #expect(DateText.timestamp(text)?.description == expected)
    }

    @Test func `a fraction of a second counts to the millisecond`() {
        #expect(DateText.timestamp("2003-12-13T18:30:02.849177Z")?.milliseconds == 1_071_340_202_849)
        #expect(DateText.timestamp("2003-12-13 18:30:02.8 UTC")?.milliseconds == 1_071_340_202_800)
    }

    @Test(
        arguments: [
            ("Wed, 5 Nov 2025 13:52:10  EST", "2025-11-05T18:52:10Z"), ("5 Nov 25 13:52 CEST", "2025-11-05T11:52:00Z"),
            ("29 Dec 2004 10:00:00 MSK", "2004-12-29T07:00:00Z"), ("22 Nov 2026 09:00 GMT+2", "2026-11-22T07:00:00Z"),
            ("22 Nov 2026 09:00 +2", "2026-11-22T07:00:00Z"), ("22 Nov 2026 09:00 GMT+0200", "2026-11-22T07:00:00Z"),
            ("22 Nov 2026 09:00 UTC\u{2212}5", "2026-11-22T14:00:00Z"), ("22 Nov 2026 09:00 A", "2026-11-22T09:00:00Z"),
            ("22 Nov 2026 09:00 Etc/GMT", "2026-11-22T09:00:00Z"), ("22 Nov 2026 09:00 XYZ", "2026-11-22T09:00:00Z"),
            ("2026-11-22T09:00:00Z+01:00", "2026-11-22T08:00:00Z"),
            ("2026-11-22T09:00:00-05:00Z", "2026-11-22T14:00:00Z"),
            ("Thu Jan 01 2004 19:48:21 GMT+0100 (Central European Time)", "2004-01-01T18:48:21Z"),
            ("11 Mar 2016 01:15:00 +3000", "2016-03-09T19:15:00Z"),
        ])
    func `an offset in digits counts for more than a zone's name, and an unknown name is UTC`(
        text: String, expected: String
    ) {
        #expect(DateText.timestamp(text)?.description == expected)
    }

    @Test(
        arguments: [
            ("Mon Jan  5 12:00:00 2004", "2004-01-05T12:00:00Z"),
            ("Sun Jan  4 16:29:06 PST 2004", "2004-01-05T00:29:06Z"),
            ("Wed Aug 27 13:08:45 +0000 2008", "2008-08-27T13:08:45Z"),
            ("Sat, Dec 16 2023 02:02:33 PM", "2023-12-16T14:02:33Z"),
            ("Mon, 21 Jan 2008 8:56 am pDt", "2008-01-21T15:56:00Z"),
            ("Friday, December 22, 2017 - 3:09pm", "2017-12-22T15:09:00Z"),
            ("Nov. 16, 2020, 10:57 a.m.", "2020-11-16T10:57:00Z"), ("16 Nov 2020 12:05 a.m.", "2020-11-16T00:05:00Z"),
            ("12/26/18, 5:05 AM", "2018-12-26T05:05:00Z"), ("7/3/25, 12:45 AM", "2025-07-03T00:45:00Z"),
            ("Mon, 03/30/2020 - 19:19", "2020-03-30T19:19:00Z"), ("25/12/2003 10:00", "2003-12-25T10:00:00Z"),
            ("02.04.2020 15:00", "2020-04-02T15:00:00Z"), ("25-12-2003", "2003-12-25T00:00:00Z"),
            ("1520932969", "2018-03-13T09:22:49Z"), ("1520932969123", "2018-03-13T09:22:49Z"),
        ])
    func `dates are read in the orders of other programs and people`(text: String, expected: String) {
        #expect(DateText.timestamp(text)?.description == expected)
    }

    @Test(
        arguments: [
            ("mer, 16 nov 2022 10:00:00 +0100", "2022-11-16T09:00:00Z"),
            ("mar, 12 apr 2022 10:00", "2022-04-12T10:00:00Z"),
            ("Lundi, 16. Novembre 2020 - 15:54", "2020-11-16T15:54:00Z"),
            ("Do, 29 MÄR 2018 00:00:00 +0200", "2018-03-28T22:00:00Z"),
            ("Samstag am 5. März 2022, 12:00 Uhr", "2022-03-05T12:00:00Z"),
            ("16 de noviembre de 2022", "2022-11-16T00:00:00Z"), ("3. ZÁŘÍ 2021 8:00", "2021-09-03T08:00:00Z"),
            ("10 października 2021", "2021-10-10T00:00:00Z"), ("15 Ağu 2021 10:00", "2021-08-15T10:00:00Z"),
            ("5. elokuuta 2021 klo 10:00", "2021-08-05T10:00:00Z"), ("Ср, 29 Декабря 2004", "2004-12-29T00:00:00Z"),
            ("29 червня 2004 10:00", "2004-06-29T10:00:00Z"), ("Τρι, 29 Ιούν 2004 10:00", "2004-06-29T10:00:00Z"),
            ("29 ΙΟΥΝΊΟΥ 2004 3:00 μ.μ.", "2004-06-29T15:00:00Z"),
            ("2004-július-13T9:15-05:00", "2004-07-13T14:15:00Z"),
            ("2004. július 13. 9:15", "2004-07-13T09:15:00Z"), ("1 fe\u{301}v 2004", "2004-02-01T00:00:00Z"),
            ("2004-05-25 오후 11:23:17", "2004-05-25T14:23:17Z"), ("2004년 05월 28일 01:15:00", "2004-05-27T16:15:00Z"),
            ("2004年5月28日 12時30分", "2004-05-28T12:30:00Z"),
        ])
    func `months are known in the languages of Europe, and Korean dates in Korea's zone`(
        text: String, expected: String
    ) {
        #expect(DateText.timestamp(text)?.description == expected)
    }

    @Test(
        arguments: [
            "32 Nov 2026 09:00:00 GMT", "Mon, 30 Feb 2026 09:00:00 GMT", "2003-13-01", "2003-07-32T15:51:30-0500",
            "2003-366", "2003-W54-1", "2003-12-31T25:00:00Z", "2003-12-31T10:61:00Z", "0000-00-00", "0000000000",
            "31 Dec 9999 23:59:59 -9900",
        ])
    func `a day or time that does not exist is no date`(text: String) {
        #expect(DateText.timestamp(text) == nil)
    }

    @Test(arguments: [
        "10/11/2003", "12-13-2003", "10-11-12", "07-01T01:55:07-05:00", "--12", "Nov 2026", "12 Urt 2007",
    ])
    func `what may be one of two dates, or lacks a part, is no date`(text: String) {
        #expect(DateText.timestamp(text) == nil)
    }

    @Test func `what is not a date gives no date and a warning`() throws {
        let document = try read(
            rss("<item><guid>1</guid><pubDate>insert updated date here</pubDate></item>"))
        #expect(document.items.first?.published == nil)
        #expect(document.warnings == ["bad_date"])
    }

    @Test func `texts that are too long, empty or not UTF-8 are no dates`() {
        let valid = "Fri, 15 Mar 2019 02:18:06 +0200"
        for text in [
            "", " ", "now", "1:2:3:4", String(repeating: "9", count: 40), valid + String(repeating: " x", count: 60),
        ] {
            #expect(DateText.timestamp(text) == nil)
        }
        let broken: [UInt8] = [0xC3, 0x28, 0xFF, 0xE5, 0xB9] + Array("5 Nov 2026".utf8)
        #expect(broken.withUnsafeBufferPointer { DateText.timestamp($0) }?.description == "2026-11-05T00:00:00Z")
    }
}
