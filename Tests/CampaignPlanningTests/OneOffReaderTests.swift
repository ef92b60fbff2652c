import CampaignModel
import CampaignPlanning
import Foundation
import Testing

@Suite struct OneOffReaderTests {
    private static let now = Timestamp(iso8601: "2026-11-29T12:00:00Z") ?? Timestamp(seconds: 0)

    private func read(
        _ text: String, zone: String? = nil, ignoresTime: Bool = false
    ) -> (oneOff: OneOff?, problems: [ContentProblem]) {
        let (oneOff, problems) = OneOffReader.read(
            ContentFile(path: "sale.yaml", text: text), .init(timeZone: zone, ignoresTime: ignoresTime),
            channels: { $0 == Workspace.defaultName ? ["b", "bot", "page"] : [] }, now: Self.now,
            media: { _, _ in .failure(MediaUnusable("is not there")) }, html: { StrictHTML.read($0) })
        return (oneOff, problems)
    }

    private static let whole = """
        name: sale
        channels: [bot, page]
        audience: {tags: [vip], without_tags: [staff], languages: [TR], fields: {city: izmir}, active_within: 30d}
        at: 2026-12-01 09:00
        time_zone: Europe/Istanbul
        quiet_hours: 22:00-08:00
        expires: 1d
        silent: true
        modules:
          - text: "<b>Sale</b> for {{subscriber.first_name | or: you}}"
            buttons: [{title: Shop, url: "https://e.com"}]
          - cards: [{title: One, link: "https://e.com/1"}, {title: "Two of {{campaign.name}}"}]
        """

    @Test func `everything of it is read`() throws {
        let (oneOff, problems) = read(Self.whole)
        #expect(problems.isEmpty, "\(problems)")
        let sale = try #require(oneOff)
        #expect(sale.name == "sale" && sale.channels == ["bot", "page"] && sale.expires == .days(1))
        #expect(sale.at == Timestamp(iso8601: "2026-12-01T06:00:00Z"))
        #expect(sale.audience.languages == ["tr"] && sale.audience.fields == ["city": ["izmir"]])
        #expect(sale.message.personal == [PersonalField(name: "subscriber.first_name", fallback: "you")])
        #expect(sale.message.options.isSilent && !sale.message.options.isDigest)
        guard case .cards(let cards)? = sale.message.modules.last else { return #expect(Bool(false)) }
        #expect(cards.map(\.title) == ["One", "Two of sale"])
        #expect(sale.campaign.isOneOff && sale.campaign.timeZone == "Europe/Istanbul")
    }

    @Test func `the command line counts more than the file`() {
        #expect(read(Self.whole, zone: "Asia/Tokyo").oneOff?.at == Timestamp(iso8601: "2026-12-01T00:00:00Z"))
        let personal = read(Self.whole, zone: "subscriber or Asia/Tokyo").oneOff
        #expect(personal?.at == Timestamp(iso8601: "2026-12-01T09:00:00Z") && personal?.followsPeople == true)
        let late = Self.whole.replacing("2026-12-01", with: "2020-12-01")
        #expect(read(late, ignoresTime: true).oneOff?.at == Self.now)
    }

    @Test func `a time is by its clock, and must be to come`() {
        func moment(_ text: String, _ zone: String, personal: Bool = false) -> Result<Timestamp, OneOffReader.TimeFlaw>
        {
            OneOffReader.moment(written: text, zone: zone, followsPeople: personal, now: Self.now)
        }
        let tokyo = Timestamp(iso8601: "2026-12-24T01:00:00Z")
        #expect(moment("2026-12-24 10:00", "Asia/Tokyo") == tokyo.map { .success($0) })
        // To the second, as it is stored.
        #expect(moment("2026-12-24 10:00:00.5", "Asia/Tokyo") == tokyo.map { .success($0) })
        #expect(moment("2026-12-24T10:00:00.999+09:00", "UTC") == tokyo.map { .success($0) })
        #expect(moment("tomorrow", "UTC") == .failure(.unreadable))
        #expect(moment("2026-11-29 11:00", "UTC") == .failure(.passed))
        // Somewhere it is still to come.
        #expect(moment("2026-11-29 11:00", "UTC", personal: true) != .failure(.passed))
        #expect(moment("2026-11-28 11:00", "UTC", personal: true) == .failure(.passed))
    }

    @Test func `without a time it goes now`() {
        #expect(read("name: a\nchannels: [b]\nmodules: [{text: x}]").oneOff?.at == Self.now)
    }

    @Test(arguments: [
        ("", "the file is empty"), ("name: a", "channels: missing"), ("name: a\nchannels: [b]", "modules: missing"),
        ("name: a\nchannels: [b]\nmodules: [{text: ' '}]", "every part comes out empty"),
        ("name: a\nchannels: [b]\nmodules: [{text: \"{{item.title}}\"}]", "unknown field “item.title”"),
        ("name: a\nchannels: [b]\nat: 2026-11-29 11:00\nmodules: [{text: x}]", "has passed"),
        ("name: a\nchannels: [b]\ntime_zone: subscriber\nmodules: [{text: x}]", "everyone's own time has to be said"),
        ("name: a\nchannels: [b]\naudience: {tags: [x], without_tags: [x]}\nmodules: [{text: x}]", "is in tags, too"),
        ("name: a\nchannels: [b]\naudience: {languages: [x]}\nmodules: [{text: x}]", "is no language tag"),
        ("name: a\nchannels: [b]\naudience: {fields: {A: x}}\nmodules: [{text: x}]", "is no name of a field"),
        ("name: a\nchannels: [b]\nmodules: [{image: nobody.jpg}]", "is not there"),
        (
            "name: a\nmodules: [{text: x, caption: y}]\nchannels: [bto]",
            "sale.yaml:3: channels: there is no channel named “bto”"
        ),
        ("name: a\nchannels: [b]\nmodule: x\nmodules: [{text: x}]", "unknown key “module”"),
    ])
    func `what is wrong is said`(text: String, problem: String) {
        let found = read(text).problems
        #expect(found.contains { $0.description.contains(problem) }, "\(found)")
    }
}
