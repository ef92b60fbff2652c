import CampaignModel

extension FieldGroup {
    /// The fields of one item: `item`, `before`, `percent` and `source`.
    init(_ context: ItemContext, _ locale: LayoutLocale, html: @escaping HTMLReading) {
        if let item = context.change.after { children["item"] = FieldGroup(item, locale, html: html) }
        if let (before, percent) = Self.comparison(context.change) {
            children["before"] = FieldGroup(children: ["price": FieldValue(before, locale)].compactMapValues(\.self))
            children["percent"] = percent.map { FieldValue($0, locale) }
        }
        children["source"] = FieldGroup(
            plain: ["name": context.sourceName, "title": context.sourceTitle ?? context.sourceName], locale)
    }

    init(plain texts: [String: String?], _ locale: LayoutLocale) {
        children = texts.compactMapValues { FieldValue(plain: $0, locale) }
    }

    private init(_ item: Item, _ locale: LayoutLocale, html: @escaping HTMLReading) {
        let product = item.product
        self.init(
            plain: [
                "title": item.title, "link": item.link, "author": item.authors.first,
                "authors": item.authors.joined(separator: ", "), "categories": item.categories.joined(separator: ", "),
                "image": item.images.first, "audio": item.enclosure(.audio), "video": item.enclosure(.video),
                "file": item.enclosure(.file), "brand": product?.brand,
                "availability": product?.availability.flatMap(Self.availability), "condition": product?.condition,
                "sku": product?.sku, "gtin": product?.gtin, "mpn": product?.mpn,
            ], locale)
        children["published"] = FieldValue(item.published, locale)
        children["updated"] = FieldValue(item.updated, locale)
        children["price"] = FieldValue(product?.effectivePrice, locale)
        children["regular_price"] = product?.salePrice == nil ? nil : FieldValue(product?.price, locale)
        children["sale_price"] = FieldValue(product?.salePrice, locale)
        costly["summary"] = { FieldValue(html: item.summary, reading: html, locale) }
        costly["content"] = { FieldValue(html: item.content, reading: html, locale) }
    }

    private static func availability(_ availability: Availability) -> String? {
        switch availability {
        case .inStock: "in stock"
        case .outOfStock: "out of stock"
        case .preorder: "preorder"
        case .backorder: "backorder"
        case .unknown: nil
        }
    }

    /// The price that was known before, if it differs and is in the same currency, and the whole percent it fell by.
    private static func comparison(_ change: Change) -> (before: Money, percent: Int?)? {
        guard let before = change.before?.price, let now = change.after?.product?.effectivePrice,
            before.currency == now.currency, before.amount != now.amount, before.amount.digits > 0,
            now.amount.digits > 0
        else { return nil }
        let percent = before.amount.percentDrop(to: now.amount)
        return (before, percent > 0 ? percent : nil)
    }
}

extension Item {
    /// The address of the first file of a kind that comes with it; `file` is what is no picture, sound or video.
    fileprivate func enclosure(_ kind: Media.Kind) -> String? {
        enclosures.first { $0.mediaKind == kind }?.url
    }
}

extension Enclosure {
    private static let endings: [Media.Kind: Set<String>] = [
        .image: ["jpg", "jpeg", "png", "gif", "webp", "avif", "heic"],
        .audio: ["mp3", "m4a", "m4b", "ogg", "oga", "opus", "aac", "flac", "wav"],
        .video: ["mp4", "m4v", "mov", "webm", "mkv", "avi", "ogv"],
    ]

    /// By its type, or else by how its address ends.
    fileprivate var mediaKind: Media.Kind {
        let stated = type?.lowercased() ?? ""
        for kind in [Media.Kind.image, .audio, .video] where stated.hasPrefix("\(kind.rawValue)/") { return kind }
        let path = url.prefix { $0 != "?" && $0 != "#" }
        let ending = path.split(separator: "/").last?.split(separator: ".").last?.lowercased() ?? ""
        guard stated.isEmpty || stated == "application/octet-stream" else { return .file }
        return Self.endings.first { $0.value.contains(ending) }?.key ?? .file
    }
}
