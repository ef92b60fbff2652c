package import CampaignModel

/// What Telegram sends along with each webhook call (`secret_token` of setWebhook, Bot API 10.1), so that nobody else can
/// call in its name. Made from the bot's token: there is nothing more to keep secret.
package enum TelegramWebhookSecret {
    /// 64 hexadecimal digits; the platform takes 1 to 256 of `[A-Za-z0-9_-]`.
    package static func make(for channel: Channel) -> Secret {
        Secret(Digests.keyed("webhook", key: channel.token))
    }

    /// Whether the call's `X-Telegram-Bot-Api-Secret-Token` is the channel's; never for a channel without a token.
    package static func isGenuine(_ given: String?, of channel: Channel) -> Bool {
        !channel.token.isEmpty && given.map { SecretComparison.isSame($0, make(for: channel)) } ?? false
    }
}
