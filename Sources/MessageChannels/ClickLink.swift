package import CampaignModel

/// What stands in a tracked link, and the signature that only this installation can make: `1.` (the key), 22 characters for
/// the link's and the delivery's number, a point, 16 characters of HMAC-SHA256.
///
/// A link leads only where a message that we sent leads: the address is not in it, and what is not signed leads nowhere.
package struct ClickLink: Sendable, Hashable {
    package var link: LinkID
    package var delivery: DeliveryID

    package init(link: LinkID, delivery: DeliveryID) {
        self.link = link
        self.delivery = delivery
    }

    private static let version = "1"
    private static let codeBytes = 12

    /// The part of the address behind `/c/`.
    package func token(signedWith key: Secret) -> String {
        let content = Self.version + "." + Base64URL.encode(Self.bytes(link.rawValue) + Self.bytes(delivery.rawValue))
        return content + "." + Base64URL.encode(Self.code(content, key))
    }

    /// - Returns: nil for what was not signed with the key.
    package init?(token: String, signedWith key: Secret) {
        guard token.utf8.count == 41 else { return nil }
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == Self.version, let numbers = Base64URL.decode(parts[1]), numbers.count == 16,
            let code = Base64URL.decode(parts[2]), code.count == Self.codeBytes
        else { return nil }
        let content = parts[0] + "." + parts[1]
        guard ConstantTime.isSame(code, Self.code(String(content), key)) else { return nil }
        // What decodes to the same bytes is not the same text: only one spelling was signed.
        guard Base64URL.encode(code) == parts[2] else { return nil }
        link = LinkID(rawValue: Self.number(numbers[..<8]))
        delivery = DeliveryID(rawValue: Self.number(numbers[8...]))
    }

    private static func code(_ content: String, _ key: Secret) -> [UInt8] {
        var code = StreamingHMAC(.sha256, key: key)
        code.update(Array(content.utf8))
        return Array(code.finish().prefix(codeBytes))
    }

    private static func bytes(_ number: Int64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: number >> (56 - 8 * $0)) }
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> Int64 {
        bytes.reduce(0) { $0 << 8 | Int64($1) }
    }
}

/// RFC 4648, section 5, without padding.
private enum Base64URL {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
    private static let values: [UInt8] = (0...255).map { byte in
        alphabet.firstIndex(of: UInt8(byte)).map { UInt8($0) } ?? 0xFF
    }

    static func encode(_ bytes: [UInt8]) -> String {
        var output: [UInt8] = []
        var (held, bits) = (0, 0)
        for byte in bytes {
            (held, bits) = (held << 8 | Int(byte), bits + 8)
            while bits >= 6 {
                bits -= 6
                output.append(alphabet[held >> bits & 63])
            }
            held &= (1 << bits) - 1
        }
        if bits > 0 { output.append(alphabet[held << (6 - bits) & 63]) }
        return String(decoding: output, as: UTF8.self)
    }

    static func decode(_ text: Substring) -> [UInt8]? {
        var output: [UInt8] = []
        var (held, bits) = (0, 0)
        for character in text.utf8 {
            let value = values[Int(character)]
            guard value < 64 else { return nil }
            (held, bits) = (held << 6 | Int(value), bits + 6)
            if bits >= 8 {
                bits -= 8
                output.append(UInt8(held >> bits))
                held &= (1 << bits) - 1
            }
        }
        return held == 0 ? output : nil
    }
}
