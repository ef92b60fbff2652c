import CLibXML2
import CampaignModel

/// Follows the elements of a list of subscriptions.
final class OutlineSink: XMLSink {
    private enum Kind { case opml, rdf, tabs }

    private enum Target { case title, owner, created, name }

    /// Bytes of a text that are looked at.
    private static let longestText = 4096

    private let limits: ReadLimits
    private var names: XMLNameLimits
    private var kind: Kind?
    /// How many namespaces each open element declares.
    private var declared: [Int] = []
    private var isInHead = false

    private var list: OutlineCollector
    private var people = FOAFPeople()
    private var folders: [(depth: Int, name: String)] = []
    /// iGoogle: the depth of the module that is a feed.
    private var moduleDepth = 0

    private var target: Target?
    private var targetDepth = 0
    private var text = ByteBuffer(capacity: 256)

    /// The document is a feed or catalog itself.
    private(set) var isFeed = false

    init(_ limits: ReadLimits) {
        self.limits = limits
        names = XMLNameLimits(limits)
        list = OutlineCollector(limits)
    }

    var outlines: Outlines { list.outlines }

    private var depth: Int { declared.count }

    // MARK: Elements

    override func start(
        _ local: UnsafePointer<xmlChar>, _ prefix: UnsafePointer<xmlChar>?, _ uri: UnsafePointer<xmlChar>?,
        _ namespaces: XMLNamespaces, _ attributes: XMLAttributes
    ) {
        guard failure == nil else { return }
        guard depth < limits.depth else { return fail("its elements are nested deeper than \(limits.depth)") }
        if let excess = names.open(local, prefix, uri, namespaces, attributes) { return fail(excess) }
        declared.append(namespaces.count)
        target = nil
        let name = String(cString: local).asciiLowercased
        guard depth > 1 else { return open(name, local, prefix, uri, namespaces, attributes) }
        switch kind {
        case .opml: startOPML(name, attributes)
        case .rdf: startRDF(name, attributes)
        case .tabs: startTabs(name, attributes)
        case nil: break
        }
        if list.count > OutlineReader.mostOutlines { fail("it has more than \(OutlineReader.mostOutlines) outlines") }
    }

    private func open(
        _ name: String, _ local: UnsafePointer<xmlChar>, _ prefix: UnsafePointer<xmlChar>?,
        _ uri: UnsafePointer<xmlChar>?, _ namespaces: XMLNamespaces, _ attributes: XMLAttributes
    ) {
        switch name {
        case "opml":
            kind = .opml
            list.outlines.version = attributes("version")?.trimmedOrNil
        case "rdf": kind = .rdf
        case "gadgettabml": kind = .tabs
        default:
            let address = uri.map { String(cString: $0) }
            let root = XMLName(
                namespace: XMLNamespace(uri: address, prefix: prefix.map { String(cString: $0) }), local: name)
            switch XMLFormat.of(root, address, namespaces, attributes) {
            case .format: failAsFeed()
            case .notAFeed(let what): fail(.notAFeed(what))
            case .unknown:
                let root = String(cString: local).prefix(64)
                fail(.notAFeed("XML of an unknown kind (its root element is <\(root)>)"))
            }
        }
    }

    private func failAsFeed() {
        isFeed = true
        fail(.notAFeed("a feed itself"))
    }

    override func end() {
        guard failure == nil, let namespaces = declared.last else { return }
        if let target, targetDepth == depth { finish(target) }
        if folders.last?.depth == depth { folders.removeLast() }
        if moduleDepth == depth { moduleDepth = 0 }
        if kind == .opml, depth == 2 { isInHead = false }
        if kind == .rdf { people.end(depth, &list) }
        names.close(namespaces: namespaces)
        declared.removeLast()
        if depth == 0, kind == .rdf, !people.wereFound { fail(.notAFeed("RDF without people or their feeds")) }
    }

    // MARK: Texts

    private func capture(_ target: Target) {
        self.target = target
        targetDepth = depth
        text.clear()
    }

    override func characters(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard failure == nil, target != nil, text.count < Self.longestText else { return }
        text.append(bytes)
    }

    private func finish(_ target: Target) {
        self.target = nil
        let whole = text.bytes.cut(to: Self.longestText)
        guard let line = String(decoding: whole, as: UTF8.self).collapsed.trimmedOrNil else { return }
        switch target {
        case .title: if list.outlines.title == nil { list.outlines.title = line }
        case .owner: if list.outlines.owner == nil { list.outlines.owner = line }
        case .created: if list.outlines.created == nil { list.outlines.created = DateText.timestamp(line) }
        case .name: people.name(line, depth)
        }
    }

    // MARK: OPML

    private func startOPML(_ name: String, _ attributes: XMLAttributes) {
        if depth == 2 { isInHead = name == "head" }
        if isInHead, depth == 3 {
            switch name {
            case "title": capture(.title)
            case "ownername": capture(.owner)
            case "datecreated": capture(.created)
            default: break
            }
        }
        if name == "outline" { outline(attributes) }
    }

    private func outline(_ attributes: XMLAttributes) {
        list.count += 1
        // OPML wants `text`, and shows it; `title` is what the feed says of itself.
        let title = line(attributes("text")) ?? line(attributes("title"))
        let type = line(attributes("type"))?.asciiLowercased
        if let address = attributes("xmlurl")?.trimmedOrNil {
            guard type != "source" else { return list.add(list: address, title: title) }
            let categories = OutlineCollector.categories(attributes("category") ?? "")
            return list.add(address, title: title, folder: folders.map(\.name), categories: categories)
        }
        if type == "link" || type == "include" {
            if let address = attributes("url")?.trimmedOrNil { list.add(list: address, title: title) }
            return
        }
        if let page = attributes("htmlurl")?.trimmedOrNil { return list.add(page: page, title: title) }
        if let title, attributes("xmlurl") == nil { folders.append((depth, title)) }
    }

    private func line(_ text: String?) -> String? {
        guard let text = text?.collapsed.trimmedOrNil else { return nil }
        return text.utf8.count <= Self.longestText ? text : String(text.prefix(Self.longestText / 4))
    }

    // MARK: iGoogle

    private func startTabs(_ name: String, _ attributes: XMLAttributes) {
        switch name {
        case "tab":
            if let title = line(attributes("title")) { folders.append((depth, title)) }
        case "module":
            list.count += 1
            if line(attributes("type"))?.asciiLowercased == "rss" { moduleDepth = depth }
        case "moduleprefs":
            guard moduleDepth > 0, let address = attributes("xmlurl")?.trimmedOrNil else { return }
            list.add(address, title: line(attributes("title")), folder: folders.map(\.name))
        default: break
        }
    }

    // MARK: FOAF

    private func startRDF(_ name: String, _ attributes: XMLAttributes) {
        // RSS has its channel and its items there.
        if depth == 2, name == "channel" || name == "item" { return failAsFeed() }
        if people.start(name, attributes, depth, &list) { capture(.name) }
    }
}
