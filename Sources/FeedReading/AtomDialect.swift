import CampaignModel

/// Atom 1.0, and Google Merchant's catalogs in Atom.
final class AtomDialect: XMLDialect {
    private let collector: ItemCollector
    private let limit: Int
    private var draft: ItemDraft?
    private var entryDepth = 0
    private var contentKind = ContentKind.text
    private var personName: String?
    private var sourceAuthors: [String] = []

    /// What an Atom text construct says of itself.
    private enum ContentKind {
        case text, html, xhtml
        /// Base64 of something, or a reference: nothing to read.
        case other

        init(_ type: String?) {
            switch type?.asciiLowercased.trimmedOrNil {
            case nil, "text", "text/plain": self = .text
            case "html", "text/html": self = .html
            case "xhtml", "application/xhtml+xml": self = .xhtml
            case let type? where type.hasSuffix("+xml") || type.hasSuffix("/xml"): self = .xhtml
            case let type? where type.hasPrefix("text/"): self = .text
            default: self = .other
            }
        }
    }

    init(_ options: ReadOptions, _ collector: ItemCollector) {
        self.collector = collector
        limit = options.limits.values
        collector.setFormat(.atom10)
    }

    var isInItem: Bool { draft != nil }

    func start(_ name: XMLName, _ attributes: XMLAttributes, _ place: XMLPlace) -> XMLCapture {
        let name = Self.known(name)
        if draft == nil, name == XMLName(namespace: .atom, word: .entry) {
            draft = ItemDraft()
            entryDepth = place.depth
            sourceAuthors = []
            return .none
        }
        guard draft != nil else {
            if place.depth == 1 { collector.feed.language = attributes("lang", prefix: "xml")?.trimmedOrNil }
            if place.depth == 2 { return startFeedField(name, attributes, place) }
            return isName(name, of: place) && place.depth == 3 ? .text : .none
        }
        if place.depth == entryDepth + 1 { return startField(name, attributes, place) }
        return startNested(name, attributes, place)
    }

    func end(_ name: XMLName, _ text: String?, _ place: XMLPlace) {
        let name = Self.known(name)
        if draft == nil {
            if place.depth == 2 { endFeedField(name, text, place) }
            if place.depth == 3, let text, isName(name, of: place), let person = PersonText.name(text),
                collector.feedAuthors.count < limit
            {
                collector.feedAuthors.append(person)
            }
        } else if place.depth == entryDepth {
            endEntry()
        } else if place.depth == entryDepth + 1 {
            endField(name, text, place)
        } else if let text, isName(name, of: place) {
            if place.depth == entryDepth + 2 {
                draft?.author(text, limit: limit)
            } else if let person = PersonText.name(text) {
                sourceAuthors.append(person)
            }
        }
    }

    /// Elements of a feed without any namespace are meant as Atom's.
    private static func known(_ name: XMLName) -> XMLName {
        name.namespace == .plain && !GoogleFields.contains(name) ? XMLName(namespace: .atom, word: name.word) : name
    }

    private func isName(_ name: XMLName, of place: XMLPlace) -> Bool {
        guard name == XMLName(namespace: .atom, word: .name), let parent = place.parent.map(Self.known) else {
            return false
        }
        return parent == XMLName(namespace: .atom, word: .author)
    }

    // MARK: The feed

    private func startFeedField(_ name: XMLName, _ attributes: XMLAttributes, _ place: XMLPlace) -> XMLCapture {
        guard name.namespace == .atom else { return .none }
        switch name.word {
        case .title, .subtitle, .tagline: return textConstruct(attributes)
        case .updated, .modified, .logo, .icon: return .text
        case .link:
            feedLink(attributes, place)
            return .none
        default: return .none
        }
    }

    private func feedLink(_ attributes: XMLAttributes, _ place: XMLPlace) {
        guard let href = attributes("href"),
            let address = WebAddress.absolute(href, base: place.base ?? collector.options.baseURL)
        else { return }
        switch attributes("rel")?.asciiLowercased ?? "alternate" {
        case "alternate":
            guard collector.feed.link == nil || attributes("type") == "text/html" else { break }
            collector.feed.link = address
            collector.siteLink = address
        case "hub": collector.feed.hub = collector.feed.hub ?? address
        case "next": collector.feed.next = collector.feed.next ?? address
        default: break
        }
    }

    private func endFeedField(_ name: XMLName, _ text: String?, _ place: XMLPlace) {
        guard let text, name.namespace == .atom else { return }
        switch name.word {
        case .title: collector.feed.title = line(text)
        case .subtitle, .tagline: collector.feed.description = line(text)
        case .updated, .modified: collector.feed.updated = collector.date(text, item: nil)
        case .logo: collector.feed.image = WebAddress.absolute(text, base: place.base ?? collector.documentBase)
        case .icon:
            let icon = WebAddress.absolute(text, base: place.base ?? collector.documentBase)
            collector.feed.image = collector.feed.image ?? icon
        default: break
        }
    }

    // MARK: Text constructs

    private func textConstruct(_ attributes: XMLAttributes) -> XMLCapture {
        contentKind = ContentKind(attributes("type"))
        return switch contentKind {
        case .text: .text
        case .html: .html
        case .xhtml: .xhtml
        case .other: .none
        }
    }

    private func line(_ text: String) -> String? {
        contentKind == .text ? text.collapsed.trimmedOrNil : HTMLText.line(html: text).trimmedOrNil
    }

    /// As HTML, whatever it was.
    private func html(_ text: String) -> String? {
        switch contentKind {
        case .text: HTMLText.escape(text)
        case .html: text
        case .xhtml: HTMLText.withoutWrapper(text)
        case .other: nil
        }
    }

    // MARK: Entries

    private func startField(_ name: XMLName, _ attributes: XMLAttributes, _ place: XMLPlace) -> XMLCapture {
        if GoogleFields.contains(name) { return .text }
        switch (name.namespace, name.word) {
        case (.atom, .id), (.atom, .published), (.atom, .updated), (.atom, .issued), (.atom, .modified),
            (.atom, .created), (.dc, .date), (.dc, .creator), (.dc, .subject):
            return .text
        case (.atom, .title): return textConstruct(attributes)
        case (.atom, .summary), (.atom, .content):
            if let base = place.base { draft?.htmlBase = base }
            if name.word == .content, let source = attributes("src") {
                // The content lies elsewhere; when nothing else is stated, that is where the entry leads.
                draft?.link(source, rank: 8, base: place.base)
                contentKind = .other
                return .none
            }
            return textConstruct(attributes)
        case (.atom, .link): link(attributes, place)
        case (.atom, .category):
            draft?.category(attributes("term")?.trimmedOrNil ?? attributes("label")?.trimmedOrNil, limit: limit)
        case (.media, .thumbnail), (.media, .content): media(name, attributes, place)
        case (.itunes, .image): draft?.image(attributes("href"), rank: 2, base: place.base, limit: limit)
        default: break
        }
        return .none
    }

    private func startNested(_ name: XMLName, _ attributes: XMLAttributes, _ place: XMLPlace) -> XMLCapture {
        if isName(name, of: place) {
            let grand = place.path.count > 2 ? Self.known(place.path[place.path.count - 3]).word : .unknown
            return place.depth == entryDepth + 2 || grand == .source ? .text : .none
        }
        if name.namespace == .media, place.parent?.namespace == .media,
            name.word == .thumbnail || name.word == .content
        {
            media(name, attributes, place)
        }
        return .none
    }

    private func link(_ attributes: XMLAttributes, _ place: XMLPlace) {
        guard let href = attributes("href") else { return }
        switch attributes("rel")?.asciiLowercased ?? "alternate" {
        case "alternate", "http://www.iana.org/assignments/relation/alternate":
            let type = attributes("type")?.asciiLowercased
            draft?.link(href, rank: type == nil || type == "text/html" ? 1 : 2, base: place.base)
        case "enclosure":
            draft?.file(
                href, type: attributes("type"), length: attributes("length"), medium: nil, base: place.base,
                limit: limit)
        default: break
        }
    }

    private func media(_ name: XMLName, _ attributes: XMLAttributes, _ place: XMLPlace) {
        let isImage =
            attributes("medium")?.asciiLowercased == "image"
            || attributes("type")?.asciiLowercased.hasPrefix("image/") == true
        if name.word == .thumbnail {
            draft?.image(attributes("url"), rank: 3, base: place.base, limit: limit)
        } else if isImage {
            draft?.image(attributes("url"), rank: 4, base: place.base, limit: limit)
        }
    }

    private func endField(_ name: XMLName, _ text: String?, _ place: XMLPlace) {
        guard let draft else { return }
        if GoogleFields.contains(name) { return GoogleFields.set(name.word, text, draft, place, limit: limit) }
        guard let text else { return }
        switch (name.namespace, name.word) {
        case (.atom, .id): draft.id = draft.id ?? text
        case (.atom, .title): draft.title = draft.title ?? line(text)
        case (.atom, .summary): draft.summary = draft.summary ?? html(text)
        case (.atom, .content): draft.content = draft.content ?? html(text)
        case (.atom, .published), (.atom, .issued): draft.publish(text, rank: 0)
        case (.dc, .date), (.atom, .created): draft.publish(text, rank: 1)
        case (.atom, .updated), (.atom, .modified): draft.update(text, rank: 0)
        case (.dc, .creator): draft.author(text, limit: limit)
        case (.dc, .subject): draft.category(text.collapsed, limit: limit)
        default: break
        }
    }

    private func endEntry() {
        guard let draft else { return }
        self.draft = nil
        if draft.authors.isEmpty { draft.authors = sourceAuthors }
        if !collector.hasItems { collector.setFormat(draft.product == nil ? .atom10 : .googleAtom) }
        collector.add(draft)
    }
}
