import CampaignModel
import CampaignStore
import MessageChannels

/// Updates that Telegram could not deliver to the webhook and keeps for later calls. Sending waits for them after a
/// start, so that nobody who left meanwhile gets a message.
package struct WebhookBacklog: Sendable {
    /// Longest wait before campaigns begin; Telegram's next call may come much later.
    private static let giveUpAfter = Duration.seconds(60)
    private static let recheckInterval = Duration.seconds(1)

    private let engine: Engine

    package init(_ engine: Engine) { self.engine = engine }

    /// Waits until Telegram has no pending updates, a minute at most, and processes those that it delivered.
    ///
    /// - Parameter entry: The channel; without a Telegram webhook there is nothing to wait for.
    /// - Throws: When the store fails.
    func take(of entry: ProvisionedContent.ChannelEntry) async throws {
        let channel = entry.channel
        guard channel.platform == .telegram, channel.conversation.updates == .webhook else { return }
        let request = BotAPI(channel).webhookInfo()
        let end = engine.time.now() + Self.giveUpAfter
        while !engine.stop.isRaised {
            let pending = TelegramUpdates.pending(await engine.ask(request))
            guard pending != 0 else { break }
            guard engine.time.now() < end else {
                let count = pending.map { "\($0) updates" } ?? "updates, it may be,"
                engine.report(
                    .updatesFailing(
                        channel: channel.fullName,
                        reason: "Telegram keeps \(count) that it could not bring; campaigns go on without them"))
                break
            }
            try await engine.time.sleep(for: Self.recheckInterval)
        }
        try await EventRun(engine).run()
    }
}
