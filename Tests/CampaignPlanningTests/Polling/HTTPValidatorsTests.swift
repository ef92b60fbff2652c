import CampaignModel
import CampaignPlanning
import Testing

@Suite struct HTTPValidatorsTests {
    private static let now = Timestamp(seconds: 1_795_338_000)
    private static let url = "https://example.org/feed"

    private func validators(_ headers: [HTTPHeader]) -> HTTPValidators {
        HTTPValidators(headers, url: Self.url, readerVersion: 3, readAt: Self.now)
    }

    private func sent(
        _ validators: HTTPValidators, url: String = url, version: Int = 3, after: Duration = .hours(1)
    ) -> [HTTPHeader] {
        validators.headers(for: url, readerVersion: version, now: Self.now + after)
    }

    @Test(arguments: ["\"a\"", "W/\"a,b\"", "unquoted", "\"\"", "\"ä\""])
    func `an ETag is sent exactly as received`(etag: String) {
        #expect(sent(validators([HTTPHeader("etag", etag)])) == [HTTPHeader("If-None-Match", etag)])
    }

    @Test(arguments: ["Sun, 22 Nov 2026 08:00:00 GMT", "Sunday, 22-Nov-26 08:00:00 GMT", "yesterday"])
    func `a Last-Modified is sent exactly as received`(date: String) {
        #expect(sent(validators([HTTPHeader("Last-Modified", date)])) == [HTTPHeader("If-Modified-Since", date)])
    }

    @Test func `both are sent when both were given and none when none was`() {
        let both = [HTTPHeader("ETag", "\"a\""), HTTPHeader("Last-Modified", "x")]
        #expect(
            sent(validators(both)) == [HTTPHeader("If-None-Match", "\"a\""), HTTPHeader("If-Modified-Since", "x")])
        #expect(sent(validators([])) == [])
    }

    @Test(arguments: ["", "\"a\r\nX: y\"", String(repeating: "x", count: 1025)])
    func `what cannot be sent back is no validator`(etag: String) {
        #expect(sent(validators([HTTPHeader("ETag", etag)])) == [])
        #expect(!CacheHints([HTTPHeader("ETag", etag)], now: Self.now).hasValidators)
    }

    @Test func `another address or another reader asks for everything`() {
        let known = validators([HTTPHeader("ETag", "\"a\"")])
        #expect(sent(known, url: Self.url + "?2") == [])
        #expect(sent(known, version: 4) == [])
        #expect(sent(known, version: 2) == [])
    }

    @Test func `after eight days everything is asked for`() {
        let known = validators([HTTPHeader("ETag", "\"a\"")])
        #expect(!sent(known, after: .days(8)).isEmpty)
        #expect(sent(known, after: .days(8) + .seconds(1)) == [])
        #expect(sent(known, after: .days(-9)) == [])
    }

    @Test func `a 304 renews what it carries and not the time of reading`() {
        let known = validators([HTTPHeader("ETag", "\"a\""), HTTPHeader("Last-Modified", "x")])
        let newer = known.notModified([HTTPHeader("ETag", "\"b\"")])
        #expect(sent(newer) == [HTTPHeader("If-None-Match", "\"b\""), HTTPHeader("If-Modified-Since", "x")])
        #expect(newer.readAt == Self.now)
    }
}
