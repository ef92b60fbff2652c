import CampaignModel
import Testing

@Suite struct WebhookSignatureTests {
    /// RFC 4231, test case 2.
    private static let code = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    private static let bytes = stride(from: 0, to: code.count, by: 2).compactMap {
        UInt8(code.dropFirst($0).prefix(2), radix: 16)
    }

    private func isOf(_ header: String, _ code: [UInt8] = bytes) -> Bool {
        WebhookSignature(header: header)?.isOf(code) ?? false
    }

    @Test func `the code of the message is the hub's`() {
        #expect(isOf("sha256=\(Self.code)"))
        #expect(isOf("SHA256=\(Self.code.uppercased())"))
    }

    @Test func `another code is not`() {
        #expect(!isOf("sha256=\(Self.code)", Self.bytes.dropLast() + [0]))
        #expect(!isOf("sha256=\(Self.code)", Self.bytes.dropLast()))
        #expect(!isOf("sha256=\(Self.code)", []))
        #expect(!isOf("sha256=\(Self.code.dropLast())4"))
        #expect(!isOf("sha256=6\(Self.code.dropFirst())"))
    }

    @Test(arguments: [("sha1", 20), ("sha256", 32), ("sha384", 48), ("sha512", 64)])
    func `all methods of the recommendation are known, each with its own length`(method: String, bytes: Int) {
        #expect(
            WebhookSignature(header: "\(method)=\(String(repeating: "0a", count: bytes))")?.method.rawValue == method)
        #expect(WebhookSignature(header: "\(method)=\(String(repeating: "0a", count: bytes - 1))") == nil)
        #expect(WebhookSignature(header: "\(method)=\(String(repeating: "0a", count: bytes + 1))") == nil)
    }

    @Test(arguments: ["", "sha256", "sha256=", "md5=00", "=00", "sha256=zz", "sha256 = 00", "sha256=0"])
    func `what is no signature is none`(header: String) { #expect(WebhookSignature(header: header) == nil) }
}
