package import CampaignModel
import CampaignStore
import MessageChannels

/// Hears what platforms call: proves who it is, keeps it, and only then says that it arrived.
package struct WebhookListener: Sendable {
    /// What to answer a platform, by the status of HTTP.
    package enum Answer: Sendable, Hashable {
        /// 200: it is in the inbox.
        case kept
        /// 200 with this as plain text.
        case challenge(String)
        /// 401: nobody who has the channel's secret sent this.
        case forged
        /// 403: not the verification token.
        case refused
        /// 404.
        case unknown
    }

    /// Below the public address; behind it come the workspace's and the channel's name.
    package static let path = "webhooks"
    /// What Meta batches, at most; Telegram's updates are far smaller.
    package static let mostBytes = 1 << 20

    private let engine: Engine
    private let inbox: WakeSignal

    /// - Parameters:
    ///   - engine: Whose channels they are.
    ///   - inbox: Is raised when there is something in it.
    package init(_ engine: Engine, inbox: WakeSignal) {
        self.engine = engine
        self.inbox = inbox
    }

    /// Where a platform calls for a channel.
    package static func address(of channel: Channel, publicURL: String) -> String {
        "\(publicURL)/\(path)/\(channel.workspace)/\(channel.name)"
    }

    private func entry(_ workspace: String, _ name: String) -> ProvisionedContent.ChannelEntry? {
        engine.content.channels.first { $0.channel.workspace == workspace && $0.channel.name == name }
    }

    /// Meta asks whether this is the webhook that was meant (Messenger Platform, Webhooks, "Verification requests").
    ///
    /// - Parameters:
    ///   - workspace: Of the path.
    ///   - name: The channel's.
    ///   - query: The parameters, decoded.
    /// - Returns: What to answer.
    package func verify(workspace: String, channel name: String, query: [(name: String, value: String)]) -> Answer {
        guard let channel = entry(workspace, name)?.channel, channel.platform == .messenger else { return .unknown }
        let values = Dictionary(query.map { ($0.name, $0.value) }) { first, _ in first }
        guard values["hub.mode"] == "subscribe", let token = channel.verifyToken, !token.isEmpty,
            SecretComparison.isSame(values["hub.verify_token"] ?? "", token), let challenge = values["hub.challenge"],
            challenge.utf8.count <= 512
        else { return .refused }
        return .challenge(challenge)
    }

    /// A platform tells of events.
    ///
    /// - Parameters:
    ///   - workspace: Of the path.
    ///   - name: The channel's.
    ///   - proof: The header that proves who it is.
    ///   - body: Byte for byte as it came.
    /// - Returns: What to answer, once it is safe.
    /// - Throws: When the store fails: then the platform must not be told that it arrived.
    package func hear(
        workspace: String, channel name: String, proof: WebhookProof, body: [UInt8]
    ) async throws -> Answer {
        guard let entry = entry(workspace, name) else { return .unknown }
        try engine.store.requireAvailable()
        let events: [(channel: ChannelID, event: ReceivedEvent)]
        switch entry.channel.platform {
        case .telegram:
            guard entry.channel.conversation.updates == .webhook else { return .unknown }
            guard TelegramWebhookSecret.isGenuine(proof.telegramSecret, of: entry.channel) else { return .forged }
            events = [(entry.id, TelegramUpdates.received(webhook: body))]
        case .messenger:
            guard let secret = entry.channel.appSecret,
                MessengerSignature.isGenuine(proof.messengerSignature, body: body, appSecret: secret)
            else { return .forged }
            events = MessengerEvents.received(body).map { addressed($0, calledFor: entry) }
        }
        engine.webhooks.note(entry.id, at: engine.time.now())
        if try await engine.store.receive(events, at: engine.time.now()) > 0 { inbox.raise() }
        return .kept
    }

    /// An app has one webhook for all of its Pages. What is of no Page that we know is kept where it came in, and nothing
    /// is made of it.
    private func addressed(
        _ event: MessengerEvents.Addressed, calledFor entry: ProvisionedContent.ChannelEntry
    ) -> (channel: ChannelID, event: ReceivedEvent) {
        guard let page = event.pageID, page != entry.channel.pageID else { return (entry.id, event.event) }
        let other = engine.content.channels.first {
            $0.channel.platform == .messenger && $0.channel.pageID == page
                && $0.channel.appSecret == entry.channel.appSecret
        }
        return other.map { ($0.id, event.event) } ?? (entry.id, MessengerEvents.foreign(event.event))
    }
}

/// The headers by which platforms prove who they are; nil when they did not come.
package struct WebhookProof: Sendable, Hashable {
    /// `X-Telegram-Bot-Api-Secret-Token`
    package var telegramSecret: String?
    /// `X-Hub-Signature-256`
    package var messengerSignature: String?

    package init(telegramSecret: String? = nil, messengerSignature: String? = nil) {
        self.telegramSecret = telegramSecret
        self.messengerSignature = messengerSignature
    }
}
