import CampaignModel
import CampaignStore
import MessageChannels

/// What Telegram keeps because nobody answered when it called: it calls again, ever more seldom, and who left meanwhile must not
/// be written to first.
package struct WebhookBacklog: Sendable {
    /// Telegram may call again much later; campaigns do not wait for that.
    private static let patience = Duration.seconds(60)
    private static let glance = Duration.seconds(1)

    private let engine: Engine

    package init(_ engine: Engine) { self.engine = engine }

    /// Waits until Telegram keeps nothing any more, for a minute at the most, and takes what it brought.
    ///
    /// - Parameter entry: The channel; there is nothing to wait for where Telegram is asked, or has no webhook to call.
    /// - Throws: When the store fails.
    func take(of entry: ProvisionedContent.ChannelEntry) async throws {
        let channel = entry.channel
        guard channel.platform == .telegram, channel.conversation.updates == .webhook else { return }
        let request = BotAPI(channel).webhookInfo()
        let end = engine.time.now() + Self.patience
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
            try await engine.time.sleep(for: Self.glance)
        }
        try await EventRun(engine).run()
    }
}
