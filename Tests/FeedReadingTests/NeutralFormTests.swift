import CampaignModel
import Foundation
import Testing

@testable import FeedReading

/// The lines are made by hand; a `JSONEncoder` must not be able to tell.
@Suite struct NeutralFormTests {
    private static let odd = "\u{0}\u{1}\u{8}\t\n\u{B}\u{C}\r\u{1F} \"\\/ \u{7F}\u{80}é\u{2028}\u{FFFF}🦜"

    private static let whole = Item(
        key: ItemKey(high: 1, low: 2), id: "1", title: odd, link: "https://a.example/1", summary: "<p>\"S\"</p>",
        content: "C", authors: ["Ada", odd], categories: ["a", "b"],
        published: Timestamp(iso8601: "2026-11-22T09:00:00Z"),
        updated: Timestamp(iso8601: "2026-11-22T09:00:00.5Z"), images: ["https://a.example/1.jpg"],
        enclosures: [
            Enclosure(url: "https://a.example/1.mp3", type: "audio/mpeg", length: 1),
            Enclosure(url: "https://a.example/2"),
        ],
        product: Product(
            price: money("12.90", "EUR"), salePrice: money("9", nil),
            saleWindow: Timestamp(iso8601: "2026-11-22T09:00:00Z").map { SaleWindow(from: $0, until: $0) },
            availability: .inStock, condition: "new", brand: "B", gtin: "4006381333931", mpn: "m", sku: "s",
            groupID: "g",
            category: "A > B"))

    private static func money(_ amount: String, _ currency: String?) -> Money? {
        DecimalAmount(amount).map { Money(amount: $0, currency: currency) }
    }

    private static let feed = FeedDescription(
        format: .googleRSS, title: odd, link: "https://a.example/", description: "d", language: "en",
        updated: Timestamp(iso8601: "2026-11-22T09:00:00Z"), image: "https://a.example/i", hub: "https://hub.example/",
        next: "https://a.example/2", selfLink: "https://a.example/feed",
        rhythm: FeedRhythm(minimumInterval: .hours(2), skipHours: [0, 23], skipDays: [.sunday, .saturday]))

    private func encoded(_ name: String, _ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode([name: value]), as: UTF8.self)
    }

    @Test func `a line is what an encoder would write`() throws {
        let bare = Item(key: ItemKey(high: 1, low: 2))
        let end = DocumentEnd(
            items: 3, complete: false,
            warnings: [
                ReadWarning(item: "1", code: "bad_date", message: Self.odd), ReadWarning(code: "x", message: "y"),
            ])
        #expect(try NeutralForm.line(.item(Self.whole)) == encoded("item", Self.whole))
        #expect(try NeutralForm.line(.item(bare)) == encoded("item", bare))
        #expect(try NeutralForm.line(.feed(Self.feed)) == encoded("feed", Self.feed))
        #expect(try NeutralForm.line(.end(end)) == encoded("end", end))
    }

    @Test func `the example above leaves no field out`() {
        let values: [Any] = [Self.whole, Self.feed] + [Self.whole.product].compactMap(\.self)
        for child in values.flatMap({ Mirror(reflecting: $0).children }) {
            #expect(Mirror(reflecting: child.value).displayStyle != .optional || "\(child.value)" != "nil", "\(child)")
        }
    }

    @Test func `lines follow each other`() {
        var bytes: [UInt8] = []
        NeutralForm.write(.item(Item(key: ItemKey(high: 0, low: 1))), to: &bytes)
        NeutralForm.write(.item(Item(key: ItemKey(high: 0, low: 2))), to: &bytes)
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count == 3 && lines[2].isEmpty)
        #expect(lines[1] == "{\"item\":{\"key\":\"00000000000000000000000000000002\"}}")
    }
}
