import CampaignModel

/// Finds out what kind of JSON a document is, from what is met in it.
struct JSONKindFinder {
    /// What the document is, once that is known.
    private(set) var kind: JSONKind?
    /// The format of a JSON Feed; 1.1 as long as its version is not met.
    private(set) var feedFormat = DocumentFormat.json11
    /// Whether the outermost value is an array.
    var isArray = false
    /// True once something of the format was met, be it an empty list.
    var isFound = false

    private let mapping: DocumentMapping?
    private var hasVersion = false
    /// What the first list of items is one of by its name, for documents without items.
    private var list: JSONKind?
    private var keys: [String] = []

    /// Keys that are named, and characters of each.
    private static let named = 6
    private static let longest = 40

    init(_ options: ReadOptions) {
        mapping = options.mapping
        if mapping != nil {
            kind = .custom
        } else {
            switch options.format {
            case .json1?, .json11?: kind = .feed
            case .rssJSON?: kind = .rss
            case .shopifyJSON?: kind = .shopify
            default: break
            }
        }
    }

    /// How many containers are open within the outermost object, or within one of the outermost array.
    var objectDepth: Int { isArray ? 2 : 1 }

    /// - Returns: True when that was not known before.
    mutating func decide(_ kind: JSONKind) -> Bool {
        guard self.kind == nil else { return false }
        self.kind = kind
        return true
    }

    /// Takes note of a list of items that begins.
    mutating func note(list kind: JSONKind) {
        isFound = true
        list = list ?? kind
    }

    /// Takes note of a key of an outermost object.
    mutating func note(_ key: UnsafeBufferPointer<UInt8>) {
        guard !isFound, keys.count < Self.named else { return }
        let text = String(String(decoding: key, as: UTF8.self).printable.prefix(Self.longest))
        if !keys.contains(text) { keys.append(text) }
    }

    /// Takes note of the document's version.
    ///
    /// - Returns: True when it is one of JSON Feed. Some write the bare number; then the items must tell.
    mutating func version(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        let text = String(decoding: bytes.prefix(200), as: UTF8.self).asciiLowercased
        let isFeed = text.containsText("jsonfeed.org/version/")
        hasVersion = !text.isEmpty
        feedFormat = text.hasSuffix("1.1") || text.hasSuffix("1.1/") ? .json11 : .json1
        if isFeed || kind == .feed { isFound = true }
        return isFeed
    }

    /// What a complete document is that may have had no item; nil when it is of no kind that is known. With `hasLink` it
    /// states the address of a site.
    func kindAtEnd(hasLink: Bool) -> JSONKind? {
        // The owner may have told what it is; an error message in its place must not pass for a list that became empty.
        if let kind { return isFound ? kind : nil }
        // A list without items says what it is a list of by its name, and by little else.
        switch list {
        case .shopify?: return .shopify
        case .feed? where hasVersion || hasLink: return .feed
        default: return nil
        }
    }

    /// What the document is when it is no feed.
    var refusal: Breakage {
        if keys.isEmpty { return .notAFeed(isArray ? "a JSON list without objects in it" : "JSON with nothing in it") }
        if let mapping {
            let path = String(mapping.item.printable.prefix(80))
            return .unmapped(message: "nothing stands at “\(path)”, where the items should be", line: 0)
        }
        return .notAFeed("JSON of an unknown kind (its keys are \(keys.map { "“\($0)”" }.joined(separator: ", ")))")
    }
}
