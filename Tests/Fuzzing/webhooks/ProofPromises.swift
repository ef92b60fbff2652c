import CampaignModel
import Crypto
import Foundation
import MessageChannels

/// Only who has the secret can call in a platform's name.
enum ProofPromises {
    static func check(_ body: [UInt8]) {
        let proof = String(decoding: body.prefix { $0 != 0x0A }, as: UTF8.self)
        let signed = Array(body.drop { $0 != 0x0A }.dropFirst())
        checkTelegram(proof)
        let secret = Secret(Samples.appSecret)
        func isGenuine(_ header: String?, _ body: [UInt8]) -> Bool {
            MessengerSignature.isGenuine(header, body: body, appSecret: secret)
        }
        promise(!isGenuine(proof, signed) && !isGenuine(nil, signed), "a forged signature was taken: \(proof)")
        let code = code(of: signed)
        promise(isGenuine(header(code), signed), "the right signature was refused")
        promise(!MessengerSignature.isGenuine(header(code), body: signed, appSecret: Secret("")), "no secret proves it")
        if let escaped = escaped(signed) {
            promise(isGenuine(header(self.code(of: escaped)), signed), "the signature of the escaped form was refused")
        }
        // Which bit is changed is the input's choice.
        let choice = proof.utf8.reduce(0) { $0 &* 31 &+ Int($1) } & 0xFFFF
        promise(
            !isGenuine(header(flipped(code, choice)), signed), "a signature with another bit \(choice % 256) was taken")
        guard !signed.isEmpty else { return }
        promise(!isGenuine(header(code), flipped(signed, choice)), "a body with another bit was taken")
    }

    private static func checkTelegram(_ proof: String) {
        let channel = Samples.channel(.telegram)
        let secret = TelegramWebhookSecret.make(for: channel).reveal()
        promise(proof == secret || !TelegramWebhookSecret.isGenuine(proof, of: channel), "a forged secret was taken")
        promise(TelegramWebhookSecret.isGenuine(secret, of: channel), "the right secret was refused")
        var nobody = channel
        nobody.token = Secret("")
        promise(!TelegramWebhookSecret.isGenuine(proof, of: nobody), "without a token, \(proof) was taken")
    }

    private static func code(of body: [UInt8]) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: body, using: SymmetricKey(data: Array(Samples.appSecret.utf8))))
    }

    private static func header(_ code: [UInt8]) -> String {
        "sha256=" + code.map { String(format: "%02x", $0) }.joined()
    }

    private static func flipped(_ bytes: [UInt8], _ bit: Int) -> [UInt8] {
        var bytes = bytes
        bytes[bit / 8 % bytes.count] ^= 1 << UInt8(bit % 8)
        return bytes
    }

    /// As Meta signs what is not ASCII.
    private static func escaped(_ body: [UInt8]) -> [UInt8]? {
        guard let text = String(bytes: body, encoding: .utf8), Array(text.utf8) == body else { return nil }
        return text.utf16.flatMap { $0 < 0x80 ? [UInt8($0)] : Array(String(format: "\\u%04x", $0).utf8) }
    }
}
