/// Finds out from the first bytes what a document is: the one place where formats are told apart before parsing.
enum DocumentSniffer {
    enum Verdict: Equatable {
        /// XML whose text begins at this offset of the decoded head: what stands before is junk.
        case xml(start: Int)
        case json(start: Int)
        case csv(start: Int)
        /// A web page: its title and its links are to be looked up.
        case webPage
        case notAFeed(String)
        /// More bytes are needed.
        case undecided
    }

    /// How much is looked at, at most.
    static let window = 64 * 1024

    /// Files that are known by their first bytes, whatever the encoding.
    static func binaryKind(_ raw: [UInt8]) -> String? {
        let kinds: [([UInt8], String)] = [
            (Array("%PDF".utf8), "a PDF file"),
            ([0x89, 0x50, 0x4E, 0x47], "a PNG picture"),
            ([0xFF, 0xD8, 0xFF], "a JPEG picture"),
            (Array("GIF8".utf8), "a GIF picture"),
            (Array("RIFF".utf8), "a RIFF file (a picture, sound or video)"),
            ([0x42, 0x5A, 0x68], "a bzip2 file"),
            ([0xFD, 0x37, 0x7A, 0x58, 0x5A], "an xz file"),
            ([0x28, 0xB5, 0x2F, 0xFD], "a zstd file"),
        ]
        return kinds.first { raw.starts(with: $0.0) }?.1
    }

    /// - Parameters:
    ///   - head: The document's first bytes as UTF-8.
    ///   - columns: The columns that a mapping names, as ``CSVName/key(_:)`` has them.
    ///   - isWhole: No more bytes will come.
    /// - Returns: `undecided` only while more bytes may come and the window is not full.
    static func verdict(_ head: UnsafeBufferPointer<UInt8>, columns: Set<String>, isWhole: Bool) -> Verdict {
        let isLast = isWhole || head.count >= window
        var start = 0
        while start < head.count {
            if head[start].isXMLSpace || head[start] == 0 || head[start] == 0x0C {
                start += 1
            } else if head[start...].starts(with: [0xEF, 0xBB, 0xBF]) {
                start += 3
            } else {
                break
            }
        }
        guard start < head.count else { return isLast ? .notAFeed("an empty document") : .undecided }
        switch head[start] {
        case UInt8(ascii: "{"), UInt8(ascii: "["): return .json(start: start)
        case UInt8(ascii: "<"): break
        default:
            if let root = feedStart(in: head, from: start) { return .xml(start: root) }
            guard isLast else { return .undecided }
            let rest = UnsafeBufferPointer(rebasing: head[start...])
            return CSVDialect.looksLikeCSV(rest, names: columns) ? .csv(start: start) : .notAFeed("plain text")
        }
        guard let tag = firstTag(in: head, from: start) else {
            return isLast ? .xml(start: start) : .undecided
        }
        if tag.isWebPage { return .webPage }
        if head[start...].starts(with: Array("<?xml".utf8)) || tag.isFeedRoot { return .xml(start: start) }
        // A warning of the publisher's program may stand before the document itself.
        if tag.looksLikeHTML {
            if let root = feedStart(in: head, from: start) { return .xml(start: root) }
            return isLast ? .webPage : .undecided
        }
        return .xml(start: start)
    }

    private static func feedStart(in head: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
        let openings = [
            "<?xml ", "<rss", "<feed", "<rdf:RDF", "<yml_catalog", "<SHOP", "<offers", "<Products", "<products",
        ].map { Array($0.utf8) }
        for index in head.indices[start...] where head[index] == UInt8(ascii: "<") {
            if openings.contains(where: { head[index...].starts(with: $0) }) { return index }
        }
        return nil
    }

    private struct FirstTag {
        var name: String
        var isDoctypeHTML: Bool

        var isWebPage: Bool { isDoctypeHTML || ["html", "head", "body"].contains(name) }
        var isFeedRoot: Bool { ["rss", "feed", "rdf", "channel", "opml"].contains(name) }
        var looksLikeHTML: Bool {
            ["br", "b", "p", "div", "font", "title", "meta", "script", "h1", "pre", "center", "table"].contains(name)
        }
    }

    /// The name of the first element, after comments, processing instructions and the DOCTYPE; nil when it is not
    /// there yet.
    private static func firstTag(in head: UnsafeBufferPointer<UInt8>, from start: Int) -> FirstTag? {
        var index = start
        var isHTML = false
        while let open = head[index...].firstIndex(of: UInt8(ascii: "<")) {
            let rest = head[(open + 1)...]
            if rest.starts(with: Array("!--".utf8)) {
                guard let end = find("-->", in: head, from: open + 4) else { return nil }
                index = end
            } else if rest.first == UInt8(ascii: "?") || rest.first == UInt8(ascii: "!") {
                guard let end = find(">", in: head, from: open) else { return nil }
                let words = String(decoding: head[open..<min(end, open + 64)], as: UTF8.self).asciiLowercased.collapsed
                if words.hasPrefix("<!doctype html") { isHTML = true }
                index = end
            } else {
                let name = rest.prefix { !$0.isXMLSpace && $0 != UInt8(ascii: ">") && $0 != UInt8(ascii: "/") }
                guard name.endIndex < head.endIndex else { return nil }
                let text = String(decoding: name, as: UTF8.self).asciiLowercased
                let local = text.split(separator: ":").last.map(String.init) ?? text
                return FirstTag(name: local, isDoctypeHTML: isHTML)
            }
        }
        return nil
    }

    private static func find(_ needle: String, in head: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
        let needle = Array(needle.utf8)
        guard start < head.count, let first = needle.first else { return nil }
        for index in start..<head.count where head[index] == first && head[index...].starts(with: needle) {
            return index + needle.count
        }
        return nil
    }
}
