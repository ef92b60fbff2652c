/// Where the parts of an absolute address stand in its bytes, and what a reference becomes against it (RFC 3986, 5.2).
///
/// By bytes and without a copy of anything: a feed's base is looked at once for each relative address in it.
struct AddressParts {
    private let bytes: UnsafeBufferPointer<UInt8>
    private let scheme: Range<Int>
    private let authority: Range<Int>
    private let path: Range<Int>
    /// With its question mark.
    private let query: Range<Int>

    /// Nil for anything that does not begin with a scheme and `://`. A fragment is no part.
    init?(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), colon > 0, bytes.count >= colon + 3,
            bytes[colon + 1] == UInt8(ascii: "/"), bytes[colon + 2] == UInt8(ascii: "/")
        else { return nil }
        self.bytes = bytes
        scheme = 0..<colon
        let start = colon + 3
        let end = Self.end(of: bytes, from: start) { $0 == 0x2F || $0 == 0x3F || $0 == 0x23 }
        authority = start..<end
        let pathEnd = Self.end(of: bytes, from: end) { $0 == 0x3F || $0 == 0x23 }
        path = end..<pathEnd
        query = pathEnd..<Self.end(of: bytes, from: pathEnd) { $0 == 0x23 }
    }

    private static func end(
        of bytes: UnsafeBufferPointer<UInt8>, from start: Int, _ ends: (UInt8) -> Bool
    ) -> Int {
        var index = start
        while index < bytes.count, !ends(bytes[index]) { index += 1 }
        return index
    }

    static func resolve(_ reference: String, against base: String) -> String? {
        var reference = reference
        var base = base
        return base.withUTF8 { base in
            reference.withUTF8 { reference in AddressParts(base)?.resolve(reference) }
        }
    }

    /// The host in lower case, without port and user.
    var host: String {
        let start = bytes[authority].lastIndex(of: UInt8(ascii: "@")).map { $0 + 1 } ?? authority.lowerBound
        let name = bytes[start..<authority.upperBound].prefix { $0 != UInt8(ascii: ":") }
        return String(decoding: name, as: UTF8.self).asciiLowercased
    }

    /// A reference that has no scheme of its own and is not empty, as an absolute address.
    func resolve(_ reference: UnsafeBufferPointer<UInt8>) -> String {
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count + reference.count + 1)
        for byte in bytes[scheme] { output.append(byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte) }
        output.append(UInt8(ascii: ":"))
        let first = reference.first
        if first == 0x2F, reference.count > 1, reference[1] == 0x2F {
            output += reference
            return String(decoding: output, as: UTF8.self)
        }
        output += [0x2F, 0x2F]
        output += bytes[authority]
        let pathEnd = Self.end(of: reference, from: 0) { $0 == 0x3F || $0 == 0x23 }
        let root = output.count
        switch first {
        case UInt8(ascii: "#"), UInt8(ascii: "?"):
            if path.isEmpty { output.append(0x2F) } else { output += bytes[path] }
            if first == UInt8(ascii: "#") { output += bytes[query] }
        case UInt8(ascii: "/"):
            output += reference[..<pathEnd]
            Self.removeDots(from: root, in: &output)
        default:
            if let folder = bytes[path].lastIndex(of: 0x2F) {
                output += bytes[path.lowerBound...folder]
            } else {
                output.append(0x2F)
            }
            output += reference[..<pathEnd]
            Self.removeDots(from: root, in: &output)
        }
        output += reference[pathEnd...]
        return String(decoding: output, as: UTF8.self)
    }

    /// Takes the segments `.` and `..` out of a path, which begins with a slash and goes to the end.
    private static func removeDots(from root: Int, in output: inout [UInt8]) {
        guard (root..<max(root, output.count - 1)).contains(where: { output[$0] == 0x2F && output[$0 + 1] == 0x2E })
        else { return }
        let path = Array(output[root...])
        output.removeSubrange(root...)
        var slash = 0
        while slash < path.count {
            let end = path[(slash + 1)...].firstIndex(of: 0x2F) ?? path.count
            let segment = path[(slash + 1)..<end]
            if segment.elementsEqual(".".utf8) || segment.elementsEqual("..".utf8) {
                if segment.count == 2 {
                    while output.count > root, output.removeLast() != 0x2F {}
                }
                // The last one leaves its folder.
                if end == path.count { output.append(0x2F) }
            } else {
                output += path[slash..<end]
            }
            slash = end
        }
    }
}
