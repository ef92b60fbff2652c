package import CampaignModel

/// What Telegram sends along with each webhook call (`secret_token` of setWebhook, Bot API 10.1), so that nobody else can
/// call in its name. Made from the bot's token: there is nothing more to keep secret.
package enum TelegramWebhookSecret {
    /// 64 hexadecimal digits; the platform takes 1 to 256 of `[A-Za-z0-9_-]`.
    package static func make(for channel: Channel) -> Secret {
        Secret(MessageDigest.keyed("webhook", key: channel.token))
    }

    package static func isGenuine(_ given: String?, of channel: Channel) -> Bool {
        !channel.token.isEmpty && given.map { SecretComparison.isSame($0, make(for: channel)) } ?? false
    }
}

/// Compares what a stranger says with a secret, in a time that does not tell how much of it was right.
package enum SecretComparison {
    package static func isSame(_ given: String, _ secret: Secret) -> Bool {
        let one = MessageDigest.sha256(given.utf8).utf8
        let other = MessageDigest.sha256(secret.reveal().utf8).utf8
        return one.count == other.count && zip(one, other).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
