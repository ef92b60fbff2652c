package import CampaignModel

extension HubOffer {
    /// Longer addresses are not meant for requests.
    private static let mostBytes = 2048

    /// What an answer and its document say of a hub; the answer's `Link` headers come first (W3C WebSub, 4). Nil when
    /// there is no hub that can be asked.
    ///
    /// - Parameters:
    ///   - headers: Those of the answer.
    ///   - feed: What the document says of itself.
    ///   - address: Where it was found; the topic, when the document does not say where it is itself.
    package init?(_ headers: [HTTPHeader], _ feed: FeedDescription?, foundAt address: String) {
        let links = headers.values(of: "Link").flatMap(WebLink.all)
        func link(_ relation: String) -> String? { links.first { $0.relations.contains(relation) }?.target }
        guard let hub = link("hub") ?? feed?.hub else { return nil }
        let topic = link("self") ?? feed?.selfLink ?? address
        guard Self.canBeAsked(hub), Self.canBeAsked(topic) else { return nil }
        self.init(hub: hub, topic: topic)
    }

    private static func canBeAsked(_ address: String) -> Bool {
        let start = address.prefix(8).lowercased()
        return (start.hasPrefix("http://") || start.hasPrefix("https://")) && address.utf8.count <= mostBytes
            && address.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F }
    }
}

/// One link of a `Link` header (RFC 8288, 3).
private struct WebLink {
    var target: String
    /// In small letters.
    var relations: [String]

    static func all(in header: String) -> [WebLink] {
        var links: [WebLink] = []
        var rest = header.utf8[...]
        while let open = rest.firstIndex(of: UInt8(ascii: "<")) {
            rest = rest[rest.index(after: open)...]
            guard let close = rest.firstIndex(of: UInt8(ascii: ">")) else { break }
            let target = String(Substring(rest[..<close]))
            rest = rest[rest.index(after: close)...]
            links.append(WebLink(target: target, relations: relations(takenFrom: &rest)))
        }
        return links
    }

    /// Takes a link's parameters, up to the comma before the next link. The first `rel` counts (RFC 8288, 3.3).
    private static func relations(takenFrom rest: inout Substring.UTF8View) -> [String] {
        var found: [String]?
        var parameter: [UInt8] = []
        var isQuoted = false
        func finish() {
            defer { parameter = [] }
            let halves = parameter.split(separator: UInt8(ascii: "="), maxSplits: 1)
            guard found == nil, halves.count == 2, word(halves[0]) == "rel" else { return }
            found = word(halves[1]).split(separator: " ").map(String.init)
        }
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "\""): isQuoted.toggle()
            case UInt8(ascii: ";") where !isQuoted: finish()
            case UInt8(ascii: ",") where !isQuoted:
                finish()
                return found ?? []
            default: parameter.append(byte)
            }
        }
        finish()
        return found ?? []
    }

    private static func word(_ bytes: ArraySlice<UInt8>) -> String {
        func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
        let start = bytes.drop(while: isBlank)
        let end = start.lastIndex { !isBlank($0) } ?? start.startIndex - 1
        return String(decoding: start[start.startIndex..<max(start.startIndex, end + 1)], as: UTF8.self).lowercased()
    }
}
