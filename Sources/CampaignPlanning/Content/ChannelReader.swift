import CampaignModel

/// Reads one entry of `channels`.
enum ChannelReader {
    static let keys =
        [
            "name", "platform", "token", "api", "rate", "page_id", "app_id", "app_secret", "verify_token", "version",
            "rich", "marketing", "at_most",
        ]
        + ConversationReader.keys

    private static let messengerOnly = ["page_id", "app_id", "app_secret", "verify_token", "version", "marketing"]

    static func read(_ reader: MappingReader, workspace: String) -> Channel? {
        let name = reader.name()
        let token = token(reader)
        guard reader.has("platform") else {
            reader.report("platform", "missing", hint: "Write telegram or messenger.")
            return nil
        }
        guard let platform = reader.choice("platform", of: Platform.self) else { return nil }
        let api = api(reader, platform: platform)
        let rate = rate(reader, platform: platform)
        var channel = Channel(
            workspace: workspace, name: name ?? "", platform: platform, token: Secret(token ?? ""), api: api ?? "",
            rate: rate ?? defaultRate, provenance: reader.provenance
        )
        switch platform {
        case .telegram:
            for key in messengerOnly where reader.has(key) {
                reader.report(key, "only Messenger channels have it", hint: "Leave it out.")
            }
            channel.rich = rich(reader)
        case .messenger:
            if reader.has("rich") {
                reader.report("rich", "only Telegram channels have it", hint: "Leave it out.")
            }
            channel.pageID = number(reader, "page_id", hint: "It stands in the Page's settings, under About.")
            if reader.has("app_id") {
                channel.appID = number(
                    reader, "app_id", hint: "It stands on the app's dashboard at Meta for Developers.")
            }
            channel.version = version(reader)
            channel.appSecret = reader.string("app_secret").map { Secret($0) }
            channel.verifyToken = reader.string("verify_token").map { Secret($0) }
            channel.marketing = MarketingReader.read(reader)
            guard channel.pageID != nil, channel.version != nil else { return nil }
        }
        ConversationReader.read(reader, into: &channel)
        channel.caps = caps(reader)
        guard name != nil, token != nil, api != nil, rate != nil else { return nil }
        return channel
    }

    private static func caps(_ reader: MappingReader) -> MessageCaps? {
        guard let group = reader.group("at_most", keys: ["per_day", "per_week"]) else { return nil }
        let caps = MessageCaps(
            perDay: group.integer("per_day", in: 1...1000), perWeek: group.integer("per_week", in: 1...1000))
        if let day = caps.perDay, let week = caps.perWeek, day > week {
            group.report(
                "per_day", "per_day (\(day)) is more than per_week (\(week))", hint: "Then per_week alone says it.")
        }
        return caps
    }

    private static func token(_ reader: MappingReader) -> String? {
        let hint =
            "Take it from @BotFather or from the Page's settings, and write ${NAME} rather than the token itself."
        guard let token = reader.required("token", hint: hint) else { return nil }
        // It becomes part of an address or a header.
        guard token.utf8.allSatisfy({ (0x21...0x7E).contains($0) && !"/?#\\%".utf8.contains($0) }) else {
            reader.report(
                "token", "the token holds white space or other characters that no token has",
                hint: "Look for a line break at the end of the secret's file."
            )
            return nil
        }
        return token
    }

    private static func api(_ reader: MappingReader, platform: Platform) -> String? {
        guard reader.has("api") else {
            return platform == .telegram ? "https://api.telegram.org" : "https://graph.facebook.com"
        }
        guard var api = reader.string("api") else { return nil }
        while api.hasSuffix("/") { api.removeLast() }
        guard SettingValue.isWebAddress(api) else {
            reader.report(
                "api", "\(quoted(reader.written("api"))) is not an http(s) address",
                hint: "Leave it out for the platform itself, or write something like http://127.0.0.1:8081."
            )
            return nil
        }
        return api
    }

    /// What Telegram takes of a bot, and a safe distance below what freezes a Page's inbox.
    private static let defaultRate = 30.0

    /// Telegram: about 30 messages a second in bulk (Bot FAQ). Messenger: above 40 a second the Page's inbox stops showing
    /// messages, and it cannot send until there are fewer (rate limiting, 23 March 2026).
    private static func highestRate(_ platform: Platform) -> Double {
        switch platform {
        case .telegram: 30
        case .messenger: 40
        }
    }

    private static func rate(_ reader: MappingReader, platform: Platform) -> Double? {
        guard reader.has("rate") else { return defaultRate }
        guard let text = reader.string("rate") else { return nil }
        guard let rate = SettingValue.rate(text) else {
            reader.report(
                "rate", "\(quoted(reader.written("rate"))) is not a rate", hint: "Write something like 30/s or 20/min."
            )
            return nil
        }
        let highest = highestRate(platform)
        guard rate <= highest else {
            let name = platform == .telegram ? "Telegram" : "Messenger"
            reader.report(
                "rate", "\(quoted(reader.written("rate"))) is more than \(name) allows",
                hint: "Write \(Int(highest))/s or less."
            )
            return nil
        }
        return rate
    }

    private static func rich(_ reader: MappingReader) -> RichMessages {
        switch reader.string("rich") {
        case nil, "false": return .never
        case "true": return .always
        case "auto": return .auto
        default:
            reader.report("rich", "unknown value \(quoted(reader.written("rich")))", hint: "Write true, false or auto.")
            return .never
        }
    }

    private static func number(_ reader: MappingReader, _ key: String, hint: String) -> String? {
        guard let id = reader.required(key, hint: hint) else { return nil }
        guard id.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            let what = key == "page_id" ? "a Page's" : "an app's"
            reader.report(key, "\(quoted(reader.written(key))) is not \(what) id", hint: "It has digits only.")
            return nil
        }
        return id
    }

    private static func version(_ reader: MappingReader) -> String? {
        guard reader.has("version") else { return "v25.0" }
        guard let version = reader.string("version") else { return nil }
        let parts = version.dropFirst().split(separator: ".", omittingEmptySubsequences: false)
        guard version.first == "v", parts.count == 2,
            parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } })
        else {
            reader.report(
                "version", "\(quoted(reader.written("version"))) is not a version of the Graph API",
                hint: "Write v25.0."
            )
            return nil
        }
        return version
    }
}
