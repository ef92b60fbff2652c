import CCurl
import Glibc

/// An IPv4 or IPv6 address as a number.
package struct IPAddress: Sendable, Hashable, CustomStringConvertible {
    package let isIPv4: Bool
    /// The low 32 bits for IPv4.
    let bits: UInt128

    init(isIPv4: Bool, bits: UInt128) {
        self.isIPv4 = isIPv4
        self.bits = bits
    }

    /// Reads `192.0.2.1` or `2001:db8::1`; nothing shorter, no zone, no brackets.
    package init?(_ text: String) {
        var four = in_addr()
        if inet_pton(AF_INET, text, &four) == 1 {
            self.init(isIPv4: true, bits: UInt128(UInt32(bigEndian: four.s_addr)))
            return
        }
        var six = in6_addr()
        guard inet_pton(AF_INET6, text, &six) == 1 else { return nil }
        self.init(isIPv4: false, bits: Self.number(six))
    }

    /// Reads a socket's address; `nil` for every family but the Internet's two.
    init?(_ address: UnsafePointer<sockaddr>) {
        switch Int32(address.pointee.sa_family) {
        case AF_INET:
            let number = UnsafeRawPointer(address).loadUnaligned(as: sockaddr_in.self).sin_addr.s_addr
            self.init(isIPv4: true, bits: UInt128(UInt32(bigEndian: number)))
        case AF_INET6:
            let number = UnsafeRawPointer(address).loadUnaligned(as: sockaddr_in6.self).sin6_addr
            self.init(isIPv4: false, bits: Self.number(number))
        default: return nil
        }
    }

    /// The IPv4 address inside a mapped (`::ffff/96`), compatible (`::/96`) or translated (`64:ff9b::/96`) one: where
    /// the packets really go.
    var innerIPv4: IPAddress? {
        guard !isIPv4 else { return nil }
        let prefix = bits >> 32
        guard prefix == 0 || prefix == 0xFFFF || prefix == 0x0064_FF9B_0000_0000_0000_0000 else { return nil }
        return IPAddress(isIPv4: true, bits: bits & 0xFFFF_FFFF)
    }

    /// The IPv4 address that this one is another spelling of, mapped or translated.
    var equivalentIPv4: IPAddress? { bits >> 32 == 0 ? nil : innerIPv4 }

    package var description: String {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        if isIPv4 {
            var four = in_addr(s_addr: UInt32(truncatingIfNeeded: bits).bigEndian)
            inet_ntop(AF_INET, &four, &text, socklen_t(text.count))
        } else {
            var big = bits.bigEndian
            inet_ntop(AF_INET6, &big, &text, socklen_t(text.count))
        }
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    private static func number(_ address: in6_addr) -> UInt128 {
        withUnsafeBytes(of: address) { UInt128(bigEndian: $0.loadUnaligned(as: UInt128.self)) }
    }
}

/// A block of addresses, `10.0.0.0/8`.
struct AddressBlock: Sendable, Hashable {
    private let base: IPAddress
    private let shift: Int

    /// Reads `address/length`, or one address alone.
    init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let base = IPAddress(String(first)) else { return nil }
        let width = base.isIPv4 ? 32 : 128
        var length = width
        if parts.count == 2 {
            guard parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(parts[1]),
                number <= width
            else { return nil }
            length = number
        }
        self.base = base
        shift = width - length
    }

    func contains(_ address: IPAddress) -> Bool {
        // Shifting by the full width gives 0 on both sides: /0 holds everything of its family.
        address.isIPv4 == base.isIPv4 && address.bits >> UInt128(shift) == base.bits >> UInt128(shift)
    }
}
