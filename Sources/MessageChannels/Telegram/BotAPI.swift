package import CampaignModel

/// Calls of the Bot API that send no message (Bot API 10.1).
package struct BotAPI: Sendable {
    /// How long Telegram may wait for an update before it answers that there is none.
    package static let longPoll = Duration.seconds(50)

    private let channel: Channel

    package init(_ channel: Channel) { self.channel = channel }

    /// Asks for updates; those before the offset are done with.
    ///
    /// - Parameters:
    ///   - offset: What ``TelegramUpdates/Batch/nextOffset`` said last; nil at first.
    ///   - wait: How long Telegram may wait for one.
    /// - Returns: The request.
    package func updates(offset: Int64?, wait: Duration) -> HTTPRequest {
        var fields: [String: JSONValue] = [
            "timeout": .integer(wait.milliseconds / 1000), "limit": .integer(100),
            "allowed_updates": .array(TelegramUpdates.allowed.map(JSONValue.string)),
        ]
        fields["offset"] = offset.map(JSONValue.integer)
        return call("getUpdates", fields, timeout: wait + PlatformLimits.answerTime)
    }

    /// Asks what waits for a webhook.
    package func webhookInfo() -> HTTPRequest { call("getWebhookInfo", timeout: PlatformLimits.connectTime) }

    /// A button that was pressed stops waiting.
    package func answer(query: String) -> HTTPRequest {
        call("answerCallbackQuery", ["callback_query_id": .string(query)])
    }

    /// Where a method is called.
    func address(_ method: String) -> String { "\(channel.api)/bot\(channel.token.reveal())/\(method)" }

    /// Any method, its fields as JSON.
    func call(
        _ method: String, _ fields: [String: JSONValue] = [:], timeout: Duration = PlatformLimits.answerTime
    ) -> HTTPRequest {
        HTTPRequest(
            method: "POST", url: address(method),
            headers: [HTTPHeader("Content-Type", "application/json")], body: JSONValue.object(fields).bytes,
            timeout: timeout, connectTimeout: PlatformLimits.connectTime)
    }
}
