import CampaignModel
import Foundation

/// Reads one entry of `campaigns`.
enum CampaignReader {
    static let keys = [
        "name", "source", "sources", "on", "on_update", "filter", "price_drop", "layout", "frequency", "missed",
        "time_zone",
        "not_before", "until", "quiet_hours", "items", "start", "approval", "channels", "audience", "topic", "track",
        "utm",
        "expires",
        "resend_unknown_after",
    ]

    /// A campaign with any problem is left out; the problems are with the collector.
    static func read(_ reader: MappingReader, workspace: String) -> Campaign? {
        let before = reader.collector.problems.count
        let name = reader.name()
        let sources = sources(reader)
        let channels = reader.strings("channels") ?? []
        if channels.isEmpty { reader.report("channels", "missing", hint: "Name at least one channel: [my-bot].") }
        reportRepeats(in: channels, reader, "channels")
        reportRepeats(in: sources, reader, "sources")
        let layout = reader.required("layout", hint: "Name a layout of templates/layouts/, such as article-card.")
        var campaign = Campaign(
            workspace: workspace, name: name ?? "", sources: sources, layout: layout ?? "", channels: channels,
            provenance: reader.provenance
        )
        campaign.on = kinds(reader) ?? campaign.on
        campaign.onUpdate = reader.choice("on_update", of: UpdateRule.self) ?? campaign.onUpdate
        if campaign.onUpdate == .edit, campaign.on.contains(.updated) {
            reader.report(
                "on_update", "an updated item cannot both be told again and change its message",
                hint: "Take updated out of on, or write on_update: ignore.")
        }
        campaign.filter = FilterReader.read(reader) ?? campaign.filter
        campaign.priceDrop = priceDrop(reader) ?? campaign.priceDrop
        CampaignTimesReader.read(reader, into: &campaign)
        campaign.quietHours = quietHours(reader)
        campaign.items = items(reader, sources: sources.count) ?? campaign.items
        campaign.start = start(reader) ?? campaign.start
        campaign.approval = approval(reader)
        campaign.audience = AudienceReader.read(reader) ?? campaign.audience
        if let topic = reader.string("topic") {
            campaign.topic = topic.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            if !(1...40).contains(campaign.topic?.count ?? 0) {
                reader.report(
                    "topic", "a topic has 1 to 40 characters", hint: "It stands on a button: topic: New articles.")
            }
        }
        campaign.tracksLinks = reader.boolean("track") ?? true
        campaign.utm = utm(reader, campaign: campaign.name)
        campaign.expires = reader.duration("expires") ?? campaign.expires
        campaign.resendUnknownAfter = resendUnknownAfter(reader)
        return reader.collector.problems.count == before ? campaign : nil
    }

    /// A copy that proves the first one's arrival may take its time, so nobody is in a hurry.
    private static let shortestDoubt = Duration.minutes(30)

    private static func resendUnknownAfter(_ reader: MappingReader) -> Duration? {
        guard reader.has("resend_unknown_after"), reader.string("resend_unknown_after") != "off",
            let wait = reader.duration("resend_unknown_after")
        else { return nil }
        if wait < shortestDoubt {
            reader.report(
                "resend_unknown_after", "it is too short", hint: "Write off, or at least 30m; people may get it twice.")
        }
        return wait
    }

    static let approvalKeys = ["by", "expires"]

    /// `true`, or who is asked.
    private static func approval(_ reader: MappingReader) -> Approval? {
        guard let value = reader.value("approval") else { return nil }
        if case .scalar = value.kind { return reader.boolean("approval") == true ? Approval() : nil }
        guard let group = reader.group("approval", keys: approvalKeys) else { return nil }
        var approval = Approval(expires: group.duration("expires") ?? .days(1))
        guard let by = group.string("by") else { return approval }
        let parts = by.split(separator: ":", maxSplits: 1)
        guard parts.count == 2 else {
            group.report(
                "by", "\(quoted(group.written("by"))) is no channel and address",
                hint: "Write the channel and your chat's number: my-bot:123456789; `tellal subscribers list` has it.")
            return nil
        }
        guard Subscriber.isPerson(address: String(parts[1])) else {
            group.report(
                "by", "\(quoted(group.written("by"))) is a group or a channel, which gets no buttons that decide",
                hint: "Write the number of your own chat with the bot: my-bot:123456789.")
            return nil
        }
        (approval.channel, approval.address) = (String(parts[0]), String(parts[1]))
        return approval
    }

    /// `true`, or what to say in the place of the usual words.
    static func utm(_ reader: MappingReader, campaign: String) -> UTM? {
        guard let value = reader.value("utm") else { return nil }
        if case .scalar = value.kind {
            return reader.boolean("utm") == true ? UTM(source: "tellal", medium: "chat", campaign: campaign) : nil
        }
        guard let group = reader.group("utm", keys: ["source", "medium", "campaign"]) else { return nil }
        return UTM(
            source: group.string("source") ?? "tellal", medium: group.string("medium") ?? "chat",
            campaign: group.string("campaign") ?? campaign)
    }

    private static func sources(_ reader: MappingReader) -> [String] {
        let hint = "Write source: blog, or sources: [blog, shop]."
        if reader.has("source"), reader.has("sources") {
            reader.report("sources", "both source and sources are given", hint: hint)
        }
        let names = reader.string("source").map { [$0] } ?? reader.strings("sources") ?? []
        if names.isEmpty { reader.report(reader.has("sources") ? "sources" : "source", "missing", hint: hint) }
        return names
    }

    private static func reportRepeats(in names: [String], _ reader: MappingReader, _ key: String) {
        var seen: Set<String> = []
        for name in names where !seen.insert(name).inserted {
            reader.report(key, "\(quoted(name)) is named twice", hint: "Once is enough.")
        }
    }

    private static func kinds(_ reader: MappingReader) -> Set<ChangeKind>? {
        guard let texts = reader.strings("on") else { return nil }
        let supported = ChangeKind.allCases.map(\.rawValue)
        var kinds: Set<ChangeKind> = []
        for text in texts {
            guard let kind = ChangeKind(rawValue: text) else {
                reader.report(
                    "on", "unknown kind of change \(quoted(text))", hint: Suggestion.hint(for: text, among: supported)
                )
                continue
            }
            kinds.insert(kind)
        }
        if texts.isEmpty { reader.report("on", "empty", hint: "Use any of \(supported.joined(separator: ", ")).") }
        return kinds
    }

    private static func priceDrop(_ reader: MappingReader) -> PriceDropThreshold? {
        guard let group = reader.group("price_drop", keys: ["percent", "amount"]) else { return nil }
        var threshold = PriceDropThreshold()
        if let percent = group.decimal("percent", hint: "Write something like 5.") {
            threshold.percent = percent
            if percent > DecimalAmount(digits: 100, scale: 0) {
                group.report("percent", "no price falls by more than 100 percent", hint: "Write something like 5.")
            }
        }
        threshold.amount = group.decimal("amount", hint: "Write something like 1.00.") ?? threshold.amount
        return threshold
    }

    static func quietHours(_ reader: MappingReader) -> QuietHours? {
        guard let text = reader.string("quiet_hours") else { return nil }
        guard let hours = SettingValue.quietHours(text) else {
            reader.report(
                "quiet_hours", "\(quoted(reader.written("quiet_hours"))) is not a span of time",
                hint: "Write something like 22:00-08:00."
            )
            return nil
        }
        return hours
    }

    private static func items(_ reader: MappingReader, sources: Int) -> ItemChoice? {
        let keys = ["min", "max", "order", "overflow", "per_source", "per_author", "variants"]
        guard let group = reader.group("items", keys: keys) else { return nil }
        var choice = ItemChoice()
        choice.min = group.integer("min", in: 1...100) ?? choice.min
        choice.max = group.integer("max", in: 1...100) ?? max(choice.max, choice.min)
        if choice.min > choice.max {
            group.report(
                "min", "min (\(choice.min)) is more than max (\(choice.max))", hint: "Such a run could never happen.")
        }
        choice.perSource = group.integer("per_source", in: 1...100)
        if let perSource = choice.perSource, sources > 0, perSource * sources < choice.min {
            group.report(
                "per_source", "min (\(choice.min)) is more than all sources may give (\(perSource * sources))",
                hint: "Such a run could never happen.")
        }
        choice.perAuthor = group.integer("per_author", in: 1...100)
        choice.order = group.choice("order", of: ItemChoice.Order.self) ?? choice.order
        choice.overflow = group.choice("overflow", of: ItemChoice.Overflow.self) ?? choice.overflow
        choice.variants = group.choice("variants", of: ItemChoice.Variants.self) ?? choice.variants
        return choice
    }

    private static func start(_ reader: MappingReader) -> CampaignStart? {
        guard let text = reader.string("start") else { return nil }
        let words = text.split(separator: " ")
        if words == ["now"] { return .now }
        if words.count == 2, words[0] == "last", let count = Int(words[1]), (1...100).contains(count) {
            return .last(count)
        }
        reader.report(
            "start", "\(quoted(reader.written("start"))) is not a start",
            hint: "Write now, or last N with N from 1 to 100: last 5."
        )
        return nil
    }
}
