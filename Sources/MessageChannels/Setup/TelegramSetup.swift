import CampaignModel

/// Sets a bot up: descriptions, commands, the menu button, and how its updates come (Bot API 10.1).
struct TelegramSetup {
    private let channel: Channel
    private let api: BotAPI

    init(_ channel: Channel) {
        self.channel = channel
        api = BotAPI(channel)
    }

    func calls(_ menus: [ChannelMenu], webhook: String?) throws(Problem) -> [ChannelCall] {
        presentation + commands(menus)
            + [
                call("menu button", "setChatMenuButton", ["menu_button": ["type": "commands"]]),
                try updates(webhook),
            ]
    }

    private func call(_ name: String, _ method: String, _ fields: [String: JSONValue]) -> ChannelCall {
        .setting(name, api.call(method, fields)) { $0["ok"]?.bool == true }
    }

    /// An empty text takes an earlier one away.
    private var presentation: [ChannelCall] {
        let presentation = channel.conversation.presentation
        return [
            call(
                "description", "setMyDescription", ["description": .string(presentation?.description ?? "")]),
            call(
                "short description", "setMyShortDescription",
                ["short_description": .string(presentation?.shortDescription ?? "")]),
        ]
    }

    private func commands(_ menus: [ChannelMenu]) -> [ChannelCall] {
        menus.enumerated().map { index, menu in
            let commands: JSONValue = [
                ["command": "settings", "description": .string(menu.settings)],
                ["command": "stop", "description": .string(menu.leave)],
            ]
            // The first language is also everybody's whose own has none.
            let language = index == 0 ? nil : menu.language.rawValue
            var fields: [String: JSONValue] = ["commands": commands]
            fields["language_code"] = language.map(JSONValue.string)
            return call("commands (\(menu.language.rawValue))", "setMyCommands", fields)
        }
    }

    private func updates(_ webhook: String?) throws(Problem) -> ChannelCall {
        guard channel.conversation.updates == .webhook else {
            return call("updates by polling", "deleteWebhook", ["drop_pending_updates": false])
        }
        guard let webhook else {
            throw Problem(
                .settings, "channel \(channel.name): updates: webhook needs a `public_url`",
                hint: "Set `public_url` to the https address where this server is reached, or leave updates out.")
        }
        return call(
            "updates by webhook", "setWebhook",
            [
                "url": .string(webhook), "secret_token": .string(TelegramWebhookSecret.make(for: channel).reveal()),
                "allowed_updates": .array(TelegramUpdates.allowed.map(JSONValue.string)),
                "max_connections": .integer(10),
            ])
    }
}

/// Looks at a bot.
struct TelegramCheckup {
    private let channel: Channel
    private let webhook: String?
    private let now: Timestamp
    private let api: BotAPI

    init(_ channel: Channel, webhook: String?, now: Timestamp) {
        self.channel = channel
        self.webhook = webhook
        self.now = now
        api = BotAPI(channel)
    }

    var calls: [ChannelCall] { [token, updates, description] }

    private var token: ChannelCall {
        ChannelCall(name: "token", request: api.call("getMe")) { outcome in
            ChannelCall.found(outcome) { answer in
                let name = RemoteText.clean(answer["result"]?["username"]?.string ?? "?")
                return .init(.good, "it is @\(name)'s: t.me/\(name)")
            }
        }
    }

    /// Failures of the last day count: Telegram keeps telling of the last one for ever.
    private static let recent = Duration.hours(24)

    private var updates: ChannelCall {
        let wanted = channel.conversation.updates == .webhook ? webhook : nil
        let needsWebhook = channel.conversation.updates == .webhook
        let apply = "Run `tellal channel apply \(channel.name)`."
        return ChannelCall(name: "updates", request: api.call("getWebhookInfo")) { [now] outcome in
            ChannelCall.found(outcome) { answer in
                let info = answer["result"]
                let url = info?["url"]?.string ?? ""
                let pending = info?["pending_update_count"]?.integer ?? 0
                if needsWebhook, wanted == nil {
                    return .init(.bad, "`updates: webhook` is set and `public_url` is not", repair: "Set `public_url`.")
                }
                guard url == wanted ?? "" else {
                    let found = url.isEmpty ? "no webhook is set" : "a webhook is set to another address"
                    return .init(
                        .bad, needsWebhook ? found : "\(found), so that asking for updates is refused", repair: apply)
                }
                let failedAt = info?["last_error_date"]?.integer.flatMap(Timestamp.init(told:))
                if needsWebhook, let failedAt, now - failedAt < Self.recent {
                    let said = RemoteText.clean(info?["last_error_message"]?.string ?? "")
                    return .init(
                        .doubtful,
                        "Telegram could not reach the webhook at \(failedAt): “\(said)”; \(pending) updates wait",
                        repair:
                            "Look whether \(url) is reached from outside, with a valid certificate, and `serve` runs.")
                }
                return .init(.good, needsWebhook ? "by webhook, \(pending) wait" : "by polling, \(pending) wait")
            }
        }
    }

    private var description: ChannelCall {
        let wanted = channel.conversation.presentation?.description ?? ""
        let name = channel.name
        return ChannelCall(name: "presentation", request: api.call("getMyDescription")) { outcome in
            ChannelCall.found(outcome) { answer in
                if answer["result"]?["description"]?.string ?? "" == wanted {
                    return wanted.isEmpty
                        ? .init(
                            .doubtful, "there is none: whoever opens the chat sees an empty page",
                            repair:
                                "Write `presentation: {description: …}` into the channel, then `tellal channel apply \(name)`."
                        )
                        : .init(.good, "as it is in feeds/")
                }
                return .init(.doubtful, "it is not the one in feeds/", repair: "Run `tellal channel apply \(name)`.")
            }
        }
    }
}
