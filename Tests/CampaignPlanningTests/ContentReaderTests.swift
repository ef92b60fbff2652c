import CampaignModel
import CampaignPlanning
import Foundation
import Testing

@Suite struct ContentReaderTests {
    private func read(_ text: String, path: String = "feeds/blog.yaml", secrets: [String: String] = ["TOKEN": "1:a"])
        -> (Content, [ContentProblem])
    {
        ContentReader.read(
            files: [ContentFile(path: path, text: text)], layouts: LayoutNames(campaigns: ["article-card", "digest"])
        ) {
            secrets[$0]
        }
    }

    private func problems(_ text: String) -> [String] { read(text).1.map(\.description) }

    private static let whole = """
        channels:
          - {name: my-bot, platform: telegram, token: "${TOKEN}", rate: 20/min}
          - name: my-page
            platform: messenger
            page_id: "123"
            token: ${TOKEN}   # ${NOT_LOOKED_AT}
            app_secret: s
            api: http://127.0.0.1:9/
        sources:
          - {name: blog, url: https://blog.example.com/feed.xml, every: 1h}
          - {name: shop, url: ../data/./shop.xml, format: google_rss, every: auto}
        campaigns:
          - name: new-articles
            sources: [blog, shop]
            on: [new, price_drop, out_of_stock]
            filter: {include: [swift, "open source"], price: {min: 10, max: 99.90, currency: EUR}, max_age: 7d}
            price_drop: {percent: 5, amount: 1.00}
            layout: article-card
            frequency: every update
            time_zone: Europe/Istanbul
            quiet_hours: 22:00-08:00
            items: {min: 1, max: 5, order: oldest, overflow: drop}
            start: last 3
            approval: false
            channels: [my-bot, my-page]
            audience: {tags: [news]}
            expires: 1w
            resend_unknown_after: 45m
        """

    @Test func `everything of the contract is read`() throws {
        let (content, problems) = read(Self.whole)
        #expect(problems.isEmpty, "\(problems)")
        let bot = try #require(content.channels.first)
        #expect(bot.token.reveal() == "1:a" && bot.api == "https://api.telegram.org" && abs(bot.rate - 1.0 / 3) < 1e-9)
        #expect(content.channels.last?.api == "http://127.0.0.1:9")
        #expect(content.channels.last?.version == "v25.0")
        #expect(content.sources.map(\.location) == ["https://blog.example.com/feed.xml", "data/shop.xml"])
        #expect(content.sources.map(\.every) == [.every(.hours(1)), .auto])
        #expect(content.sources.map(\.format) == [nil, .googleRSS])
        let campaign = try #require(content.campaigns.first)
        #expect(campaign.resendUnknownAfter == .minutes(45))
        #expect(campaign.on == [.new, .priceDropped, .outOfStock])
        #expect(campaign.filter.price?.max?.description == "99.90")
        #expect(campaign.quietHours == QuietHours(from: 22 * 60, to: 8 * 60))
        #expect(campaign.items == ItemChoice(min: 1, max: 5, order: .oldest, overflow: .drop))
        #expect(campaign.start == .last(3) && campaign.expires == .days(7) && campaign.audience.tags == ["news"])
        #expect(campaign.provenance == Provenance(file: "feeds/blog.yaml", line: 13))
    }

    @Test func `a mapping stands in the place of a format`() throws {
        let (content, problems) = read(
            """
            sources:
              - name: shop
                url: https://shop.example.com/a.xml
                format:
                  item: /shop/products/product
                  fields: {id: "@sku", title: name, availability: stock > 0}
              - {name: list, url: b.csv, format: {fields: {id: Nummer, title: Bezeichnung}}}
            """)
        #expect(problems.isEmpty, "\(problems)")
        #expect(
            content.sources.map(\.mapping) == [
                DocumentMapping(
                    item: "/shop/products/product",
                    fields: ["id": "@sku", "title": "name", "availability": "stock > 0"]),
                DocumentMapping(item: "", fields: ["id": "Nummer", "title": "Bezeichnung"]),
            ])
        #expect(content.sources.allSatisfy { $0.format == nil })
    }

    @Test func `a source that was stored before there were mappings has none`() throws {
        let stored = """
            {"workspace":"default","name":"a","location":"u","writtenLocation":"u","format":"rss20","every":[600,0],
            "provenance":{"file":"f","line":1}}
            """
        let source = try JSONDecoder().decode(Source.self, from: Data(stored.utf8))
        #expect(source.mapping == nil && source.format == .rss20)
    }

    @Test(arguments: [
        "item: /a/b\nfields: {id: x}", "format: {item: /a/b, fields: {id: x}}",
        "format:\n  item: /a/b\n  fields:\n    id: x",
    ])
    func `a file of its own may hold a mapping, with or without the word format`(text: String) {
        let (mapping, problems) = DocumentMappingReader.read(file: ContentFile(path: "m.yaml", text: text)) { _ in nil }
        #expect(mapping == DocumentMapping(item: "/a/b", fields: ["id": "x"]))
        #expect(problems.isEmpty)
    }

    @Test(arguments: [
        ("", "m.yaml:1: the file is empty"), ("format: auto", "m.yaml:1: format: expected keys such as item, fields"),
        ("item: /a\nfields:\n  id: x\n  titel: y", "m.yaml:4: fields.titel: unknown key “titel”"),
        ("- a", "m.yaml:1: expected keys such as item, fields, found a list"), ("format:", "m.yaml:1: format: empty"),
        ("sources: []", "m.yaml:1: sources: unknown key “sources”"),
    ])
    func `a mistake in a mapping's file is told with its line`(text: String, problem: String) {
        let (mapping, problems) = DocumentMappingReader.read(file: ContentFile(path: "m.yaml", text: text)) { _ in nil }
        #expect(mapping == nil)
        #expect(problems.first?.description.contains(problem) == true, "\(problems)")
    }

    @Test func `two channels of a workspace that are one bot or Page are a problem`() {
        let text = """
            channels:
              - {name: one, platform: telegram, token: "7:a"}
              - {name: two, platform: telegram, token: "7:b"}
              - {name: other, platform: telegram, token: "8:a"}
              - {name: sandbox, platform: telegram, token: "7:a", api: "http://127.0.0.1:8081"}
            """
        #expect(
            problems(text) == [
                "feeds/blog.yaml:3: channel two is the same bot as one (feeds/blog.yaml:2)\n"
                    + "  Give each a bot of its own, or people get everything twice."
            ])
    }

    @Test func `all mistakes are told at once, each with its line, field and hint`() {
        let text = """
            sources:
              - {name: blog, url: https://e.com/f, evry: 10m}
            channels:
              - {name: bot, platform: telegram, token: "${MISSING}"}
            campaigns:
              - name: a
                source: blgo
                layout: article-crad
                frequency: daily at 9 o'clock
                channels: [bot]
            """
        #expect(
            problems(text) == [
                "feeds/blog.yaml:2: sources[0].evry: unknown key “evry”\n  Did you mean “every”?",
                "feeds/blog.yaml:4: channels[0].token: ${MISSING} has no value\n"
                    + "  Set the environment variable MISSING, or put the value into the file /run/secrets/MISSING.",
                "feeds/blog.yaml:7: campaigns[0].source: there is no source named “blgo” in the workspace “default”\n"
                    + "  Did you mean “blog”?",
                "feeds/blog.yaml:8: campaigns[0].layout: there is no layout named “article-crad”\n"
                    + "  Did you mean “article-card”?",
                "feeds/blog.yaml:9: campaigns[0].frequency: “daily at 9 o'clock” has no time of day\n"
                    + "  End it with a time: daily at 09:00.",
            ]
        )
    }

    @Test(arguments: [
        ("sources: [{name: a, url: u, format: rss}]", "sources[0].format: unknown format “rss”"),
        ("sources: [{name: a, url: u, format: custom}]", "Write the mapping itself"),
        ("sources: [{name: a, url: u, format: [rss20]}]", "sources[0].format: expected a single value, found a list"),
        ("sources: [{name: a, url: u, format: {item: x}}]", "sources[0].format.fields: missing"),
        ("sources: [{name: a, url: u, format: {fields: {price: p}}}]", "none of id, link and title is there"),
        ("sources: [{name: a, url: u, format: {fields: {id: }}}]", "sources[0].format.fields.id: missing"),
        ("sources: [{name: a, url: u, format: {fields: {id: [x]}}}]", "expected a single value, found a list"),
        ("sources: [{name: a, url: u, format: {fields: {id: x, prise: y}}}]", "Did you mean “price”?"),
        ("sources: [{name: A b, url: u}]", "sources[0].name: “A b” is not a name"),
        ("sources: [{name: a, url: 'ftp://x/y'}]", "sources[0].url: “ftp://x/y” is not an http(s) address"),
        ("sources: [{name: a, url: u, every: 0m}]", "sources[0].every: “0m” is not a length of time"),
        ("sources: [{name: a, url: u}, {name: a, url: v}]", "there is already a source named “a” (feeds/blog.yaml:1)"),
        ("sources: [{name: a, url: [u]}]", "sources[0].url: expected a single value, found a list"),
        ("sources: 5", "sources: expected a list, found a single value"),
        ("channels: [{name: a, platform: telegram, token: t, rate: 31/s}]", "“31/s” is more than Telegram allows"),
        ("channels: [{name: a, platform: messenger, token: t, rate: 41/s}]", "“41/s” is more than Messenger allows"),
        ("channels: [{name: a, platform: telegram, token: t, page_id: 1}]", "only Messenger channels have it"),
        (
            "channels: [{name: a, platform: telegram, token: t, at_most: {per_day: 5, per_week: 2}}]",
            "per_day (5) is more than per_week (2)"
        ),
        ("channels: [{name: a, platform: messenger, token: t}]", "channels[0].page_id: missing"),
        ("channels: [{name: a, platform: telegram, token: 'a b'}]", "the token holds white space"),
        ("campaigns: [{name: a, on_update: replace}]", "campaigns[0].on_update"),
        (
            "campaigns: [{name: a, on: [new, updated], on_update: edit}]",
            "campaigns[0].on_update: an updated item cannot both be told again and change its message"
        ),
        ("campaigns: [{name: a, on: [price-drop]}]", "Did you mean “price_drop”?"),
        ("campaigns: [{name: a, approval: {by: 'me:1'}}]", "campaigns[0].approval.by: there is no channel named “me”"),
        ("campaigns: [{name: a, approval: {by: me}}]", "“me” is no channel and address"),
        ("campaigns: [{name: a, approval: {by: 'me:-100123'}}]", "“me:-100123” is a group or a channel"),
        ("campaigns: [{name: a, approval: {by: 'me:@news'}}]", "“me:@news” is a group or a channel"),
        ("campaigns: [{name: a, approval: perhaps}]", "campaigns[0].approval: "),
        ("campaigns: [{name: a, frequency: sometimes}]", "“sometimes” is not a frequency"),
        ("campaigns: [{name: a, frequency: cron 0 9 31 2 *}]", "“cron 0 9 31 2 *” never happens"),
        ("campaigns: [{name: a, missed: skip}]", "misses no run"),
        ("campaigns: [{name: a, frequency: hourly, missed: never}]", "campaigns[0].missed: "),
        ("campaigns: [{name: a, frequency: hourly, time_zone: subscriber}]", "“hourly” has no time of day"),
        ("campaigns: [{name: a, time_zone: subscriber or Mars}]", "unknown time zone “Mars”"),
        ("campaigns: [{name: a, until: tomorrow}]", "“tomorrow” is not a date"),
        ("campaigns: [{name: a, not_before: 2026-12-02, until: 2026-12-01}]", "it is not later than not_before"),
        ("campaigns: [{name: a, time_zone: Europe/Istambul}]", "Did you mean “Europe/Istanbul”?"),
        ("campaigns: [{name: a, quiet_hours: 22-8}]", "“22-8” is not a span of time"),
        ("campaigns: [{name: a, items: {min: 5, max: 2}}]", "min (5) is more than max (2)"),
        (
            "campaigns: [{name: a, sources: [x, y], items: {min: 5, per_source: 2}}]",
            "min (5) is more than all sources may give (4)"
        ),
        ("campaigns: [{name: a, start: last 101}]", "“last 101” is not a start"),
        ("campaigns: [{name: a, sources: []}]", "campaigns[0].sources: missing"),
        ("campaigns: [{name: a, channels: [b, b]}]", "campaigns[0].channels: “b” is named twice"),
        ("campaigns: [{name: a, filter: {include: ['a*b']}}]", "“a*b” has a * in it"),
        ("campaigns: [{name: a, filter: {availability: [instock]}}]", "Did you mean “in_stock”?"),
        ("campaigns: [{name: a, items: {order: best}}]", "campaigns[0].items.order: "),
        ("campaigns: [{name: a, items: {per_author: 0}}]", "campaigns[0].items.per_author: "),
        ("campaigns: [{name: a, items: {variants: two}}]", "campaigns[0].items.variants: "),
        (
            "campaigns: [{name: a, filter: {include: [\((1...10_000).map { "w\($0)" }.joined(separator: ", "))]}}]",
            "10000 words are too many: at most 2000"
        ),
        ("campaigns: [{name: a, filter: {include: ['!']}}]", "“!” has no letter or digit to look for"),
        ("workspace: A", "workspace: “A” is not a name"),
        ("sources: [", "not valid YAML"),
        ("a: &x [1]\nb: [*x, *x]", "anchors and aliases (&x, *x) are not supported"),
        ("sources:\n  - {name: a, name: b, url: u}", "the key “name” stands twice"),
        ("? [a]\n: b", "a key must be a single word"),
        ("--- 1\n--- 2", "not valid YAML"),
    ])
    func `a mistake is named`(text: String, expected: String) {
        let all = problems(text)
        #expect(all.contains { $0.contains(expected) }, "\(all)")
    }

    @Test func `another workspace's channels and sources do not count`() {
        let files = [
            ContentFile(path: "feeds/a.yaml", text: "workspace: other\nsources: [{name: blog, url: u}]"),
            ContentFile(
                path: "feeds/b.yaml", text: "campaigns: [{name: c, source: blog, layout: digest, channels: [blog]}]"
            ),
        ]
        let (_, problems) = ContentReader.read(files: files, layouts: LayoutNames(campaigns: ["digest"])) { _ in nil }
        #expect(problems.map(\.field) == ["campaigns[0].source", "campaigns[0].channels[0]"])
        #expect(problems.first?.hint == "The workspace “other” has one, but workspaces share nothing.")
    }

    @Test func `a mistake in a source does not make its campaign wrong`() {
        let text = """
            sources: [{name: blog, url: "ftp://x"}]
            channels: [{name: bot, platform: telegram, token: t}]
            campaigns: [{name: c, source: blog, layout: digest, channels: [bot]}]
            """
        #expect(read(text).1.map(\.field) == ["sources[0].url"])
    }

    @Test(arguments: ["", "# nothing\n", "sources:\n", "channels: []", "null"])
    func `files without content are fine`(text: String) {
        #expect(read(text) == (Content(), []))
    }

    @Test func `hostile YAML is refused and harms nobody`() {
        #expect(problems(String(repeating: "[", count: 200_000)).first?.contains("not valid YAML") == true)
        #expect(problems(String(repeating: "- ", count: 200_000) + "x").first?.contains("not valid YAML") == true)
        #expect(problems(String(repeating: "x", count: 1 << 20) + "x").first?.contains("larger than 1 MiB") == true)
        let nested = String(repeating: "[", count: 900) + String(repeating: "]", count: 900)
        #expect(problems("sources: " + nested).first?.contains("expected keys such as name") == true)
        let key = problems("\"a\\nb" + String(repeating: "c", count: 900) + "\": 1")
        #expect(key.count == 1 && key[0].utf8.count < 400 && key[0].split(separator: "\n").count == 2)
        #expect(!problems("\u{0}\u{1}").isEmpty)
        #expect(problems(String(repeating: "k1: [", count: 500)).count == 1)
    }

    @Test func `a secret never shows in a problem`() {
        let text = "channels: [{name: a, platform: telegram, token: t, rate: '${TOKEN}', api: '${TOKEN}'}]"
        let all = read(text, secrets: ["TOKEN": "hunter2"]).1.map(\.description).joined()
        #expect(all.contains("${TOKEN}") && !all.contains("hunter2"))
    }

    @Test func `a problem as JSON keeps its parts apart`() throws {
        let problem = try #require(read("nonsense: 1").1.first)
        let json = try JSONSerialization.jsonObject(with: JSONEncoder().encode(problem)) as? [String: Any]
        #expect(json?["file"] as? String == "feeds/blog.yaml" && json?["line"] as? Int == 1)
        #expect(json?["field"] as? String == "nonsense" && json?["message"] as? String == "unknown key “nonsense”")
    }

    @Test func `absolute paths and paths above the folder are kept`() {
        let text = "sources: [{name: a, url: /srv/x.xml}, {name: b, url: ../../../x.xml}]"
        #expect(read(text).0.sources.map(\.location) == ["/srv/x.xml", "../../x.xml"])
        #expect(read(text, path: "/etc/feeds/a.yaml").0.sources.map(\.location) == ["/srv/x.xml", "/x.xml"])
    }

    private func marketing(_ keys: String) -> (MarketingAccount?, [String]) {
        let (content, problems) = read(
            """
            channels:
              - {name: page, platform: messenger, page_id: "1", token: x, marketing: {\(keys)}}
            """)
        return (content.channels.first?.marketing, problems.map(\.description))
    }

    @Test func `who pays for marketing messages is read`() throws {
        let (account, problems) = marketing(
            "ad_account: '123', token: '${TOKEN}', country: us, daily_budget: 500, ask: ' Offers  and news '")
        #expect(problems.isEmpty, "\(problems)")
        let found = try #require(account)
        #expect(found.account == "123" && found.token.reveal() == "1:a" && found.country == "US")
        #expect(found.budget == .daily(500) && found.ask == "Offers and news")
        #expect(marketing("ad_account: '1', token: t, country: VN").0?.budget == nil)
    }

    @Test(arguments: [
        ("ad_account: act_1, token: t, country: US", "digits only"),
        ("token: t, country: US", "missing"), ("ad_account: '1', country: US", "system user"),
        ("ad_account: '1', token: t, country: TR", "20 countries"), ("ad_account: '1', token: t", "two letters"),
        ("ad_account: '1', token: 'a b', country: US", "white space"),
        ("ad_account: '1', token: t, country: US, daily_budget: 1, lifetime_budget: 2", "Keep one"),
        ("ad_account: '1', token: t, country: US, daily_budget: 4.5", "whole number"),
        ("ad_account: '1', token: t, country: US, ask: ''", "empty"), ("ad_acount: '1', token: t", "ad_account"),
    ])
    func `what is wrong with it is said`(keys: String, words: String) {
        let problems = marketing(keys).1
        #expect(problems.contains { $0.contains(words) }, "\(problems)")
    }

    @Test func `marketing messages are Messenger's`() {
        let found = problems(
            "channels: [{name: bot, platform: telegram, token: x, marketing: {ad_account: '1', token: t, country: US}}]"
        )
        #expect(found.contains { $0.contains("only Messenger channels have it") }, "\(found)")
    }
}
