import CampaignModel
import Foundation

/// Sets a Page up: what people see before and beside a conversation (Messenger Profile API), which events it sends, and
/// where to.
struct MessengerSetup {
    private let channel: Channel
    private let api: GraphAPI

    init(_ channel: Channel) {
        self.channel = channel
        api = GraphAPI(channel)
    }

    func calls(_ menus: [ChannelMenu], webhook: String?) throws(Problem) -> [ChannelCall] {
        guard channel.receivesUpdates else {
            throw Problem(
                .settings, "channel \(channel.name): `app_secret` and `verify_token` are missing",
                hint: "Without them nobody can tell whether a call comes from Meta, and what people write is not heard."
            )
        }
        var calls = [profile(menus)]
        if api.appToken != nil, webhook == nil {
            throw Problem(
                .settings, "channel \(channel.name): Messenger needs a `public_url`",
                hint: "Set `public_url` to the https address where this server is reached from outside.")
        }
        calls += events(MessengerEvents.fields, "", webhook)
        // By itself, for a field that Meta does not know fails all of a call.
        if channel.marketing != nil {
            calls += events(MessengerEvents.fields + MessengerEvents.marketingFields, ", with paid messages", webhook)
        }
        return calls
    }

    /// The app's webhook, if we may set it, and what of the Page it gets.
    private func events(_ fields: [String], _ what: String, _ webhook: String?) -> [ChannelCall] {
        var calls: [ChannelCall] = []
        if let appToken = api.appToken, let id = channel.appID, let webhook {
            calls.append(subscription(id, appToken, webhook, fields, what))
        }
        let list = JSONValue.string(fields.joined(separator: ","))
        calls.append(
            .setting(
                "events of the Page\(what)", api.post("\(api.page)/subscribed_apps", ["subscribed_fields": list])
            ) {
                $0["success"]?.bool == true || $0["success"]?.string == "true"
            })
        return calls
    }

    /// Greeting: at most 160 characters; the menu needs Get Started (Messenger Profile API, 18 March 2026).
    private func profile(_ menus: [ChannelMenu]) -> ChannelCall {
        var fields: [String: JSONValue] = [
            "get_started": ["payload": .string(ButtonPayload.messengerGetStarted)],
            "persistent_menu": .array(
                menus.enumerated().flatMap { index, menu in
                    (index == 0 ? ["default"] : []).map { entry(menu, locale: $0) }
                        + [entry(menu, locale: menu.language.facebookLocale)]
                }),
        ]
        if let presentation = channel.conversation.presentation {
            fields["greeting"] = [["locale": "default", "text": .string(presentation.description)]]
        }
        return .setting("greeting, Get Started and menu", api.post("\(api.page)/messenger_profile", fields)) {
            $0["result"]?.string == "success"
        }
    }

    private func entry(_ menu: ChannelMenu, locale: String) -> JSONValue {
        [
            "locale": .string(locale), "composer_input_disabled": false,
            "call_to_actions": [
                ["type": "postback", "title": .string(menu.settings), "payload": .string(ButtonPayload.settings)],
                [
                    "type": "postback", "title": .string(menu.leave),
                    "payload": .string(ButtonPayload.messengerUnsubscribe),
                ],
            ],
        ]
    }

    private func subscription(
        _ app: String, _ token: Secret, _ webhook: String, _ fields: [String], _ what: String
    ) -> ChannelCall {
        .setting(
            "webhook of the app\(what)",
            api.post(
                "\(app)/subscriptions",
                [
                    "object": "page", "callback_url": .string(webhook),
                    "verify_token": .string(channel.verifyToken?.reveal() ?? ""),
                    "fields": .string(fields.joined(separator: ",")), "include_values": true,
                ], token: token)
        ) { $0["success"]?.bool == true || $0["success"]?.string == "true" }
    }
}

extension Language {
    /// As Meta names the commonest form.
    fileprivate var facebookLocale: String {
        switch self {
        case .english: "en_US"
        case .turkish: "tr_TR"
        case .italian: "it_IT"
        case .spanish: "es_ES"
        case .german: "de_DE"
        case .french: "fr_FR"
        case .portuguese: "pt_BR"
        }
    }
}

/// Looks at a Page.
struct MessengerCheckup {
    private let channel: Channel
    private let webhook: String?
    private let now: Timestamp
    private let api: GraphAPI

    init(_ channel: Channel, webhook: String?, now: Timestamp) {
        self.channel = channel
        self.webhook = webhook
        self.now = now
        api = GraphAPI(channel)
    }

    var calls: [ChannelCall] { [token, permissions, events, callback, profile].compactMap(\.self) }

    private var apply: String { "Run `tellal channel apply \(channel.name)`." }

    private var token: ChannelCall {
        ChannelCall(name: "token", request: api.get(api.page, [("fields", "name")])) { outcome in
            ChannelCall.found(outcome, repair: "Look at `page_id`: it stands in the Page's settings, under About.") {
                .init(.good, "it is the Page “\(RemoteText.clean($0["name"]?.string ?? "?"))”")
            }
        }
    }

    /// Two weeks are enough to make another.
    private static let soon = Duration.days(14)
    private static let needed = ["pages_messaging", "pages_manage_metadata"]

    private var permissions: ChannelCall {
        let query = [("input_token", channel.token.reveal())]
        let request = api.get("debug_token", query, token: api.appToken)
        let renew =
            "Make a new Page access token (Meta for Developers, your app, Messenger, Settings) and put it into `token`."
        return ChannelCall(name: "permissions", request: request) { [now] outcome in
            ChannelCall.found(outcome) { answer in
                let data = answer["data"]
                guard data?["is_valid"]?.bool != false else {
                    let said = RemoteText.clean(data?["error"]?["message"]?.string ?? "the token is not valid")
                    return .init(.bad, said, repair: renew)
                }
                let scopes = Set((data?["scopes"]?.array ?? []).compactMap(\.string))
                let missing = Self.needed.filter { !scopes.contains($0) }
                guard missing.isEmpty else {
                    return .init(
                        .bad, "the token lacks \(missing.joined(separator: " and "))",
                        repair: "Make it anew with these permissions, by someone with the task MESSAGING on the Page.")
                }
                let ends = [data?["expires_at"], data?["data_access_expires_at"]].compactMap { $0?.integer }
                    .filter { $0 > 0 }.min().flatMap(Timestamp.init(told:))
                guard let ends else { return .init(.good, "the token does not expire") }
                return ends - now < Self.soon
                    ? .init(.doubtful, "the token ends at \(ends)", repair: renew)
                    : .init(.good, "the token holds until \(ends)")
            }
        }
    }

    private var events: ChannelCall {
        ChannelCall(name: "events of the Page", request: api.get("\(api.page)/subscribed_apps")) {
            [apply, isPaid = channel.marketing != nil] outcome in
            ChannelCall.found(outcome) { answer in
                let apps = answer["data"]?.array ?? []
                let fields = Set(apps.flatMap { $0["subscribed_fields"]?.array ?? [] }.compactMap(\.string))
                guard !apps.isEmpty else {
                    return .init(
                        .bad,
                        "the app is not subscribed to the Page: either never, or Meta took it away after an hour of "
                            + "failing calls", repair: apply)
                }
                let missing = MessengerEvents.fields.filter { !fields.contains($0) }
                guard missing.isEmpty else {
                    return .init(.bad, "these are missing: \(missing.joined(separator: ", "))", repair: apply)
                }
                let paid = isPaid ? MessengerEvents.marketingFields.filter { !fields.contains($0) } : []
                return paid.isEmpty
                    ? .init(.good, "all that are needed")
                    : .init(
                        .doubtful, "what becomes of paid messages is not heard: \(paid.joined(separator: ", "))",
                        repair: apply)
            }
        }
    }

    /// Only the app itself may be asked for it.
    private var callback: ChannelCall? {
        guard let appToken = api.appToken, let id = channel.appID else { return nil }
        return ChannelCall(name: "webhook of the app", request: api.get("\(id)/subscriptions", token: appToken)) {
            [webhook, apply] outcome in
            ChannelCall.found(outcome) { answer in
                let page = (answer["data"]?.array ?? []).first { $0["object"]?.string == "page" }
                guard let webhook else {
                    return .init(
                        .bad, "`public_url` is not set, so Meta has nowhere to call", repair: "Set `public_url`.")
                }
                guard let page else { return .init(.bad, "there is none", repair: apply) }
                // Of several Pages of one app, the one that was set up last has given it its address.
                let own = webhook.components(separatedBy: "/webhooks/")[0] + "/webhooks/"
                guard page["callback_url"]?.string?.hasPrefix(own) ?? false else {
                    return .init(.bad, "it is another address than \(webhook)", repair: apply)
                }
                return page["active"]?.bool == false
                    ? .init(.bad, "Meta has switched it off", repair: apply) : .init(.good, "it is \(webhook)")
            }
        }
    }

    private var profile: ChannelCall {
        let wanted = channel.conversation.presentation?.description
        let request = api.get("\(api.page)/messenger_profile", [("fields", "greeting,get_started,persistent_menu")])
        return ChannelCall(name: "presentation", request: request) { [apply] outcome in
            ChannelCall.found(outcome) { answer in
                let profile = answer["data"]?.array?.first
                guard profile?["get_started"]?["payload"]?.string == ButtonPayload.messengerGetStarted else {
                    return .init(.bad, "the Get Started button is missing or another's", repair: apply)
                }
                let greeting = profile?["greeting"]?.array?.first { $0["locale"]?.string == "default" }
                guard let wanted else {
                    return .init(
                        .doubtful, "there is no greeting",
                        repair: "Write `presentation: {description: …}` into the channel. \(apply)")
                }
                return greeting?["text"]?.string == wanted
                    ? .init(.good, "as it is in feeds/")
                    : .init(.doubtful, "the greeting is not the one in feeds/", repair: apply)
            }
        }
    }
}
