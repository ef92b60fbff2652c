import CampaignModel
import MessageChannels
import Testing

@Suite struct MessengerSignatureTests {
    /// RFC 4231, test case 2.
    private static let secret = Secret("Jefe")
    private static let body = Array("what do ya want for nothing?".utf8)
    private static let header = "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"

    private func isGenuine(
        _ header: String? = header, _ body: [UInt8] = body, secret: Secret = secret
    ) -> Bool { MessengerSignature.isGenuine(header, body: body, appSecret: secret) }

    @Test func `what the app's secret signed is genuine`() {
        #expect(isGenuine())
        #expect(isGenuine(Self.header.uppercased()))
    }

    @Test(arguments: [
        nil, "", "sha256=", "sha256", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
        "sha1=\(String(repeating: "00", count: 20))", "sha512=\(String(repeating: "00", count: 64))",
        " \(header)", "\(header) ", "\(header)0", "\(header)00", "sha256=\(header)",
    ])
    func `anything else as a signature is not`(header: String?) { #expect(!isGenuine(header)) }

    /// As Python's hmac module signs `{"a":"\u00e4\ud83d\ude00"}` with the key "Jefe".
    @Test func `a body whose letters arrive unescaped is genuine by the signature of the escaped ones`() {
        let header = "sha256=7adc580917e055427a68eb415b6898945982eaf5c9170abb85b7823841c260eb"
        #expect(isGenuine(header, Array(#"{"a":"ä😀"}"#.utf8)))
        #expect(isGenuine(header, Array(#"{"a":"\u00e4\ud83d\ude00"}"#.utf8)))
        #expect(!isGenuine(header, Array(#"{"a":"ä😁"}"#.utf8)))
        #expect(!isGenuine(header, Array(#"{"a":"ä"#.utf8) + [0xF0, 0x9F]))
    }

    @Test func `no secret and another secret prove nothing`() {
        #expect(!isGenuine(secret: Secret("")))
        #expect(!isGenuine(secret: Secret("jefe")))
        let ofNothing =
            "sha256="
            + StreamingHMAC(.sha256, key: Secret("")).finish().map { byte in
                (byte < 16 ? "0" : "") + String(byte, radix: 16)
            }.joined()
        #expect(!isGenuine(ofNothing, [], secret: Secret("")))
    }

    /// Changed bits, bytes, lengths and places, of the signature and of the body.
    @Test func `of many forged calls none is genuine`() {
        var random = SeededGenerator(seed: 5)
        func number(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &random) }
        for _ in 0..<100_000 {
            var header = Array(Self.header.utf8)
            var body = Self.body
            switch number(5) {
            case 0: header[7 + number(64)] ^= 1 << UInt8(number(4))
            case 1: body[number(body.count)] ^= 1 << UInt8(number(8))
            case 2: body.insert(UInt8(number(256)), at: number(body.count + 1))
            case 3: body.remove(at: number(body.count))
            default: header.remove(at: number(header.count))
            }
            let text = String(decoding: header, as: UTF8.self)
            guard text.lowercased() != Self.header || body != Self.body else { continue }
            #expect(!isGenuine(text, body))
        }
    }
}
