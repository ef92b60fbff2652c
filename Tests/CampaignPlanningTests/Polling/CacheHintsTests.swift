import CampaignModel
import CampaignPlanning
import Testing

@Suite struct CacheHintsTests {
    /// 2026-11-22T09:00:00Z, a Sunday.
    private static let now = Timestamp(seconds: 1_795_338_000)

    private func hints(_ headers: [(String, String)]) -> CacheHints {
        CacheHints(headers.map { HTTPHeader($0.0, $0.1) }, now: Self.now)
    }

    @Test(arguments: [
        ("max-age=600", Duration.seconds(600)), ("public, Max-Age=600", .seconds(600)),
        ("max-age=\"600\"", .seconds(600)),
        ("max-age = 600", .seconds(600)), ("max-age=86400", .hours(24)), ("max-age=31536000", .hours(24)),
        ("max-age=99999999999999999999", .hours(24)), ("s-maxage=5, max-age=600", .seconds(600)),
    ])
    func `max-age tells how long nothing new is expected, up to a day`(value: String, fresh: Duration) {
        #expect(hints([("cache-control", value)]).fresh == fresh)
    }

    @Test(arguments: [
        "", "max-age=0", "max-age=-5", "max-age=soon", "max-age", "public", "s-maxage=600", "no-store, max-age=600",
        "max-age=600, no-cache", "max-age=600, No-Cache=\"Set-Cookie\"",
    ])
    func `without a max-age that holds there is no hint`(value: String) {
        #expect(hints([("Cache-Control", value)]).fresh == nil)
    }

    @Test func `all headers of that name count`() {
        #expect(hints([("Cache-Control", "max-age=600"), ("Cache-Control", "public")]).fresh == .seconds(600))
        #expect(hints([("Cache-Control", "no-store"), ("Cache-Control", "max-age=600")]).fresh == nil)
    }

    @Test(arguments: [
        ("0", Duration?.some(.seconds(600))), ("100", .seconds(500)), ("600", nil), ("700", nil), ("x", .seconds(600)),
    ])
    func `the age of a copy is taken off`(age: String, fresh: Duration?) {
        #expect(hints([("Cache-Control", "max-age=600"), ("Age", age)]).fresh == fresh)
    }

    @Test(arguments: [
        "Sun, 22 Nov 2026 10:00:00 GMT", "Sunday, 22-Nov-26 10:00:00 GMT", "Sun Nov 22 10:00:00 2026",
    ])
    func `Expires counts from the present in all forms of dates`(expires: String) {
        #expect(hints([("Expires", expires)]).fresh == .hours(1))
    }

    @Test func `Expires counts from the server's own Date whatever our clock says`() {
        let headers = [("Date", "Thu, 01 Jan 2026 00:00:00 GMT"), ("Expires", "Thu, 01 Jan 2026 02:00:00 GMT")]
        #expect(hints(headers).fresh == .hours(2))
        #expect(hints(headers + [("Age", "3600")]).fresh == .hours(1))
    }

    @Test func `max-age comes before Expires`() {
        let expires = ("Expires", "Sun, 22 Nov 2026 10:00:00 GMT")
        #expect(hints([expires, ("Cache-Control", "max-age=60")]).fresh == .seconds(60))
        #expect(hints([expires, ("Cache-Control", "max-age=0")]).fresh == nil)
    }

    @Test(arguments: ["0", "-1", "Thu, 01 Jan 1970 00:00:00 GMT", "tomorrow"])
    func `an Expires that is over or no date is no hint`(expires: String) {
        #expect(hints([("Expires", expires)]).fresh == nil)
    }

    @Test(arguments: [
        ("120", Duration?.some(.minutes(2))), (" 120 ", .minutes(2)), ("Sun, 22 Nov 2026 09:05:00 GMT", .minutes(5)),
        ("Sunday, 22-Nov-26 09:05:00 GMT", .minutes(5)), ("2678400", .days(31)), ("31536000", .days(31)),
        ("99999999999999999999", .days(31)), ("Fri, 22 Nov 2999 09:00:00 GMT", .days(31)), ("0", nil), ("-60", nil),
        ("1.5", nil), ("soon", nil), ("", nil), ("Sun, 22 Nov 2026 08:00:00 GMT", nil),
    ])
    func `Retry-After is read in both forms, up to 31 days`(value: String, wait: Duration?) {
        #expect(hints([("Retry-After", value)]).retryAfter == wait)
    }

    @Test func `a moment of Retry-After is by the server's clock`() {
        let headers = [
            ("Date", "Thu, 01 Jan 2026 00:00:00 GMT"), ("Retry-After", "Thu, 01 Jan 2026 00:10:00 GMT"),
        ]
        #expect(hints(headers).retryAfter == .minutes(10))
    }

    @Test func `validators are an ETag or a Last-Modified`() {
        #expect(hints([("etag", "\"a\"")]).hasValidators)
        #expect(hints([("Last-Modified", "Sun, 22 Nov 2026 08:00:00 GMT")]).hasValidators)
        #expect(!hints([("ETag", "")]).hasValidators)
        #expect(!hints([]).hasValidators)
        #expect(CacheHints([], isNotModified: true, now: Self.now).hasValidators)
    }
}
