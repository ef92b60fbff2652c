import CampaignModel
import Foundation
import MessageChannels
import Testing

@Suite struct TelegramPropertyTests {
    /// White space moves at cuts and between blocks; everything else must stay, scalar by scalar.
    private func essence(_ text: String) -> [Unicode.Scalar] {
        text.unicodeScalars.filter { !$0.properties.isWhitespace }
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func `random texts arrive whole, balanced and within the limits`(seed: UInt64) throws {
        var random = RandomText(seed: seed)
        let text = random.text(size: 1 + Int(seed % 60))
        let rendered = Sample.onTelegram(.text(text, buttons: [Sample.stop]))
        var shown: [Unicode.Scalar] = []
        for html in rendered.texts {
            let read = try TelegramHTMLReader(html)
            #expect(read.visible.utf16.count <= 4096)
            #expect(!read.visible.isEmpty)
            #expect(read.entities <= 100)
            #expect(read.links.allSatisfy { $0 == "https://example.com/?a=1&amp;b=%222%22" })
            shown += essence(read.visible)
        }
        if !rendered.cuts.contains(where: { $0.action == .shortened || $0.action == .dropped }) {
            #expect(shown == essence(text.plainText))
        }
        for (index, object) in rendered.objects.enumerated() {
            #expect((object["reply_markup"] != nil) == (index == rendered.parts.count - 1))
        }
    }

    @Test func `the random texts are wild enough to mean something`() {
        var parts = 0
        var split = 0
        for seed in 0..<100 as Range<UInt64> {
            var random = RandomText(seed: seed)
            let rendered = Sample.onTelegram(.text(random.text(size: 1 + Int(seed % 60)), buttons: []))
            parts += rendered.parts.count
            split += rendered.parts.count > 1 ? 1 : 0
        }
        #expect(parts > 100)
        #expect(split > 10)
    }

    @Test(arguments: 0..<60 as Range<UInt64>)
    func `the same text goes whole over Messenger`(seed: UInt64) {
        var random = RandomText(seed: seed)
        let text = random.text(size: 1 + Int(seed % 40))
        let rendered = Sample.onMessenger(.text(text, buttons: [Sample.stop]))
        let shown = rendered.messengerTexts + rendered.payloads.compactMap { $0["text"] as? String }
        #expect(rendered.messengerTexts.allSatisfy { $0.utf16.count < 2000 && !$0.isEmpty })
        #expect(rendered.payloads.compactMap { $0["text"] as? String }.allSatisfy { $0.utf16.count <= 640 })
        let link = " (https://example.com/?a=1&b=%222%22)"
        if !rendered.cuts.contains(where: { $0.action == .shortened || $0.action == .dropped }) {
            let withoutLinks = shown.joined(separator: " ").replacingOccurrences(of: link.dropFirst(), with: "")
            #expect(essence(withoutLinks) == essence(text.plainText))
        }
    }
}
