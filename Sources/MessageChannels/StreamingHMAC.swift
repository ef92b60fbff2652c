package import CampaignModel
import Crypto

/// An HMAC (RFC 2104) of a message that comes piece by piece.
package struct StreamingHMAC: Sendable {
    private enum State {
        case sha1(HMAC<Insecure.SHA1>)
        case sha256(HMAC<SHA256>)
        case sha384(HMAC<SHA384>)
        case sha512(HMAC<SHA512>)
    }

    private var state: State

    package init(_ method: WebhookSignature.Method, key: Secret) {
        let key = SymmetricKey(data: Array(key.reveal().utf8))
        switch method {
        case .sha1: state = .sha1(HMAC(key: key))
        case .sha256: state = .sha256(HMAC(key: key))
        case .sha384: state = .sha384(HMAC(key: key))
        case .sha512: state = .sha512(HMAC(key: key))
        }
    }

    /// Takes the next bytes of the message.
    package mutating func update(_ bytes: [UInt8]) {
        switch state {
        case .sha1(let code): state = .sha1(Self.updated(code, bytes))
        case .sha256(let code): state = .sha256(Self.updated(code, bytes))
        case .sha384(let code): state = .sha384(Self.updated(code, bytes))
        case .sha512(let code): state = .sha512(Self.updated(code, bytes))
        }
    }

    private static func updated<Hash>(_ code: HMAC<Hash>, _ bytes: [UInt8]) -> HMAC<Hash> {
        var code = code
        code.update(data: bytes)
        return code
    }

    /// The code of all that came so far: 20, 32, 48 or 64 bytes, by the method.
    package func finish() -> [UInt8] {
        switch state {
        case .sha1(let code): Array(code.finalize())
        case .sha256(let code): Array(code.finalize())
        case .sha384(let code): Array(code.finalize())
        case .sha512(let code): Array(code.finalize())
        }
    }
}
