/// The signature of an incoming HTTP message: `sha256=…`, an HMAC (RFC 2104) of its bytes, as hubs (W3C WebSub, 7) and
/// Messenger (`X-Hub-Signature-256`) write it.
package struct WebhookSignature: Sendable, Hashable {
    /// The hash functions of WebSub; Messenger uses SHA-256 only.
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

    /// - Returns: nil for an unknown method, or for a value that is not the hexadecimal digits of a whole code.
    package init?(header: String) {
        let halves = header.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard halves.count == 2, let method = Method(rawValue: halves[0].lowercased()),
            let code = [UInt8](hexadecimal: halves[1]), code.count == method.byteCount
        else { return nil }
        self.method = method
        self.code = code
    }

    /// Whether the signature equals the expected code.
    ///
    /// The comparison takes constant time, so that its duration does not reveal how much of the code is right.
    package func isOf(_ expected: some Collection<UInt8>) -> Bool {
        ConstantTime.isSame(expected, code)
    }
}
