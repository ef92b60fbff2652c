import CampaignModel
import Foundation
import HTTPTransport
import TestSupport

@testable import CampaignEngine
@testable import CampaignPlanning
@testable import CampaignStore

/// A year in the life of a blog and a shop: three sources, eight campaigns, people who come, choose, are away and leave.
///
/// Time passes from one pass of the program to the next; what happens is written down for `scripts/lib/year_check.py`.
final class Year {
    private static let start = Timestamp(year: 2026, month: 10, day: 1, hour: 6) ?? Timestamp(seconds: 0)
    private static let zones = [
        "Europe/Istanbul", "Asia/Tokyo", "America/New_York", "Australia/Lord_Howe", "Pacific/Kiritimati",
        "Africa/Casablanca",
        "America/Los_Angeles", "Asia/Kathmandu",
    ]
    private static let words = ["swift", "kettle", "sponsored", "harbour", "lantern", "sale", "music", "rain"]
    private static let sources = ["blog", "shop", "radio"]

    private let log = YearLog()
    private let time = ManualTime(Year.start)
    private let store: Store
    private let content: ProvisionedContent
    private let engine: Engine
    private let sender: ScriptedSender
    private var chance: Chance
    private var people: [YearPerson] = []
    private var nextItem = 1
    /// Of each source, as they are now.
    private var items: [String: [Item]] = [:]
    private var events = 0

    init(seed: UInt64, people count: Int, in folder: TemporaryFolder) async throws {
        chance = Chance(seed: seed)
        store = try await Store.open("sqlite:" + folder.path("year.db"), now: time.now())
        content = try await store.provision(
            channels: Self.channels, sources: Self.sources.map { SampleContent.source($0, at: "/nowhere/\($0).xml") },
            campaigns: Self.campaigns, now: time.now())
        let texts = [
            "name: each\neach: item\nmodules: [{text: \"{{campaign.name}}: [{{item.title}}]<br>{{item.summary}}\"}]",
            "name: list\neach: digest\nmodules: [{text: \"{{campaign.name}}: {{#items}}[{{item.title}}]{{/items}}\"}]",
            "name: catch-up\neach: digest\nmodules: [{text: \"{{campaign.name}}: {{#items}}[{{item.title}}]{{/items}}\"}]",
        ]
        let (layouts, _) = LayoutReader.read(
            files: texts.enumerated().map { ContentFile(path: "\($0.offset).yaml", text: $0.element) })
        sender = ScriptedSender(time: time) { _, index in .accepted(index + 1) }
        engine = Engine(
            store: store, content: content, layouts: Dictionary(layouts.map { ($0.name, $0) }) { first, _ in first },
            fetcher: HTTPTransport(.init(userAgent: "tellal-test")), sender: sender, time: time, random: { 0.5 },
            settings: EngineSettings(), report: { [log, time] in log.note($0, at: time.now()) })
        for number in 0..<count { people.append(somebody(number)) }
    }

    private static var channels: [Channel] {
        var bot = SampleContent.channel("bot")
        bot.caps = MessageCaps(perDay: 4, perWeek: 15)
        return [bot, SampleContent.channel("page", platform: .messenger)]
    }

    private static func rule(_ text: String) -> Frequency { (try? FrequencyReader.read(text)) ?? .everyUpdate }

    /// What they are, and how their frequency is written.
    private static let frequencies = [
        "at-once": "every update", "six-hourly": "every 6h", "morning": "daily at 08:30",
        "weekly": "weekly on monday, friday at 18:00",
        "monthly": "monthly on last at 10:00", "night": "cron 30 2 * * *", "trickle": "every 2h",
        "season": "daily at 12:00",
    ]

    static var campaigns: [Campaign] {
        func campaign(_ name: String, _ layout: String, _ sources: [String], _ change: (inout Campaign) -> Void)
            -> Campaign
        {
            SampleContent.campaign(name, sources: sources, channels: ["bot", "page"]) {
                $0.layout = layout
                $0.frequency = rule(frequencies[name] ?? "")
                $0.topic = name
                change(&$0)
            }
        }
        return [
            campaign("at-once", "each", ["blog"]) {
                ($0.quietHours, $0.timeZone) = (QuietHours(from: 1320, to: 420), "Europe/Berlin")
                $0.onUpdate = .edit
            },
            campaign("six-hourly", "list", ["shop", "radio"]) { $0.filter.exclude = ["sponsored"] },
            campaign("morning", "list", ["blog", "shop"]) {
                ($0.timeZone, $0.followsPeople, $0.items.max) = ("Europe/Istanbul", true, 5)
            },
            campaign("weekly", "list", ["blog", "radio"]) {
                ($0.timeZone, $0.items.min, $0.items.max) = ("Europe/Berlin", 3, 8)
            },
            campaign("monthly", "list", Self.sources) {
                ($0.timeZone, $0.filter.include) = ("America/New_York", ["lantern", "kettle"])
            },
            campaign("night", "list", ["radio"]) { ($0.timeZone, $0.audience.tags) = ("Europe/Berlin", ["night"]) },
            campaign("trickle", "each", ["shop"]) {
                ($0.items.max, $0.items.order, $0.onUpdate) = (1, .oldest, .edit)
            },
            campaign("season", "list", ["blog", "shop"]) {
                $0.timeZone = "Europe/Berlin"
                $0.audience.languages = ["pt", "tr"]
                $0.audience.withoutTags = ["night"]
                $0.items.perSource = 2
                $0.items.overflow = .drop
                $0.notBefore = Timestamp(year: 2026, month: 10, day: 10)
                $0.until = Timestamp(year: 2027, month: 8, day: 1)
            },
        ]
    }

    private func somebody(_ number: Int) -> YearPerson {
        YearPerson(
            channel: number % 5 < 3 ? "bot" : "page", address: "\(1000 + number)",
            tags: chance.happens(0.3) ? ["night"] : [],
            language: chance.pick(["en", "pt-br", "tr", "de"]))
    }

    /// Lives so many days.
    func live(days: Int) async throws {
        try describe()
        let end = Self.start + .days(days)
        while time.now() < end {
            time.advance(by: .seconds(Int(chance.among(1200...5400))))
            // Now and then nothing runs for days.
            if chance.happens(0.0005) { time.advance(by: .hours(Int(chance.among(20...80)))) }
            for place in people.indices where chance.happens(0.02) { try await happen(to: place) }
            for source in Self.sources {
                if chance.happens(0.06) { try await publish(source) }
                if chance.happens(0.02) { try await update(source) }
            }
            try await pass()
        }
        try await writeDown()
        try log.write("end", ["at": time.now().milliseconds])
        await engine.fetcher.shutdown()
        try store.close()
    }

    func save(to path: String) throws { try log.save(to: path) }

    private func pass() async throws {
        try log.write("pass", ["at": time.now().milliseconds])
        try await Pass.tidy(engine, leasesUntil: Timestamp(milliseconds: .max))
        for campaign in content.campaigns where campaign.campaign.frequency == .everyUpdate {
            _ = try await CampaignRun(engine).run(campaign, .update(takesWaiting: true))
        }
        try await ScheduledRuns(engine).runDue { _ in }
        _ = try await DeliveryRun(engine, token: "year").run()
    }

    // MARK: What happens

    private func publish(_ source: String) async throws {
        let now = time.now()
        var changes: [Change] = []
        for _ in 0...chance.below(3) {
            let title = "item\(nextItem) \(chance.pick(Self.words)) \(chance.pick(Self.words))"
            let item = Item(
                key: ItemKey(high: 9, low: UInt64(nextItem)), title: title,
                link: "https://\(source).example.com/\(nextItem)", summary: "r1",
                published: now - .minutes(chance.below(600)))
            nextItem += 1
            items[source, default: []].append(item)
            changes.append(Change(kind: .new, key: item.key, before: nil, after: item))
        }
        try await record(changes, of: source)
    }

    /// One of the latest gets other words.
    private func update(_ source: String) async throws {
        let all = items[source] ?? []
        guard !all.isEmpty else { return }
        let place = all.count - 1 - chance.below(min(all.count, 40))
        var item = all[place]
        item.summary = "r\((item.summary.flatMap { Int($0.dropFirst()) } ?? 1) + 1)"
        items[source]?[place] = item
        try await record([Change(kind: .updated, key: item.key, before: nil, after: item)], of: source)
    }

    private func record(_ changes: [Change], of source: String) async throws {
        guard let entry = content.sources.first(where: { $0.source.name == source }) else { return }
        let now = time.now()
        try await store.record(
            PollResult(
                document: .read(DocumentNews(entries: [], changes: changes, items: changes.count)), fetchState: nil,
                next: NextPoll(at: now + .hours(1), PollReason(.every, "every hour"))), of: entry.id, at: now)
    }

    private func happen(to place: Int) async throws {
        var person = people[place]
        let now = time.now()
        if !person.hasJoined {
            // Most come in the first weeks.
            guard chance.happens(0.5) else { return }
            person.hasJoined = true
            try await act(person, consent: .given)
            try log.event("joined", person, at: now)
        } else {
            switch chance.below(40) {
            case 0 where chance.happens(0.3):
                person.hasJoined = false
                try await act(person, consent: .withdrawn)
                try log.event("left", person, at: now)
            case 1...3:
                person.preferences = choices()
                try await act(person)
                try log.event(
                    "prefs", person, at: now,
                    [
                        "frequency": person.preferences.frequency.rawValue,
                        "quiet": person.preferences.quietHours.map(Self.written), "zone": person.preferences.timeZone,
                        "paused_until": person.preferences.pausedUntil?.milliseconds,
                    ])
            case 4...5:
                let campaign = chance.pick(content.campaigns).campaign.name
                let isUnwanted = person.unwanted.insert(campaign).inserted
                if !isUnwanted { person.unwanted.remove(campaign) }
                try await act(person)
                try log.event(isUnwanted ? "unwanted" : "wanted", person, at: now, ["campaign": campaign])
            default: try await act(person)
            }
        }
        try log.event("active", person, at: now)
        people[place] = person
    }

    private func choices() -> Subscriber.Preferences {
        let hour = chance.below(24)
        return Subscriber.Preferences(
            frequency: chance.pick([.atOnce, .atOnce, .daily, .weekly]),
            quietHours: chance.happens(0.4)
                ? QuietHours(from: hour * 60, to: (hour + 1 + chance.below(10)) % 24 * 60) : nil,
            timeZone: chance.happens(0.6) ? chance.pick(Self.zones) : nil,
            pausedUntil: chance.happens(0.1) ? time.now() + .hours(12 + chance.below(200)) : nil)
    }

    /// They do something, which the program hears of.
    private func act(_ person: YearPerson, consent: ConsentEntry.Kind? = nil) async throws {
        events += 1
        let now = time.now()
        guard let channel = content.channels.first(where: { $0.channel.name == person.channel })?.id else { return }
        let unwanted = Set(content.campaigns.filter { person.unwanted.contains($0.campaign.name) }.map(\.id))
        let order = EventOrder(at: now, number: Int64(events))
        _ = try await store.receive(
            [(channel, ReceivedEvent(key: "e\(events)", address: person.address, body: "{}"))], at: now)
        let report = try await store.takeFromInbox(atMost: 10, of: [channel], hash: { $0 }, now: now) { _, stored in
            guard var known = stored else { return EventEffects() }
            known.tags = person.tags
            known.language = person.language
            known.preferences = person.preferences
            known.unwanted = unwanted
            known.lastActiveAt = now
            var effects = EventEffects()
            if let consent {
                known.standing.note(wants: consent == .given, at: order)
                effects.consent = [ConsentEntry(consent, origin: "word", at: now)]
            }
            stored = known
            return effects
        }.report
        for one in report.opened.sorted() { try await CatchUp(engine).run(of: one) }
    }
}

/// What is written down for the checker.
extension Year {
    private static func written(_ quiet: QuietHours) -> String {
        func clock(_ minutes: Int) -> String { String(format: "%02d:%02d", minutes / 60, minutes % 60) }
        return "\(clock(quiet.from))-\(clock(quiet.to))"
    }

    private func describe() throws {
        for entry in content.channels {
            try log.write(
                "channel",
                [
                    "name": entry.channel.name, "platform": entry.channel.platform.rawValue,
                    "per_day": entry.channel.caps?.perDay, "per_week": entry.channel.caps?.perWeek,
                ])
        }
        for person in people {
            try log.write(
                "person",
                [
                    "channel": person.channel, "address": person.address, "tags": person.tags,
                    "language": person.language,
                ])
        }
        for campaign in content.campaigns.map(\.campaign) {
            try log.write(
                "campaign",
                [
                    "name": campaign.name, "channels": campaign.channels, "sources": campaign.sources,
                    "frequency": Self.frequencies[campaign.name], "time_zone": campaign.timeZone,
                    "personal": campaign.followsPeople, "quiet": campaign.quietHours.map(Self.written),
                    "min": campaign.items.min, "max": campaign.items.max, "order": campaign.items.order.rawValue,
                    "overflow": campaign.items.overflow.rawValue, "per_source": campaign.items.perSource,
                    "include": campaign.filter.include, "exclude": campaign.filter.exclude,
                    "on": campaign.on.map(\.rawValue), "tags": campaign.audience.tags,
                    "without_tags": campaign.audience.withoutTags, "languages": campaign.audience.languages,
                    "expires_ms": campaign.expires.milliseconds, "missed": campaign.missed.rawValue,
                    "until": campaign.until?.milliseconds, "not_before": campaign.notBefore?.milliseconds,
                    "each": campaign.layout == "each" ? "item" : "digest", "on_update": campaign.onUpdate.rawValue,
                ])
        }
    }

    private func writeDown() async throws {
        for (index, sent) in sender.sent.enumerated() {
            let isTelegram = sent.field("chat_id") != nil
            let lines = (sent.field("text") ?? sent.field("message.text") ?? "").split(separator: "\n")
            try log.write(
                sent.request.url.hasSuffix("/editMessageText") ? "edit" : "send",
                [
                    "at": sent.at.milliseconds, "channel": isTelegram ? "bot" : "page",
                    "address": sent.field("chat_id") ?? sent.field("recipient.id"),
                    "text": lines.first.map { String($0) }, "note": lines.dropFirst().first.map { String($0) },
                    "message": sent.field("message_id").flatMap { Int($0) } ?? index + 1,
                ])
        }
        try await writeRows(
            "change",
            """
            SELECT json_object('source', s.name, 'position', c.position, 'kind', c.kind, 'at', c.at,
                'title', json_extract(c.after, '$.title'), 'note', json_extract(c.after, '$.summary'))
            FROM changes c JOIN sources s ON s.id = c.source_id
            """)
        try await writeRows(
            "run",
            """
            SELECT json_object('id', r.id, 'campaign', p.name, 'at', r.at, 'nominal', r.nominal_at,
                'seen', json_extract(r.report, '$.seen'), 'missed', json_extract(r.report, '$.missed'),
                'messages', json_extract(r.report, '$.messages')
                    - COALESCE(json_array_length(r.report, '$.edited'), 0))
            FROM runs r JOIN campaigns p ON p.id = r.campaign_id
            """)
        try await writeRows(
            "decision",
            """
            SELECT json_object('run', i.run_id, 'campaign', p.name, 'source', s.name, 'kind', i.kind, 'fate', i.fate,
                'code', i.code, 'title', (
                    SELECT json_extract(c.after, '$.title') FROM changes c
                    WHERE c.source_id = i.source_id AND c.item_key = i.item_key))
            FROM run_items i JOIN runs r ON r.id = i.run_id JOIN campaigns p ON p.id = r.campaign_id
            JOIN sources s ON s.id = i.source_id
            """)
        try await writeRows(
            "delivery",
            """
            SELECT json_object('id', d.id, 'run', m.run_id, 'campaign', p.name, 'channel', h.name, 'address', s.address,
                'state', d.state, 'code', d.reason_code, 'not_before', d.not_before, 'expires_at', d.expires_at,
                'planned_at', r.at, 'ended_at', d.ended_at, 'purpose', d.purpose,
                'titles', json((SELECT json_group_array(json_extract(c.after, '$.title')) FROM message_items i
                    JOIN changes c ON c.position = i.position WHERE i.message_id = m.id)),
                'is_catch_up', json(CASE WHEN m.gathers = 1 THEN 'true' ELSE 'false' END))
            FROM deliveries d JOIN messages m ON m.id = d.message_id JOIN runs r ON r.id = m.run_id
            JOIN campaigns p ON p.id = d.campaign_id JOIN channels h ON h.id = d.channel_id
            JOIN subscribers s ON s.id = d.subscriber_id
            """)
    }

    /// The rows of a query, each a JSON object.
    private func writeRows(_ type: String, _ query: String) async throws {
        for row in try await store.database.read({ try $0.query(query, []) { $0.text(0) ?? "{}" } }) {
            guard let object = try JSONSerialization.jsonObject(with: Data(row.utf8)) as? [String: Any] else {
                continue
            }
            try log.write(type, object)
        }
    }
}
