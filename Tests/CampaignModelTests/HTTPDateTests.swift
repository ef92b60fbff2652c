import CampaignModel
import Testing

@Suite struct HTTPDateTests {
    private static let now = Timestamp(seconds: 1_795_000_000)  // 2026-11-18

    private func read(_ text: String) -> String? { Timestamp(httpDate: text, now: Self.now)?.description }

    @Test(arguments: [
        "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
        "Sun, 6 nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 UTC", "Mon, 06 Nov 1994 08:49:37 GMT",
    ])
    func `all three forms of HTTP are read and the weekday does not matter`(text: String) {
        #expect(read(text) == "1994-11-06T08:49:37Z")
    }

    @Test func `a year of two digits is at most 50 years ahead`() {
        #expect(read("Sunday, 06-Nov-76 08:49:37 GMT") == "2076-11-06T08:49:37Z")
        #expect(read("Sunday, 06-Nov-77 08:49:37 GMT") == "1977-11-06T08:49:37Z")
    }

    @Test(arguments: [
        "", "0", "-1", "now", "Sun, 06 Nov 1994", "Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 06 Nov 1994 25:49:37 GMT",
        "Sun, 06 Nov 1994 08:49 GMT", "Sun, 06 Nov 1994 08:49:37 +0100", "Sun, 06 Foo 1994 08:49:37 GMT",
        "Sun, 06 Nov 94 08:49:3７ GMT", "Sun, -6 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 19940 08:49:37 GMT",
        "Sun, 06 Nov 1994 08:49:37 GMT and much more that nobody asked for",
    ])
    func `what is no date of HTTP is none`(text: String) { #expect(read(text) == nil) }
}
