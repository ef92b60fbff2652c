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
        guard let signature = header.flatMap(MessageSignature.init(header:)), signature.method == .sha256,
            !appSecret.isEmpty
        else { return false }
        var code = MessageCode(.sha256, key: appSecret)
        code.update(body)
        return signature.isOf(code.finish())
    }
}
