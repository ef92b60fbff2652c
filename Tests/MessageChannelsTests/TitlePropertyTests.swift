import CampaignModel
import CampaignPlanning
import FeedReading
import Foundation
import MessageChannels
import Testing

/// Titles through layout, renderer and a model of Telegram's entity parser.
@Suite struct TitlePropertyTests {
    /// `TELLAL_RANDOM_TITLES=1000000` looks at so many; `TELLAL_RANDOM_SEED` begins at others than those from 0 on.
    private static let count = number("TELLAL_RANDOM_TITLES") ?? 3000
    private static let first = number("TELLAL_RANDOM_SEED") ?? 0
    private static let text = """
        name: x
        modules:
          - text: "<b>{{item.title}}</b>"
          - cards: {title: "{{item.title}}"}
          - image: "https://example.com/1.jpg"
            caption: "{{item.title}}"
        """

    @Test func `the same text, no entities of its own, never over a limit`() async throws {
        let layout = try #require(LayoutReader.read(files: [ContentFile(path: "x.yaml", text: Self.text)]).0.first)
        let (first, count) = (Self.first, Self.count)
        try await withThrowingTaskGroup(of: [String].self) { group in
            for lane in 0..<4 as Range<UInt64> {
                group.addTask {
                    try stride(from: lane, to: count, by: 4).compactMap { try Self.wrong(title: first &+ $0, layout) }
                }
            }
            for try await wrong in group { #expect(wrong == []) }
        }
    }

    private static func number(_ variable: String) -> UInt64? {
        ProcessInfo.processInfo.environment[variable].flatMap { UInt64($0) }
    }

    /// What is wrong with the messages of that title, if anything.
    private static func wrong(title seed: UInt64, _ layout: Layout) throws -> String? {
        var random = RandomText(seed: seed)
        let title = random.title()
        let item = Item(key: ItemKey(high: 0, low: seed), id: "1", title: title)
        let context = ItemContext(change: Change(kind: .new, key: item.key, before: nil, after: item), sourceName: "s")
        let rendered = LayoutRenderer.render(layout, items: [context], campaign: "c") {
            HTMLText.richText(html: $0, base: nil)
        }
        guard let message = rendered.first?.message else { return nil }
        let requests = TelegramAdapter().requests(for: message, to: "42", on: Sample.telegram, reference: "")
        let expected = essence(title)
        for (method, html) in zip(requests.methods, requests.texts) where !html.isEmpty {
            let read = try TelegramHTMLReader(html)
            let limit = method == "sendPhoto" ? 1024 : 4096
            let entities = method == "sendPhoto" ? 0 : 1
            let shown = essence(read.visible)
            let isSame =
                shown == expected || shown.last == "…" && expected.starts(with: shown.dropLast())
                || requests.parts.count > 3
            if !isSame || read.visible.utf16.count > limit || read.entities > entities || !read.links.isEmpty {
                return "\(seed) \(method): \(title.debugDescription) became \(html.debugDescription)"
            }
        }
        return nil
    }

    /// White space moves, and control characters go.
    private static func essence(_ text: String) -> [Unicode.Scalar] {
        text.unicodeScalars.filter { !$0.properties.isWhitespace && $0.value >= 0x20 && $0.value != 0x7F }
    }
}
