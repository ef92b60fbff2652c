package import CampaignModel

/// Which addresses may be fetched from. Feeds come from strangers; without this, one could make the server read the
/// owner's own network (server-side request forgery).
package struct AddressPolicy: Sendable, Hashable {
    private var blocks: [AddressBlock] = []
    /// `host:port`, in lower case, an IPv6 host without brackets.
    private var places: Set<Place> = []

    private struct Place: Sendable, Hashable { var host: String, port: Int }

    /// Public addresses on ports 80 and 443, and those of other machines from 1024 on; nothing else.
    package static let publicOnly = AddressPolicy()

    /// For addresses that are the operator's own choice, never a stranger's.
    package static let anywhere: AddressPolicy = {
        var policy = AddressPolicy()
        policy.isOpen = true
        return policy
    }()

    private var isOpen = false

    private init() {}

    /// Public addresses and these besides: the entries of `fetch.allow_addresses`.
    ///
    /// - Parameter allow: CIDR blocks (`10.0.0.0/8`, `fd00::/8`, one address alone) or `host:port`.
    /// - Throws: A settings problem that names the first entry that is neither.
    package init(allow: [String]) throws(Problem) {
        for entry in allow {
            if let block = AddressBlock(entry) {
                blocks.append(block)
            } else if let place = Self.place(entry) {
                places.insert(place)
            } else {
                throw Problem(
                    .settings, "fetch.allow_addresses: '\(entry)' is neither a CIDR block nor host:port.",
                    hint: "Write for example 10.0.0.0/8, fd00::/8, 192.168.1.20 or intranet.example:8080."
                )
            }
        }
    }

    /// Whether a connection to this address may be made.
    ///
    /// - Parameters:
    ///   - address: Where the connection really goes, after name resolution.
    ///   - host: As the URL has it, without brackets.
    ///   - port: The port.
    ///   - isOwn: Whether the address is this machine's; asked only where it matters.
    /// - Returns: Whether it may.
    package func permits(
        _ address: IPAddress, host: String, port: Int, isOwn: @autoclosure () -> Bool = false
    ) -> Bool {
        isOpen || isAllowed(address, host: host, port: port)
            || (Self.isOrdinaryPort(port) && Self.isPublic(address) && (Self.isWebPort(port) || !isOwn()))
    }

    /// Whether the address is one of the public Internet's.
    package static func isPublic(_ address: IPAddress) -> Bool {
        if address.isIPv4 { return !refusedIPv4.contains { $0.contains(address) } }
        if let inner = address.innerIPv4 { return isPublic(inner) }
        return globalIPv6.contains { $0.contains(address) } && !refusedIPv6.contains { $0.contains(address) }
    }

    static func isOrdinaryPort(_ port: Int) -> Bool { isWebPort(port) || port >= 1024 }

    /// What is there at a public address anybody may read: many a blog is on the same machine. Behind another port may be
    /// what a firewall keeps from the others.
    private static func isWebPort(_ port: Int) -> Bool { port == 80 || port == 443 }

    private func isAllowed(_ address: IPAddress, host: String, port: Int) -> Bool {
        let other = address.equivalentIPv4
        if blocks.contains(where: { block in block.contains(address) || other.map(block.contains) ?? false }) {
            return true
        }
        guard !places.isEmpty else { return false }
        return [host.lowercased(), address.description, other?.description].contains { name in
            name.map { places.contains(Place(host: $0, port: port)) } ?? false
        }
    }

    private static func place(_ entry: String) -> Place? {
        guard let colon = entry.lastIndex(of: ":") else { return nil }
        let digits = entry[entry.index(after: colon)...]
        var host = entry[..<colon]
        guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = Int(digits), (1...65535).contains(port)
        else { return nil }
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
            guard let address = IPAddress(String(host)) else { return nil }
            return Place(host: address.description, port: port)
        }
        let isName = host.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20) || byte == 0x2D || byte == 0x2E
                || byte == 0x5F
        }
        return isName && !host.isEmpty ? Place(host: host.lowercased(), port: port) : nil
    }

    // The special-purpose registries of IANA (RFC 6890 and its updates).
    private static let refusedIPv4 = [
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
        "224.0.0.0/4", "240.0.0.0/4",
    ].compactMap(AddressBlock.init)
    private static let globalIPv6 = ["2000::/3"].compactMap(AddressBlock.init)
    private static let refusedIPv6 = ["2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"]
        .compactMap(AddressBlock.init)
}
