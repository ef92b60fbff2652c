import CampaignModel
import CampaignPlanning
import Foundation
import Testing

/// Small items, changes and layouts for tests.
enum Samples {
    static let now = Timestamp(seconds: 1_795_000_000)

    static func key(_ number: UInt64) -> ItemKey { ItemKey(high: 0, low: number) }

    static func article(_ number: UInt64 = 1, title: String? = "Hello", summary: String? = nil) -> Item {
        Item(
            key: key(number), title: title, link: "https://blog.example.com/\(number)", summary: summary,
            images: ["https://blog.example.com/\(number).jpg"]
        )
    }

    static func product(
        _ number: UInt64 = 1, price: String? = nil, currency: String? = "EUR", availability: Availability? = nil
    ) -> Item {
        var item = article(number, title: "Kettle")
        let amount = price.flatMap { DecimalAmount($0) }
        item.product = Product(
            price: amount.map { Money(amount: $0, currency: currency) }, availability: availability
        )
        return item
    }

    static func logged(
        _ position: Int64, _ kind: ChangeKind, before: Item? = nil, _ after: Item, source: Int64 = 1,
        at: Timestamp = now
    ) -> LoggedChange {
        LoggedChange(
            position: position, source: SourceID(rawValue: source),
            change: Change(kind: kind, key: after.key, before: before.map { Change.Before($0) }, after: after), at: at
        )
    }

    static func campaign(on kinds: Set<ChangeKind> = [.new], _ change: (inout Campaign) -> Void = { _ in }) -> Campaign
    {
        var campaign = Campaign(
            workspace: "default", name: "news", sources: ["blog"], on: kinds, layout: "article", channels: ["bot"],
            provenance: Provenance(file: "feeds/a.yaml", line: 1)
        )
        change(&campaign)
        return campaign
    }

    static func layout(_ text: String) throws -> Layout {
        let (layouts, problems) = LayoutReader.read(files: [ContentFile(path: "l.yaml", text: text)])
        try #require(problems.isEmpty, "\(problems)")
        return try #require(layouts.first)
    }

    /// The layouts that come with the program.
    static func shippedLayouts() throws -> [ContentFile] {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let folder = root.appending(path: "templates/layouts")
        return try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".yaml") }
            .sorted()
            .map { name in
                let text = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
                return ContentFile(path: "templates/layouts/\(name)", text: text)
            }
    }
}

extension Identifier: ExpressibleByIntegerLiteral {
    package init(integerLiteral value: Int64) { self.init(rawValue: value) }
}
