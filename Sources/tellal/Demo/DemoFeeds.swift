import CampaignModel
import Foundation
import Synchronization

/// The sample blog and shop of feeds/samples, with a little story: articles appear, prices fall, stock comes back.
final class DemoFeeds: Sendable {
    /// A sample document taken apart, so that its items can come and change.
    private struct Document {
        var head: String
        var items: [String]
        var tail: String

        var text: String { head + items.joined() + tail }
    }

    private struct State {
        var blog: Document
        /// Not published yet, the next one first.
        var drafts: [String]
        var shop: Document
        var step = 0
        var reprints = 0
    }

    private static let published = 3

    private let state: Mutex<State>
    private let images: [String: [UInt8]]

    /// Reads blog.xml, shop.xml and images/ of the folder `samples`; `base`, the server's own address, takes the place
    /// of `{{base}}` in them.
    init(samples: String, base: String) throws(Problem) {
        var blog = try Self.document("\(samples)/blog.xml", base: base)
        let shop = try Self.document("\(samples)/shop.xml", base: base)
        guard blog.items.count > Self.published, !shop.items.isEmpty else {
            throw Problem(.settings, "\(samples) holds too few items for the demo", hint: "Restore feeds/samples.")
        }
        // The newest stands first; the oldest ones are there when the demo begins.
        let drafts = Array(blog.items.dropLast(Self.published).reversed())
        blog.items = Array(blog.items.suffix(Self.published))
        state = Mutex(State(blog: blog, drafts: drafts, shop: shop))
        let folder = "\(samples)/images"
        var images: [String: [UInt8]] = [:]
        for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
            images[name] = FileManager.default.contents(atPath: "\(folder)/\(name)").map(Array.init)
        }
        self.images = images
    }

    var blog: String { state.withLock { $0.blog.text } }
    var shop: String { state.withLock { $0.shop.text } }
    func image(_ name: String) -> [UInt8]? { images[name] }

    /// Lets the next thing happen.
    ///
    /// - Returns: what, in a few words.
    func advance(at now: Timestamp) -> String {
        state.withLock { state in
            defer { state.step += 1 }
            switch state.step % 4 {
            case 1: return Self.lowerPrice(&state)
            case 3: return Self.turnStock(&state)
            default: return Self.publish(&state, at: now)
            }
        }
    }

    private static func publish(_ state: inout State, at now: Timestamp) -> String {
        let item: String
        if state.drafts.isEmpty {
            // Out of drafts: an old article is printed anew, under an id of its own.
            state.reprints += 1
            let old = state.blog.items.removeLast()
            item = old.replacing("</guid>", with: "-\(state.reprints)</guid>", maxReplacements: 1)
        } else {
            item = state.drafts.removeFirst()
        }
        state.blog.items.insert(dated(item, now), at: 0)
        return "the blog publishes “\(element("title", of: item) ?? "")”"
    }

    private static func dated(_ item: String, _ now: Timestamp) -> String {
        guard let old = element("pubDate", of: item) else { return item }
        return item.replacing(old, with: now.description, maxReplacements: 1)
    }

    private static func lowerPrice(_ state: inout State) -> String {
        let index = (state.step / 4) % state.shop.items.count
        let item = state.shop.items[index]
        guard let text = element("g:price", of: item), let amount = text.split(separator: " ").first,
            let price = DecimalAmount(String(amount)), price.scale == 2, price.digits > 200
        else { return "the shop thinks about its prices" }
        let lower = DecimalAmount(digits: price.digits * 85 / 100, scale: 2)
        state.shop.items[index] = item.replacing("<g:price>\(text)<", with: "<g:price>\(lower) EUR<")
        return "the shop lowers “\(element("g:title", of: item) ?? "")” from \(price) to \(lower) EUR"
    }

    /// Something that is sold out comes back; when all is there, something sells out.
    private static func turnStock(_ state: inout State) -> String {
        let (gone, here) = ("<g:availability>out_of_stock<", "<g:availability>in_stock<")
        if let index = state.shop.items.firstIndex(where: { $0.contains(gone) }) {
            let item = state.shop.items[index]
            state.shop.items[index] = item.replacing(gone, with: here)
            return "the shop has “\(element("g:title", of: item) ?? "")” again"
        }
        let index = (state.step / 4 + 3) % state.shop.items.count
        let item = state.shop.items[index]
        state.shop.items[index] = item.replacing(here, with: gone)
        return "the shop sells out of “\(element("g:title", of: item) ?? "")”"
    }

    private static func element(_ name: String, of item: String) -> String? {
        guard let start = item.range(of: "<\(name)>"),
            let end = item.range(of: "</\(name)>", range: start.upperBound..<item.endIndex)
        else { return nil }
        return String(item[start.upperBound..<end.lowerBound])
    }

    private static func document(_ path: String, base: String) throws(Problem) -> Document {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8),
            let first = text.range(of: "<item>")?.lowerBound,
            let last = text.range(of: "</channel>")?.lowerBound, first < last
        else {
            throw Problem(
                .settings, "the demo needs \(path)",
                hint: "Run it from the project's folder, or set `feeds` to where samples/ is.")
        }
        let filled = String(text[first..<last]).replacing("{{base}}", with: base)
        var items: [String] = []
        for part in filled.split(separator: "</item>") where part.contains("<item>") { items.append(part + "</item>") }
        return Document(
            head: String(text[..<first]).replacing("{{base}}", with: base), items: items,
            tail: "\n" + String(text[last...]))
    }
}
