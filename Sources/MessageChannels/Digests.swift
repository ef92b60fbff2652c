package import CampaignModel
import Crypto

/// What stands for a text without telling it.
package enum Digests {
    /// The first bytes of the SHA-256, in hexadecimal digits.
    package static func sha256(_ message: some Sequence<UInt8>, bytes count: Int = 32) -> String {
        SHA256.hash(data: Array(message)).prefix(count).hexadecimal
    }

    /// An HMAC-SHA256 with a key, in hexadecimal digits: whoever has not the key cannot find out the text by trying.
    package static func keyed(_ message: String, key: Secret, bytes count: Int = 32) -> String {
        var code = StreamingHMAC(.sha256, key: key)
        code.update(Array(message.utf8))
        return code.finish().prefix(count).hexadecimal
    }
}
