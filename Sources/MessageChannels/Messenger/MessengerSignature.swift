package import CampaignModel

/// Whether a webhook call comes from Meta: `X-Hub-Signature-256` over the bytes of its body, with the app's secret
/// (Meta, Messenger Platform, Webhooks, "Validate payloads").
package enum MessengerSignature {
    /// - Parameters:
    ///   - header: `X-Hub-Signature-256`, as it came; nil when there is none.
    ///   - body: Byte for byte as it came: what is decoded and encoded again is not what was signed.
    ///   - appSecret: Of the app that the webhook belongs to. An empty one proves nothing.
    /// - Returns: False for anything but the right code.
    package static func isGenuine(_ header: String?, body: [UInt8], appSecret: Secret) -> Bool {
        guard let signature = header.flatMap(WebhookSignature.init(header:)), signature.method == .sha256,
            !appSecret.isEmpty
        else { return false }
        if signature.isOf(self.code(of: body, appSecret)) { return true }
        // Meta signs a form in which everything outside ASCII is escaped; what arrives may have it unescaped.
        guard let escaped = escaped(body) else { return false }
        return signature.isOf(self.code(of: escaped, appSecret))
    }

    private static func code(of body: [UInt8], _ secret: Secret) -> [UInt8] {
        var code = StreamingHMAC(.sha256, key: secret)
        code.update(body)
        return code.finish()
    }

    /// `ä` as `\u00e4`; nil when there is nothing to escape or the bytes are no UTF-8.
    private static func escaped(_ body: [UInt8]) -> [UInt8]? {
        guard body.contains(where: { $0 >= 0x80 }), let text = String(validating: body, as: UTF8.self) else {
            return nil
        }
        var output: [UInt8] = []
        for unit in text.utf16 {
            if unit < 0x80 {
                output.append(UInt8(unit))
            } else {
                output += Array(JSONValue.escaped(unit).utf8)
            }
        }
        return output
    }
}
