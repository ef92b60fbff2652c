/// Addresses as documents write them: trimmed, made absolute by RFC 3986, only http and https unless said otherwise.
enum AddressText {
    /// The longest address that is kept; browsers and platforms take far less.
    private static let longest = 8192
    /// The longest address that others count from: a longer one would make much of each short one.
    private static let longestBase = 2048

    /// An absolute http(s) address, or nil when there is none in it.
    static func absolute(_ reference: String, base: String?) -> String? {
        guard let resolved = resolve(reference, against: base), isHTTP(resolved) else { return nil }
        return resolved
    }

    /// The same for bytes; nearly all addresses are whole and clean, and become a text at once.
    static func absolute(_ bytes: UnsafeBufferPointer<UInt8>, base: String?) -> String? {
        guard bytes.count > 8, bytes.count <= longest, bytes[0] == UInt8(ascii: "h"), isHTTP(bytes) else {
            return absolute(String(decoding: bytes, as: UTF8.self), base: base)
        }
        let classes = ByteClass.table
        for byte in bytes where classes[Int(byte)] & ByteClass.address == 0 {
            return absolute(String(decoding: bytes, as: UTF8.self), base: base)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    static func isHTTP(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        bytes.count > 7 && bytes.startsWithWord("http://") || bytes.count > 8 && bytes.startsWithWord("https://")
    }

    static func isHTTP(_ text: String) -> Bool {
        let start = text.prefix(8).asciiLowercasedText
        return (start.hasPrefix("http://") && text.utf8.count > 7)
            || (start.hasPrefix("https://") && text.utf8.count > 8)
    }

    /// The reference against the base, of any scheme; the reference itself when there is no base; nil when it is
    /// empty or absurdly long.
    static func resolve(_ reference: String, against base: String?) -> String? {
        guard let text = clean(reference) else { return nil }
        if scheme(of: text[...]) != nil { return text }
        guard let base, base.utf8.count <= longestBase, let base = clean(base), scheme(of: base[...]) != nil else {
            return text
        }
        return AddressParts.resolve(text, against: base) ?? text
    }

    /// The host in lower case, without port and user.
    static func host(_ address: String) -> String? {
        var address = address
        return address.withUTF8 { AddressParts($0)?.host }
    }

    /// The scheme in lower case, when there is one.
    static func scheme(of text: Substring) -> String? {
        guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        let name = text.utf8[..<colon]
        guard let first = name.first, first.isASCIILetter,
            name.allSatisfy({ $0.isASCIILetter || $0.isASCIIDigit || $0 == 0x2B || $0 == 0x2D || $0 == 0x2E })
        else { return nil }
        return String(Substring(name)).asciiLowercased
    }

    /// Trimmed, without line breaks and tabs; blanks and what never may stand in an address percent-encoded.
    private static func clean(_ text: String) -> String? {
        guard let trimmed = text.trimmedOrNil, trimmed.utf8.count <= longest else { return nil }
        guard trimmed.utf8.contains(where: mustNotStand) else { return trimmed }
        var output: [UInt8] = []
        output.reserveCapacity(trimmed.utf8.count)
        for byte in trimmed.utf8 {
            switch byte {
            case 0x00..<0x20, 0x7F: break
            case 0x20, UInt8(ascii: "\""), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "`"):
                let hex = String(byte, radix: 16, uppercase: true)
                output.append(contentsOf: ("%" + hex).utf8)
            default: output.append(byte)
            }
        }
        return output.isEmpty ? nil : String(decoding: output, as: UTF8.self)
    }

    private static func mustNotStand(_ byte: UInt8) -> Bool {
        byte <= 0x20 || byte == 0x7F || byte == 0x22 || byte == 0x3C || byte == 0x3E || byte == 0x60
    }
}

extension Substring {
    fileprivate var asciiLowercasedText: String { String(self).asciiLowercased }
}
