import CampaignModel
import CampaignPlanning

/// An input of the target `layouts`: four characters of choices, then a layout's YAML, then items, whose fields each begin with
/// a line `~~~title` and the like; `~~~item` begins the next one. `0000` is what is most ordinary.
struct LayoutInput {
    var file: ContentFile
    var items: [ItemContext] = []
    var subscriber = Subscriber(address: "42")
    var isRich = RichMessages.never
    var sourceTitle: String?

    init(_ bytes: [UInt8]) {
        let choices = Array(bytes.prefix(4))
        let parts = Self.parts(bytes.dropFirst(4))
        file = ContentFile(path: "templates/layouts/x.yaml", text: parts.first?.text ?? "")
        // `1` whenever a digest can be one message, `2` where it would be several otherwise.
        switch choices.first {
        case UInt8(ascii: "1"): isRich = .always
        case UInt8(ascii: "2"): isRich = .auto
        default: break
        }
        var item = Item(key: ItemKey(high: 0, low: 0))
        var before: Change.Before?
        func end(_ input: inout LayoutInput) {
            let kind: ChangeKind = before == nil ? .new : .priceDropped
            let change = Change(kind: kind, key: item.key, before: before, after: item)
            input.items.append(ItemContext(change: change, sourceName: "blog", sourceTitle: input.sourceTitle))
            item = Item(key: ItemKey(high: 0, low: UInt64(input.items.count)))
            before = nil
        }
        for (name, text) in parts.dropFirst() {
            switch name {
            case "item": end(&self)
            case "before": before = Change.Before(price: Self.price(text))
            case "source": sourceTitle = text
            case "first_name": subscriber.firstName = text
            case "city": subscriber.fields["city"] = text
            case "origin": subscriber.origin = text
            default: Self.set(name, text, of: &item)
            }
        }
        end(&self)
        // The same thing many times is what digests are made of.
        if choices.count == 4, choices[1] == UInt8(ascii: "9") { items += Array(repeating: items[0], count: 20) }
    }

    private static func parts(_ bytes: ArraySlice<UInt8>) -> [(name: String, text: String)] {
        var parts: [(name: String, lines: [String])] = [("", [])]
        for line in lines(bytes) {
            if line.hasPrefix("~~~") {
                parts.append((String(line.dropFirst(3)), []))
            } else {
                parts[parts.count - 1].lines.append(line)
            }
        }
        return parts.prefix(64).map { ($0.name, $0.lines.joined(separator: "\n")) }
    }

    private static func set(_ name: String, _ text: String, of item: inout Item) {
        switch name {
        case "title": item.title = text
        case "link": item.link = text
        case "summary": item.summary = text
        case "content": item.content = text
        case "author": item.authors.append(text)
        case "category": item.categories.append(text)
        case "image": item.images.append(text)
        case "file": item.enclosures.append(Enclosure(url: text))
        case "published": item.published = Timestamp(iso8601: text)
        default: setProduct(name, text, of: &item)
        }
    }

    private static func setProduct(_ name: String, _ text: String, of item: inout Item) {
        var product = item.product ?? Product()
        switch name {
        case "price": product.price = price(text)
        case "sale": product.salePrice = price(text)
        case "brand": product.brand = text
        case "sku": product.sku = text
        case "availability": product.availability = Availability(rawValue: text)
        default: return
        }
        item.product = product
    }

    /// `12.90 EUR`; a currency may be anything.
    private static func price(_ text: String) -> Money? {
        let parts = text.split(separator: " ", maxSplits: 1).map { String($0) }
        return parts.first.flatMap { DecimalAmount($0) }.map {
            Money(amount: $0, currency: parts.count > 1 ? parts[1] : nil)
        }
    }
}
