import Foundation

/// An absolute http(s) address in the form that both platforms take: ASCII after the host.
package struct LinkAddress: Sendable, Hashable {
    /// Longer ones are no addresses that people follow.
    private static let longest = 8192

    let text: String
    /// With the port, where one is written.
    let host: String

    /// - Returns: `nil` for anything that is not an absolute http(s) address with a host.
    package init?(_ address: String) {
        let trimmed = address.drop(while: \.isWhitespace)
        guard trimmed.utf8.count <= Self.longest, let colon = trimmed.range(of: "://") else { return nil }
        let scheme = trimmed[..<colon.lowerBound].lowercased()
        guard scheme == "http" || scheme == "https" else { return nil }
        let rest = trimmed[colon.upperBound...]
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        guard !authority.isEmpty, !authority.contains(where: { $0.isWhitespace || "\"<>\\^`{|}".contains($0) }),
            !authority.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F })
        else { return nil }
        let withoutUser = authority.split(separator: "@", omittingEmptySubsequences: false).last ?? authority
        guard !withoutUser.isEmpty, !withoutUser.hasPrefix(":") else { return nil }
        host = String(withoutUser)
        text = "\(scheme)://\(authority)" + Self.encoded(rest[authority.endIndex...])
        // Escapes make it longer, and it must be an address to whoever reads it again.
        guard text.utf8.count <= Self.longest else { return nil }
    }

    /// Whether Telegram takes it in a button; for one that it does not, it refuses the whole message. The rules are those of TDLib's
    /// `LinkManager::check_link` and `parse_url`: a host with a dot or IPv6 in brackets, and a port from 1 to 65535.
    package var isForTelegramButton: Bool {
        var name = host[...]
        if !name.hasSuffix("]"), let colon = name.lastIndex(of: ":") {
            let port = name[colon...].dropFirst()
            guard port.allSatisfy({ $0.isASCII && $0.isNumber }), let number = Int(port), (1...65_535).contains(number)
            else { return false }
            name = name[..<colon]
        }
        if name.hasPrefix("["), name.hasSuffix("]") {
            let digits = name.dropFirst().dropLast()
            return digits.contains(":") && digits.allSatisfy { $0.isHexDigit || $0 == ":" || $0 == "." }
        }
        return name != "." && name.contains(".") && name.removingPercentEncoding != nil
            && name.allSatisfy { !$0.isASCII || $0.isLetter || $0.isNumber || "-._~!$&'()*+,;=%".contains($0) }
    }

    private static func encoded(_ rest: Substring) -> String {
        var bytes: [UInt8] = []
        let digits = Array("0123456789ABCDEF".utf8)
        var end = rest.endIndex
        while end > rest.startIndex, rest[rest.index(before: end)].isWhitespace { end = rest.index(before: end) }
        for byte in rest[..<end].utf8 {
            switch byte {
            case 0...0x20, 0x22, 0x3C, 0x3E, 0x5C, 0x5E, 0x60, 0x7B, 0x7C, 0x7D, 0x7F...0xFF:
                bytes += [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            default: bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
