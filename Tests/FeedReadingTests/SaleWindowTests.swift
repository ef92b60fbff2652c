import CampaignModel
import Testing

@testable import FeedReading

@Suite struct SaleWindowTests {
    private func window(_ text: String) -> String? {
        var text = text
        return text.withUTF8 { SaleWindowText.window($0) }.map { "\($0.from) \($0.until)" }
    }

    @Test(arguments: [
        "2026-11-01T00:00+0000/2026-11-30T10:00+0000", "2026-11-01T00:00Z / 2026-11-30T10:00Z",
        "2026-11-01T00:00Z  2026-11-30T10:00Z", "2026-11-01 00:00 2026-11-30 10:00",
        "2026-11-01/2026-11-30T11:00+01:00",
    ])
    func `two dates are a span, with a stroke or a blank between them`(text: String) {
        #expect(window(text) == "2026-11-01T00:00:00Z 2026-11-30T10:00:00Z")
    }

    @Test func `an end without a time includes its day`() {
        #expect(window("2026-11-01/2026-11-30") == "2026-11-01T00:00:00Z 2026-11-30T23:59:59Z")
        #expect(window("2026/11/01/2026/11/30") == "2026-11-01T00:00:00Z 2026-11-30T23:59:59Z")
    }

    @Test func `a missing half leaves the span open`() {
        #expect(window("2026-11-01T00:00Z/") == "2026-11-01T00:00:00Z 9999-12-31T23:59:59Z")
        #expect(window("/2026-11-30") == "0001-01-01T00:00:00Z 2026-11-30T23:59:59Z")
        #expect(SaleWindowText.window(from: nil, until: nil) == nil)
    }

    @Test(arguments: ["", "/", "2026-11-30/2026-11-01", "2026-11-01", "soon/later", "2026-11-01/later", "///"])
    func `what is not a span is none`(text: String) {
        #expect(window(text) == nil)
    }
}
