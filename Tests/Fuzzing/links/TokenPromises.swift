import CampaignModel
import Foundation
import MessageChannels

/// A link leads somewhere only when we signed it.
enum TokenPromises {
    private static let key = Secret("b1f06a2c52e84ac6a1d4f6f7c1b4d0e9")

    static func check(_ bytes: [UInt8]) {
        let given = String(decoding: bytes, as: UTF8.self)
        promise(ClickLink(token: given, signedWith: key) == nil, "a link that we did not sign: \(given)")
        // Also what Hummingbird makes of it when it takes off the escapes.
        let plain = given.removingPercentEncoding ?? ""
        promise(ClickLink(token: plain, signedWith: key) == nil, "a link that we did not sign: \(plain)")

        let numbers = Array(bytes.prefix(17)) + Array(repeating: 0, count: max(0, 17 - bytes.count))
        func number(_ from: Int) -> Int64 { numbers[from..<(from + 8)].reduce(0) { $0 << 8 | Int64($1) } }
        let link = ClickLink(link: LinkID(rawValue: number(0)), delivery: DeliveryID(rawValue: number(8)))
        let token = link.token(signedWith: key)
        promise(token.utf8.count == 41 && token.utf8.allSatisfy(isPlain), "a token \(token)")
        promise(ClickLink(token: token, signedWith: key) == link, "our own link is refused: \(token)")
        promise(ClickLink(token: token, signedWith: Secret("another")) == nil, "another key made \(token)")
        var changed = Array(token.utf8)
        changed[Int(numbers[16]) % 41] ^= 1 << (numbers[15] % 8)
        let text = String(decoding: changed, as: UTF8.self)
        promise(ClickLink(token: text, signedWith: key) == nil, "\(token) with another bit was taken: \(text)")
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
            || "-_.".utf8.contains(byte)
    }
}
