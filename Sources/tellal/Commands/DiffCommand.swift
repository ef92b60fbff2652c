import ArgumentParser
import CampaignEngine
import CampaignModel
import CampaignPlanning
import FeedReading

struct DiffCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "The changes between two versions of a document. No database needed.",
        discussion: """
            The same code as in a poll decides what is a change: dates and markup are none, an item under another id is \
            recognised by its link or title. Nothing is held and nothing waits to be confirmed.
            With --json: a line for each change, then one with the counts. Exit code 65 when one of the documents is not \
            a feed or not whole; then there are no changes, because nothing may be inferred from what is missing. A CSV \
            that ends within a row is taken for cut when the earlier one ended with a line break.

            EXAMPLES:
              tellal diff yesterday.xml today.xml
              tellal diff catalog.xml https://shop.example.com/catalog.xml --json
              git show HEAD~1:catalog.xml | tellal diff - catalog.xml
            """)

    @Argument(help: "The earlier version: a file, an http(s) address, or - for standard input.")
    var old: String

    @Argument(help: "The later version, likewise.")
    var new: String

    @Option(help: ArgumentHelp("A YAML file that says where items and their fields are.", valueName: "file"))
    var mapping: String?

    @Option(help: ArgumentHelp("The settings file; tellal.yaml when not given.", valueName: "file"))
    var config: String?

    @Flag(help: "Print JSON Lines.")
    var json = false

    func validate() throws {
        guard old != "-" || new != "-" else {
            throw ValidationError("only one of the two versions can come from standard input")
        }
    }

    func run() async throws {
        try await reportingProblems(json: json) {
            // It is read twice.
            let old = try await InputDocument(old).repeatable(config: config)
            let new = InputDocument(new)
            let mapping = try mapping.map { try MappingText.read($0) }
            let now = SystemTime().now()
            let policy = ChangePolicy(tellsRemovedArticles: true)
            let rules = ChangeRules(policy, now: now)
            var known = DocumentItems()
            let before = try await read(old, mapping) { events in
                for case .found(let found) in events {
                    let item = found.item()
                    if !item.isBlank { known.known[found.key] = rules.firstSight(of: item, stated: found.stated) }
                }
            }
            var collector = try await ChangeCollector(known, policy: policy, lastGoodPoll: nil, documents: 2, now: now)
            let end = try await read(new, mapping) { try await collector.take($0) }
            if before.isOpen == false, end.isOpen == true {
                throw cut("\(new.name) is cut: it ends within a row, and the one before did not", items: end.items)
            }
            let result = try await collector.finish()
            let earlier = try await items(result.changes.filter { $0.before != nil }, of: old, mapping, now)
            for change in result.changes { show(change, earlier) }
            show(result, items: end.items)
        }
    }

    /// The earlier items of these changes: the document is read once more for them rather than kept.
    private func items(
        _ changes: [Change], of old: InputDocument, _ mapping: DocumentMapping?, _ now: Timestamp
    ) async throws -> [ItemKey: Item] {
        guard !changes.isEmpty else { return [:] }
        let wanted = Set(changes.map(\.key))
        var items: [ItemKey: Item] = [:]
        try await read(old, mapping) { events in
            for case .found(let found) in events where wanted.contains(found.key) {
                var item = found.item()
                item.product = item.product?.inForce(at: now)
                items[found.key] = item
            }
        }
        return items
    }

    @discardableResult
    private func read(
        _ document: InputDocument, _ mapping: DocumentMapping?, _ each: ([ReadEvent]) async throws -> Void
    ) async throws -> DocumentEnd {
        // The same for both versions, or the place of the files would be a difference.
        let end = try await document.readItems(
            config: config, mapping: mapping, base: "https://document.invalid/", each: each)
        guard end.complete else { throw cut("\(document.name) is not whole", items: end.items) }
        return end
    }

    /// Ends the command without changes, with as many items as the document that is cut has left.
    private func cut(_ message: String, items: Int) -> Problem {
        if json { Console.json(EndLine(end: .init(items: items, complete: false, changes: [:], recognised: 0))) }
        return Problem(
            .brokenDocument, message, hint: "Nothing may be inferred from what is missing, so there are no changes.")
    }

    // MARK: Output

    private struct ChangeLine: Encodable {
        struct Body: Encodable {
            var kind: ChangeKind
            var key: ItemKey
            var before: Item?
            var after: Item?
        }
        var change: Body
    }

    private struct EndLine: Encodable {
        struct Body: Encodable {
            var items: Int
            var complete = true
            var changes: [String: Int]
            /// Items that go on under another id.
            var recognised: Int
        }
        var end: Body
    }

    private func show(_ change: Change, _ earlier: [ItemKey: Item]) {
        let before = change.before == nil ? nil : earlier[change.key]
        if json {
            Console.json(
                ChangeLine(
                    change: .init(kind: change.kind, key: change.key, before: before, after: change.after)))
            return
        }
        let item = change.after ?? before
        let prices = [before?.product?.effectivePrice, change.after?.product?.effectivePrice].compactMap {
            $0?.description
        }
        let price =
            prices.isEmpty || ![.priceDropped, .priceRaised].contains(change.kind)
            ? "" : ": " + prices.joined(separator: " → ")
        let name = item?.title ?? item?.id ?? change.key.description
        Console.line(
            Console.printable("\(change.kind.rawValue)  \(name)\(price)\(item?.link.map { " <\($0)>" } ?? "")"))
    }

    private func show(_ result: DocumentDiff.Result, items: Int) {
        let counts = result.changes.reduce(into: [String: Int]()) { $0[$1.kind.rawValue, default: 0] += 1 }
        if json {
            Console.json(EndLine(end: .init(items: items, changes: counts, recognised: result.replaced.count)))
            return
        }
        let texts = ChangeKind.allCases.compactMap { kind in counts[kind.rawValue].map { "\($0) \(kind.rawValue)" } }
        Console.line(
            "\(EventLines.counted(items, "item")), \(texts.isEmpty ? "no changes" : texts.joined(separator: ", "))")
    }
}
