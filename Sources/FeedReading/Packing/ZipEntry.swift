/// A local file header of a zip file (APPNOTE.TXT 4.3.7): what stands before each file in it.
struct ZipEntry {
    enum Method {
        case stored, deflated, other
    }

    enum Choice {
        /// Its name is that of a feed or a catalog.
        case take
        /// The name tells nothing: its first bytes are to be looked at.
        case look
        case skip
    }

    /// The length of a header without its name and its extra field.
    static let fixedBytes = 30

    /// Printable, and short enough for a message.
    let name: String
    let method: Method
    let isEncrypted: Bool
    /// Sizes and checksum come after the file's bytes.
    let hasDescriptor: Bool
    let checksum: UInt32
    /// Packed, in bytes; nil when the header does not tell.
    let packedSize: Int?
    let choice: Choice

    /// The lengths of name and extra field, from a header's first ``fixedBytes``.
    static func variableBytes(_ header: [UInt8]) -> Int { Int(header.number16(26)) + Int(header.number16(28)) }

    /// - Parameter header: All of it, with name and extra field.
    init(_ header: [UInt8]) {
        let flags = header.number16(6)
        isEncrypted = flags & 0x2041 != 0
        hasDescriptor = flags & 8 != 0
        method =
            switch header.number16(8) {
            case 0: .stored
            case 8: .deflated
            default: .other
            }
        checksum = header.number32(14)
        let nameEnd = min(header.count, Self.fixedBytes + Int(header.number16(26)))
        let path = String(decoding: header[min(Self.fixedBytes, nameEnd)..<nameEnd], as: UTF8.self)
        name = String(path.printable.prefix(100))
        let size = Self.packedSize(header, extra: header[nameEnd...])
        let isFolder = method == .stored && path.utf8.last == UInt8(ascii: "/")
        packedSize = size == 0 && hasDescriptor && !isFolder ? nil : size
        let isEmpty = packedSize == 0 || (header.number32(22) == 0 && !hasDescriptor)
        choice = isEmpty ? .skip : Self.choice(path.asciiLowercased)
    }

    private static func packedSize(_ header: [UInt8], extra: ArraySlice<UInt8>) -> Int {
        let size = header.number32(18)
        guard size == .max else { return Int(size) }
        // Zip64: the true sizes are in the extra field of number 1, the unpacked one first when it is there.
        var rest = extra
        while rest.count >= 4 {
            let length = Int(rest.number16(2))
            let body = rest.dropFirst(4).prefix(length)
            if rest.number16(0) == 1 {
                let offset = header.number32(22) == .max ? 8 : 0
                guard body.count >= offset + 8 else { break }
                // A size that fits no file here is as good as endless: the document's end comes first.
                return Int(clamping: body.number64(offset))
            }
            rest = rest.dropFirst(4 + length)
        }
        return Int(size)
    }

    private static let feedEndings = [
        ".xml", ".rss", ".atom", ".rdf", ".json", ".csv", ".tsv", ".txt", ".yml", ".gz", ".zip",
    ]
    private static let otherEndings = [".html", ".htm", ".svg", ".xsd", ".xsl", ".dtd", ".md"]
    private static let explanations = ["readme", "read me", "license", "licence", "changelog", "copying"]

    private static func choice(_ path: String) -> Choice {
        let parts = path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard let last = parts.last, !last.isEmpty, last.first != UInt8(ascii: "."),
            !parts.contains(where: { $0.elementsEqual("__macosx".utf8) })
        else { return .skip }
        let name = String(Substring(last))
        if explanations.contains(where: name.hasPrefix) { return .skip }
        if feedEndings.contains(where: name.hasSuffix) { return .take }
        return otherEndings.contains(where: name.hasSuffix) ? .skip : .look
    }
}

extension RandomAccessCollection<UInt8> where Index == Int {
    /// Little-endian numbers by their offset; what is not there counts as 0.
    func number16(_ offset: Int) -> UInt16 { UInt16(truncatingIfNeeded: number(offset, bytes: 2)) }
    func number32(_ offset: Int) -> UInt32 { UInt32(truncatingIfNeeded: number(offset, bytes: 4)) }
    func number64(_ offset: Int) -> UInt64 { number(offset, bytes: 8) }

    private func number(_ offset: Int, bytes: Int) -> UInt64 {
        guard count >= offset + bytes else { return 0 }
        var value: UInt64 = 0
        for index in (0..<bytes).reversed() { value = value << 8 | UInt64(self[startIndex + offset + index]) }
        return value
    }
}
