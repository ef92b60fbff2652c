package import CampaignModel
import CampaignStore
import MessageChannels

/// Handles webhook calls of platforms: checks the signature, stores the events, and only then confirms them.
package struct WebhookListener: Sendable {
    /// The answer to a platform, as an HTTP status.
    package enum Answer: Sendable, Hashable {
        /// 200: the events are in the inbox.
        case kept
        /// 200 with this as plain text.
        case challenge(String)
        /// 401: the sender does not have the channel's secret.
        case forged
        /// 403: the verification token is wrong.
        case refused
        /// 404: no such channel.
        case unknown
    }

    /// Path below the public address; the names of workspace and channel follow it.
    package static let path = "webhooks"
    /// Most bytes of a call. Meta's batches are smaller, Telegram's updates far smaller.
    package static let mostBytes = 1 << 20

    private let engine: Engine
    private let inbox: WakeSignal

    /// - Parameters:
    ///   - engine: The engine.
    ///   - inbox: Raised when the inbox has events.
    package init(_ engine: Engine, inbox: WakeSignal) {
        self.engine = engine
        self.inbox = inbox
    }

    /// The webhook address of a channel.
    package static func address(of channel: Channel, publicURL: String) -> String {
        "\(publicURL)/\(path)/\(channel.workspace)/\(channel.name)"
    }

    private func entry(_ workspace: String, _ name: String) -> ProvisionedContent.ChannelEntry? {
        engine.content.channels.first { $0.channel.workspace == workspace && $0.channel.name == name }
    }

    /// Handles Meta's verification of the webhook (Messenger Platform, Webhooks, "Verification requests").
    ///
    /// - Parameters:
    ///   - workspace: The workspace's name, from the path.
    ///   - name: The channel's name, from the path.
    ///   - query: The parameters, decoded.
    /// - Returns: The answer.
    package func verify(workspace: String, channel name: String, query: [(name: String, value: String)]) -> Answer {
        guard let channel = entry(workspace, name)?.channel, channel.platform == .messenger else { return .unknown }
        let values = Dictionary(query.map { ($0.name, $0.value) }) { first, _ in first }
        guard values["hub.mode"] == "subscribe", let token = channel.verifyToken, !token.isEmpty,
            SecretComparison.isSame(values["hub.verify_token"] ?? "", token), let challenge = values["hub.challenge"],
            challenge.utf8.count <= 512
        else { return .refused }
        return .challenge(challenge)
    }

    /// Handles a call with events.
    ///
    /// - Parameters:
    ///   - workspace: The workspace's name, from the path.
    ///   - name: The channel's name, from the path.
    ///   - proof: The header that authenticates the platform.
    ///   - body: The body, byte for byte.
    /// - Returns: The answer, once the events are stored.
    /// - Throws: When the store fails: then the call must not be confirmed.
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

    /// Assigns events to channels by Page, since an app has one webhook for all of its Pages. Events of an unknown Page
    /// are stored with the channel that received them, and have no effect.
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

/// The headers that authenticate a platform; nil where absent.
package struct WebhookProof: Sendable, Hashable {
    /// The header `X-Telegram-Bot-Api-Secret-Token`.
    package var telegramSecret: String?
    /// The header `X-Hub-Signature-256`.
    package var messengerSignature: String?

    package init(telegramSecret: String? = nil, messengerSignature: String? = nil) {
        self.telegramSecret = telegramSecret
        self.messengerSignature = messengerSignature
    }
}
