import CampaignModel
import Foundation
import MessageChannels

/// Channels and shorthands for the tests of this target.
enum Sample {
    static let telegramToken = "123456:SECRET-telegram-token"
    static let messengerToken = "EAASECRETmessengertoken"

    static let telegram = Channel(
        workspace: "default", name: "bot", platform: .telegram, token: Secret(telegramToken),
        api: "https://api.telegram.org", rate: 30, provenance: Provenance(file: "feeds/x.yaml", line: 1)
    )
    static let messenger = Channel(
        workspace: "default", name: "page", platform: .messenger, token: Secret(messengerToken),
        api: "https://graph.facebook.com", rate: 30, pageID: "1234567890", version: "v25.0",
        provenance: Provenance(file: "feeds/x.yaml", line: 9)
    )

    static func onTelegram(_ modules: MessageModule..., to address: String = "42") -> RenderedMessage {
        TelegramAdapter().requests(
            for: Message(modules: modules), to: address, on: telegram, reference: "7.1.abcd"
        )
    }

    static func onMessenger(_ modules: MessageModule..., reference: String = "7.1.abcd") -> RenderedMessage {
        MessengerAdapter().requests(
            for: Message(modules: modules), to: "9001", on: messenger, reference: reference
        )
    }

    static func text(_ text: String, buttons: [MessageButton] = []) -> MessageModule {
        .text(RichText(plain: text), buttons: buttons)
    }

    static func link(_ title: String, _ url: String = "https://example.com/") -> MessageButton {
        MessageButton(title: title, action: .link(url))
    }

    static let stop = MessageButton(title: "Stop", action: .unsubscribe)
}

extension RenderedMessage {
    /// When nothing is known of its media yet.
    var requests: [HTTPRequest] {
        parts.compactMap { $0.request($0.media.map { MediaForm(unknown: $0) })?.http }
    }

    var bodies: [String] { requests.map { String(decoding: $0.body, as: UTF8.self) } }

    /// The bodies read back by a reader that is not ours.
    var objects: [[String: Any]] {
        requests.map {
            (try? JSONSerialization.jsonObject(with: Data($0.body))) as? [String: Any] ?? [:]
        }
    }

    /// The last path component of each request.
    var methods: [String] { requests.map { String($0.url.split(separator: "/").last ?? "") } }

    /// Telegram's texts and captions.
    var texts: [String] { objects.map { ($0["text"] ?? $0["caption"]) as? String ?? "" } }

    /// Messenger's messages.
    var messages: [[String: Any]] { objects.map { $0["message"] as? [String: Any] ?? [:] } }
    var messengerTexts: [String] { messages.compactMap { $0["text"] as? String } }
    var payloads: [[String: Any]] {
        messages.compactMap { ($0["attachment"] as? [String: Any])?["payload"] as? [String: Any] }
    }
    var elements: [[String: Any]] { payloads.flatMap { $0["elements"] as? [[String: Any]] ?? [] } }
}
