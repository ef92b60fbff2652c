/// The host and port of a server, by which requests are limited and queued.
package struct HostKey: Sendable, Hashable, CustomStringConvertible {
    /// The host in lower case and without a last dot, an IPv6 address in brackets.
    package let host: String
    /// The port; the scheme's default where the address states none.
    package let port: Int

    /// - Returns: nil for anything but an http(s) address, such as the path of a file.
    package init?(_ address: String) {
        var address = address
        guard let (name, port) = address.withUTF8(Self.read) else { return nil }
        host = name
        self.port = port
    }

    private static func read(_ bytes: UnsafeBufferPointer<UInt8>) -> (String, Int)? {
        func starts(with word: StaticString) -> Bool {
            bytes.count >= word.utf8CodeUnitCount
                && (0..<word.utf8CodeUnitCount).allSatisfy { lower(bytes[$0]) == word.utf8Start[$0] }
        }
        let isSafe = starts(with: "https://")
        guard isSafe || starts(with: "http://") else { return nil }
        let rest = bytes[(isSafe ? 8 : 7)...]
        let authority = rest.prefix { ![0x2F, 0x3F, 0x23, 0x5C].contains($0) }
        // A password may hold an @ that somebody forgot to escape.
        let place = authority.lastIndex(of: UInt8(ascii: "@")).map { authority[($0 + 1)...] } ?? authority
        let end =
            place.first == UInt8(ascii: "[")
            ? place.firstIndex(of: UInt8(ascii: "]")).map { $0 + 1 } : place.firstIndex(of: UInt8(ascii: ":"))
        var name = place[..<(end ?? place.endIndex)]
        if name.last == UInt8(ascii: ".") { name.removeLast() }
        guard !name.isEmpty else { return nil }
        let text = String(decoding: name, as: UTF8.self)
        let number = Int(String(decoding: place[(end ?? place.endIndex)...].dropFirst(), as: UTF8.self))
        return (
            name.contains { $0 >= 0x80 || lower($0) != $0 } ? text.lowercased() : text,
            number.flatMap { (1...65_535).contains($0) ? $0 : nil } ?? (isSafe ? 443 : 80)
        )
    }

    private static func lower(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte | 0x20 : byte }

    /// Whether the host is this machine, which needs no limits.
    package var isLoopback: Bool {
        if host == "localhost" || host.hasSuffix(".localhost") || host == "[::1]" { return true }
        guard host.hasPrefix("127.") else { return false }
        return host.utf8.allSatisfy { $0 == UInt8(ascii: ".") || (0x30...0x39).contains($0) }
    }

    package var description: String { "\(host):\(port)" }
}
