import CampaignModel
import FeedReading
import Foundation

/// What holds for every document, however broken or hostile.
enum DocumentPromises {
    static func check(_ reading: Reading, _ options: ReadOptions) {
        if reading.failure != nil {
            promise(reading.events.isEmpty, "a failure after the first event")
            let message = reading.failure?.problem(in: "it").message ?? ""
            promise(isPrintable(message), "control characters in a message: \(message.debugDescription)")
            return
        }
        var feeds = 0
        var items: [Item] = []
        var end: DocumentEnd?
        for event in reading.events {
            promise(end == nil, "an event after the end")
            switch event {
            case .feed: feeds += 1
            case .item(let item):
                promise(feeds == 1, "an item before the feed")
                items.append(item)
            case .end(let found): end = found
            default: break
            }
        }
        promise(feeds == 1, "\(feeds) feeds")
        guard let end else { return promise(false, "no end") }
        promise(Set(items.map(\.key)).count == items.count, "a key twice")
        promise(items.count <= options.limits.items, "\(items.count) items")
        promise(end.warnings.count <= options.limits.warnings, "\(end.warnings.count) warnings")
        for warning in end.warnings {
            promise(
                isPrintable(warning.message + (warning.item ?? "")), "control characters in a warning: \(warning)")
        }
        for (index, item) in items.enumerated() {
            check(item)
            // The costly part for the first few alone: a document of 64 KiB may have a thousand items.
            if index < 4 { checkDeeply(item, options) }
        }
    }

    private static func check(_ item: Item) {
        for address in [item.link].compactMap(\.self) + item.images + item.enclosures.map(\.url) {
            promise(isAbsolute(address), "not an absolute http(s) address: \(address.debugDescription)")
        }
        if let title = item.title { promise(isLine(title), "a title of more than a line: \(title.debugDescription)") }
        for text in [item.id, item.title, item.link, item.summary, item.content] {
            promise(text != "", "an empty text where there should be none")
        }
        for price in [item.product?.price, item.product?.salePrice] {
            promise(!(price?.description.hasPrefix("-") ?? false), "a negative price")
        }
    }

    private static func checkDeeply(_ item: Item, _ options: ReadOptions) {
        do {
            let encoder = JSONEncoder()
            encoder.outputFormatting = .sortedKeys
            let line = try encoder.encode(item)
            promise(!line.contains(0x0A), "an item's JSON is more than a line")
            let again = try encoder.encode(try JSONDecoder().decode(Item.self, from: line))
            promise(again == line, "JSON changes an item: \(String(decoding: line, as: UTF8.self))")
        } catch {
            promise(false, "an item has no JSON form: \(error)")
        }
        for html in [item.title, item.summary, item.content] {
            if let html { checkHTML(html, base: item.link ?? options.baseURL) }
        }
    }

    // MARK: HTML

    static func checkHTML(_ html: String, base: String?) {
        let plain = HTMLText.plainText(html: html)
        promise(
            !plain.unicodeScalars.contains { isControl($0) && $0 != "\n" && $0 != "\t" },
            "control characters in the text of HTML: \(plain.debugDescription)")
        let text = HTMLText.richText(html: html, base: base)
        check(text.nodes, depth: 1)
        // Escaping makes a character six at most, tags stand in the tree for tags of the input.
        promise(text.html.utf8.count <= 64 * html.utf8.count + 64, "HTML grows to \(text.html.utf8.count) bytes")
        for image in HTMLText.images(html: html, base: base) {
            promise(isAbsolute(image), "not an absolute http(s) address: \(image.debugDescription)")
        }
    }

    private static func check(_ nodes: [RichText.Node], depth: Int) {
        promise(depth <= 128, "rich text that is too deep")
        for node in nodes {
            switch node {
            case .text, .preformatted, .lineBreak: break
            case .styled(_, let children), .paragraph(let children), .quote(let children):
                check(children, depth: depth + 1)
            case .link(let address, let children):
                let isKnown = isAbsolute(address) || ["mailto:", "tg:"].contains { hasPrefix($0, address) }
                promise(isKnown, "a link to \(address.debugDescription)")
                check(children, depth: depth + 1)
            case .list(_, let items):
                for item in items { check(item, depth: depth + 1) }
            }
        }
    }

    // MARK: Texts

    private static func isAbsolute(_ address: String) -> Bool {
        ["http://", "https://"].contains { hasPrefix($0, address) && address.utf8.count > $0.utf8.count }
            && !address.utf8.contains {
                $0 <= 0x20 || $0 == 0x7F || $0 == UInt8(ascii: "<") || $0 == UInt8(ascii: "\"")
            }
    }

    /// ASCII letters in any case.
    private static func hasPrefix(_ prefix: String, _ text: String) -> Bool {
        text.utf8.prefix(prefix.utf8.count).map { $0 >= 0x41 && $0 <= 0x5A ? $0 | 0x20 : $0 } == Array(prefix.utf8)
    }

    private static func isLine(_ text: String) -> Bool { !text.unicodeScalars.contains(where: isControl) }

    /// Those that XML forbids; the others are harmless in texts.
    private static func isControl(_ scalar: Unicode.Scalar) -> Bool { scalar.value < 0x20 }
}
