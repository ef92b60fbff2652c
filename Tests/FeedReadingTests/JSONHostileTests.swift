import CampaignModel
import Testing

@testable import FeedReading

@Suite struct JSONHostileTests {
    private func feed(_ items: String) -> String {
        "{\"version\":\"https://jsonfeed.org/version/1.1\",\"items\":[\(items)]}"
    }

    @Test func `depth and keys have limits`() {
        let deep = readJSON(feed("{\"id\":\"1\"},{\"x\":" + String(repeating: "[", count: 200_000)))
        #expect(deep.items == [["id: 1"]])
        #expect(deep.fault == "1: its values are nested deeper than 64")
        let keys = readJSON(feed("{" + (0..<50_000).map { "\"k\($0)\":0" }.joined(separator: ",") + "}"))
        #expect(keys.fault == "1: it has more than 4096 different keys")
    }

    @Test func `a huge string is cut wherever it stands`() {
        let huge = String(repeating: "€", count: 4_000_000)
        let document = readJSON(feed("{\"id\":\"1\",\"content_text\":\"\(huge)\",\"_x\":\"\(huge)\"}"))
        #expect(document.items.first?.last?.utf8.count == "content 1: ".utf8.count + (1 << 20) - 1)
        #expect(document.warnings == ["text_cut"])
        #expect(readJSON(feed("{\"id\":\"2\",\"\(huge)\":1}")).items == [["id: 2"]])
    }

    @Test func `an item's texts and values have limits together`() {
        var limits = ReadLimits()
        limits.itemBytes = 20
        limits.values = 3
        let options = ReadOptions(limits: limits)
        let document = readJSON(
            feed(
                #"{"id":"12345","content_html":"0123456789é123456789","title":"x"},{"id":"2","tags":["a","b","c","d"]}"#
            ),
            options)
        #expect(document.items.first == ["id: 12345", "content html: 0123456789é123"])
        #expect(document.items.last == ["id: 2", "category: a", "category: b", "category: c"])
        #expect(document.warnings == ["text_cut", "text_cut"])
    }

    @Test func `fields of the document have the same limits`() {
        let document = readJSON(
            "{\"items\":[]," + String(repeating: "\"title\":\"x\",", count: 10_000) + "\"version\":\"1\"}")
        #expect(document.header.count == 256)
    }

    @Test func `the number of items has a limit`() {
        var limits = ReadLimits()
        limits.items = 2
        let items = (0..<9).map { "{\"id\":\($0)}" }.joined(separator: ",\n")
        let document = readJSON(feed(items), ReadOptions(limits: limits))
        #expect(document.fault == "3: it has more than 2 items")
    }

    @Test func `a product with very many variants is still one product`() {
        let variants = (0..<50_000).map { "{\"available\":\($0 == 49_999),\"price\":\"\($0).00\"}" }
        let document = readJSON("{\"products\":[{\"id\":1,\"variants\":[\(variants.joined(separator: ","))]}]}")
        #expect(document.items == [["id: 1", "price: 0.00", "availability: in stock"]])
    }

    @Test func `bytes that are no text are told once`() {
        let bytes = Array(feed("{\"id\":\"a").utf8.dropLast(2)) + [0xFF, 0xFE] + Array("\"}]}".utf8)
        let document = readJSON(bytes)
        #expect(document.items == [["id: a\u{FFFD}\u{FFFD}"]])
        #expect(document.warnings == ["bad_encoding"])
    }

    @Test func `nothing that is cut or changed at random brings the reader down`() {
        let source = Array(
            feed(
                #"{"id":"1","url":"/1","authors":[{"name":"\ud83d\ude00é"}],"attachments":[{"url":"/a","size_in_bytes":1}]}"#
            )
            .utf8)
        var state: UInt64 = 1
        for _ in 0..<3000 {
            var bytes = source
            for _ in 0..<3 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                bytes[Int(state >> 33) % bytes.count] = UInt8(truncatingIfNeeded: state >> 24)
            }
            let whole = readJSON(bytes)
            #expect(readJSON(bytes, size: 1) == whole)
        }
    }
}
