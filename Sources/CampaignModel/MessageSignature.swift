/// By whom a message is that came in over HTTP: `sha256=…`, an HMAC (RFC 2104) of its bytes. Hubs (W3C WebSub, 7) and
/// Messenger (`X-Hub-Signature-256`) write it alike.
package struct MessageSignature: Sendable, Hashable {
    /// Those of WebSub; Messenger knows SHA-256 only.
    package enum Method: String, Sendable, Hashable, CaseIterable {
        case sha1, sha256, sha384, sha512

        var byteCount: Int {
            switch self {
            case .sha1: 20
            case .sha256: 32
            case .sha384: 48
            case .sha512: 64
            }
        }
    }

    package let method: Method
    private let code: [UInt8]

    /// - Returns: nil for an unknown method, or for what is not the hexadecimal digits of a whole code.
    package init?(header: String) {
        let halves = header.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard halves.count == 2, let method = Method(rawValue: halves[0].lowercased()),
            let code = Self.bytes(hexadecimal: halves[1]), code.count == method.byteCount
        else { return nil }
        self.method = method
        self.code = code
    }

    /// Whether this is the code that the message has under the secret.
    ///
    /// The time that it takes does not depend on how much of the code is right.
    package func isOf(_ expected: some Collection<UInt8>) -> Bool {
        expected.count == code.count && zip(expected, code).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }

    private static func bytes(hexadecimal text: Substring) -> [UInt8]? {
        let digits = text.utf8.map { UInt8(hexadecimal: $0) }
        guard digits.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = digits[index], let low = digits[index + 1] else { return nil }
            bytes.append(high << 4 | low)
        }
        return bytes
    }
}

extension UInt8 {
    fileprivate init?(hexadecimal digit: UInt8) {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self = digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): self = digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): self = digit - UInt8(ascii: "A") + 10
        default: return nil
        }
    }
}
