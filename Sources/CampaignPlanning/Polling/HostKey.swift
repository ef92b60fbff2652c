/// One server as far as politeness goes: the sources of one host and port are asked in turn.
package struct HostKey: Sendable, Hashable, CustomStringConvertible {
    /// In lower case and without a last dot, an IPv6 address in brackets.
    package let host: String
    package let port: Int

    /// - Returns: nil for what is no http(s) address, such as the path of a file.
    package init?(_ address: String) {
        let start = address.prefix(8).lowercased()
        let isSafe = start == "https://"
        guard isSafe || start.hasPrefix("http://") else { return nil }
        let authority = address.dropFirst(isSafe ? 8 : 7).prefix { !"/?#\\".contains($0) }
        // A password may hold an @ that somebody forgot to escape.
        let place = authority.split(separator: "@", omittingEmptySubsequences: false).last ?? ""
        let end =
            place.hasPrefix("[") ? place.firstIndex(of: "]").map { place.index(after: $0) } : place.firstIndex(of: ":")
        var name = place[..<(end ?? place.endIndex)].lowercased()
        if name.hasSuffix(".") { name.removeLast() }
        guard !name.isEmpty else { return nil }
        host = name
        let rest = place[(end ?? place.endIndex)...].dropFirst()
        port = Int(rest).flatMap { (1...65_535).contains($0) ? $0 : nil } ?? (isSafe ? 443 : 80)
    }

    /// The machine itself, which needs no sparing.
    package var isLoopback: Bool {
        if host == "localhost" || host.hasSuffix(".localhost") || host == "[::1]" { return true }
        let numbers = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        return numbers.count == 4 && numbers[0] == 127 && !numbers.contains(nil)
    }

    package var description: String { "\(host):\(port)" }
}
