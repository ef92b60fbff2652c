/// Which characters Telegram allows in what bots name.
enum TelegramNames {
    /// `[A-Za-z0-9_-]`: secrets and payloads of start links.
    static func isSecretCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    /// 1–32 of `[a-z0-9_]`.
    static func isCommand(_ name: String) -> Bool {
        (1...32).contains(name.utf8.count) && name == name.lowercased()
            && name.utf8.allSatisfy { isSecretCharacter($0) && $0 != UInt8(ascii: "-") }
    }

    /// 1–64 of `[A-Za-z0-9_-]`: https://core.telegram.org/bots/features#deep-linking.
    static func isStartPayload(_ payload: String) -> Bool {
        (1...64).contains(payload.utf8.count) && payload.utf8.allSatisfy(isSecretCharacter)
    }
}
