import CampaignModel

/// RSS 0.91 to 2.0, and Google Merchant's catalogs, which are RSS with fields of their own.
final class RSSDialect: XMLDialect {
    private let collector: ItemCollector
    private let limit: Int
    private var draft: ItemDraft?
    private var itemDepth = 0
    private var isPermalink = true
    private var guid: String?
    /// `<id>` without a namespace: catalogs that leave Google's out.
    private var plainID: String?

    init(_ options: ReadOptions, _ collector: ItemCollector) {
        self.collector = collector
        limit = options.limits.values
        collector.setFormat(.rss20)
    }

    var isInItem: Bool { draft != nil }

    func start(_ name: XMLName, _ attributes: XMLAttributes, _ place: XMLPlace) -> XMLCapture {
        guard draft != nil else { return startOutside(name, attributes, place) }
        if place.depth == itemDepth + 1 { return startField(name, attributes, place) }
        return startNested(name, attributes, place)
    }

    func end(_ name: XMLName, _ text: String?, _ place: XMLPlace) {
        guard draft != nil else { return endOutside(name, text, place) }
        if place.depth == itemDepth {
            endItem()
        } else if place.depth == itemDepth + 1 {
            if let text { endField(name, text, place) } else { endEmptyField(name, place) }
        } else if let text {
            endNested(name, text, place)
        }
    }

    // MARK: Outside of items

    private func startOutside(_ name: XMLName, _ attributes: XMLAttributes, _ place: XMLPlace) -> XMLCapture {
        switch (name.namespace, name.word) {
        case (.plain, .item):
            draft = ItemDraft()
            itemDepth = place.depth
            isPermalink = true
            guid = nil
            plainID = nil
            return .none
        case (.atom, .link) where place.parent?.word == .channel:
            channelLink(attributes, place)
            return .none
        case (.itunes, .image) where place.parent?.word == .channel:
            let address = attributes("href").flatMap {
                WebAddress.absolute($0, base: place.base ?? collector.documentBase)
            }
            collector.feed.image = collector.feed.image ?? address
            return .none
        case (.plain, .title), (.plain, .link), (.plain, .language), (.plain, .pubDate), (.plain, .lastBuildDate),
            (.dc, .date), (.dc, .language), (.plain, .url):
            return .text
        case (.plain, .description): return .html
        default: return .none
        }
    }

    private func channelLink(_ attributes: XMLAttributes, _ place: XMLPlace) {
        guard let href = attributes("href"),
            let address = WebAddress.absolute(href, base: place.base ?? collector.options.baseURL)
        else { return }
        switch attributes("rel")?.asciiLowercased {
        case "hub": collector.feed.hub = collector.feed.hub ?? address
        case "next": collector.feed.next = collector.feed.next ?? address
        case "alternate", nil:
            guard collector.feed.link == nil else { break }
            collector.feed.link = address
            collector.siteLink = address
        default: break
        }
    }

    private func endOutside(_ name: XMLName, _ text: String?, _ place: XMLPlace) {
        guard let text else { return }
        if place.parent?.word == .image, name.word == .url {
            let address = WebAddress.absolute(text, base: place.base ?? collector.documentBase)
            collector.feed.image = address ?? collector.feed.image
        }
        guard place.parent?.word == .channel else { return }
        switch (name.namespace, name.word) {
        case (.plain, .title): collector.feed.title = collector.feed.title ?? TitleText.line(text)
        case (.plain, .link):
            guard collector.feed.link == nil else { break }
            collector.feed.link = WebAddress.absolute(text, base: place.base ?? collector.options.baseURL)
            collector.siteLink = collector.feed.link
        case (.plain, .description): collector.feed.description = collector.feed.description ?? text
        case (_, .language): collector.feed.language = collector.feed.language ?? text
        case (.plain, .lastBuildDate): collector.feed.updated = collector.date(text, item: nil)
        case (_, .pubDate), (.dc, .date):
            collector.feed.updated = collector.feed.updated ?? collector.date(text, item: nil)
        default: break
        }
    }

    // MARK: Fields of an item

    private func startField(_ name: XMLName, _ attributes: XMLAttributes, _ place: XMLPlace) -> XMLCapture {
        if GoogleFields.contains(name) { return .text }
        switch (name.namespace, name.word) {
        case (.plain, .guid):
            isPermalink = attributes("isPermaLink")?.asciiLowercased.trimmedOrNil != "false"
            return .text
        case (.plain, .enclosure):
            draft?.file(
                attributes("url"), type: attributes("type"), length: attributes("length"), medium: nil,
                base: place.base, limit: limit)
            return .none
        case (.atom, .link):
            let relation = attributes("rel")?.asciiLowercased ?? "alternate"
            if relation == "alternate" { draft?.link(attributes("href"), rank: 3, base: place.base) }
            return .none
        case (.media, .content), (.media, .thumbnail):
            media(name, attributes, place)
            return .none
        case (.itunes, .image):
            draft?.image(attributes("href"), rank: 2, base: place.base, limit: limit)
            return .none
        case (.itunes, .category):
            draft?.category(attributes("text")?.trimmedOrNil, limit: limit)
            return .none
        case (.plain, .description), (.content, .encoded), (.xhtml, .body), (.xhtml, .div):
            if draft?.htmlBase == nil { draft?.htmlBase = place.base }
            return name.namespace == .xhtml ? .xhtml : .html
        case (.plain, .id), (.plain, .title), (.plain, .link), (.plain, .pubDate), (.plain, .author),
            (.plain, .category),
            (.dc, .creator), (.dc, .date), (.dc, .subject), (.dc, .title), (.itunes, .author),
            (.dcterms, .modified), (.dcterms, .created), (.dcterms, .issued), (.atom, .updated), (.atom, .published),
            (.dc, .description), (.atom, .summary), (.itunes, .summary):
            return .text
        default: return .none
        }
    }

    private func endField(_ name: XMLName, _ text: String, _ place: XMLPlace) {
        guard let draft else { return }
        if GoogleFields.contains(name) {
            return GoogleFields.set(name.word, text, draft, place, limit: limit)
        }
        switch (name.namespace, name.word) {
        case (.plain, .guid): guid = text
        case (.plain, .id): plainID = text.collapsed
        case (.plain, .title): draft.title = draft.title ?? TitleText.line(text)
        case (.dc, .title): draft.title = draft.title ?? TitleText.line(text)
        case (.plain, .link): draft.link(text, rank: 1, base: place.base)
        case (.plain, .description): draft.summary = draft.summary ?? text
        case (.dc, .description), (.atom, .summary), (.itunes, .summary): draft.summary = draft.summary ?? text
        case (.content, .encoded): draft.content = text
        case (.xhtml, _): draft.content = draft.content ?? text
        case (.plain, .pubDate): draft.publish(text, rank: 0)
        case (.dc, .date): draft.publish(text, rank: 1)
        case (.dcterms, .issued), (.dcterms, .created), (.atom, .published): draft.publish(text, rank: 2)
        case (.dcterms, .modified), (.atom, .updated): draft.update(text, rank: 0)
        case (_, .author), (.dc, .creator): draft.author(TitleText.line(text), limit: limit)
        case (_, .category), (.dc, .subject): draft.category(TitleText.line(text), limit: limit)
        default: break
        }
    }

    private func endEmptyField(_ name: XMLName, _ place: XMLPlace) {
        if GoogleFields.contains(name), let draft {
            GoogleFields.set(name.word, nil, draft, place, limit: limit)
        }
    }

    // MARK: Elements within fields

    private func startNested(_ name: XMLName, _ attributes: XMLAttributes, _ place: XMLPlace) -> XMLCapture {
        switch (place.parent?.namespace, place.parent?.word, name.namespace, name.word) {
        case (.media, .group, .media, .content), (.media, .group, .media, .thumbnail),
            (.media, .content, .media, .thumbnail):
            media(name, attributes, place)
            return .none
        case (.plain, .image, .plain, .url), (.atom, .author, .atom, .name), (.plain, .author, _, .name): return .text
        default: return .none
        }
    }

    private func endNested(_ name: XMLName, _ text: String, _ place: XMLPlace) {
        switch name.word {
        case .url: draft?.image(text, rank: 6, base: place.base, limit: limit)
        case .name: draft?.author(text, limit: limit)
        default: break
        }
    }

    private func media(_ name: XMLName, _ attributes: XMLAttributes, _ place: XMLPlace) {
        guard let url = attributes("url") else { return }
        if name.word == .thumbnail {
            draft?.image(url, rank: 3, base: place.base, limit: limit)
        } else {
            let isImage =
                attributes("medium")?.asciiLowercased == "image"
                || attributes("type")?.asciiLowercased.hasPrefix("image/") == true
            if isImage { draft?.image(url, rank: 4, base: place.base, limit: limit) }
        }
    }

    // MARK: The end of an item

    private func endItem() {
        guard let draft else { return }
        self.draft = nil
        if draft.product != nil { draft.id = draft.id ?? plainID }
        if let guid {
            draft.id = draft.product == nil ? guid : draft.id ?? guid
            // Some say isPermaLink and mean nothing by it.
            if isPermalink, WebAddress.isHTTP(guid) { draft.link(guid, rank: 2, base: nil) }
        }
        if let file = draft.files.first { draft.links.append((9, file.address)) }
        if !collector.hasItems { collector.setFormat(draft.product == nil ? .rss20 : .googleRSS) }
        collector.add(draft)
    }
}
