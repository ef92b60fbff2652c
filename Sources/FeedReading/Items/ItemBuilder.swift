import CampaignModel

/// What the items of a document have in common.
final class ItemContext: Sendable {
    let conventions: ItemConventions
    /// Where addresses count from that come without a base of their own.
    let base: String?
    /// Who wrote an item that states nobody.
    let authors: [String]

    init(_ conventions: ItemConventions = ItemConventions(), base: String?, authors: [String] = []) {
        self.conventions = conventions
        self.base = base
        self.authors = authors
    }

    /// Stands for all of it that may differ from one reading of a document to the next.
    var fingerprint: Fingerprint { Fingerprint(of: [base ?? "", conventions.currency ?? ""] + authors) }
}

/// Makes an item of a record: texts in one shape, addresses absolute, dates and prices as values.
struct ItemBuilder {
    private let record: ItemRecord
    private let context: ItemContext
    private let receiver: any WarningReceiver

    init(_ record: ItemRecord, _ context: ItemContext, _ receiver: any WarningReceiver) {
        self.record = record
        self.context = context
        self.receiver = receiver
    }

    private var base: String? { context.base }

    /// The first address of the best rank that is one.
    var link: String? {
        // The best is one but for rare documents.
        if let best = record.best(.link) {
            if let link = absolute(best) { return link }
            if let link = record.all(.link).lazy.compactMap(absolute).first { return link }
        }
        return record.best(.enclosure).flatMap(absolute)
    }

    /// What a warning calls the item.
    var name: String? { record.text(.id) ?? RecordText.title(record) ?? record.text(.link) }

    func item(key: ItemKey) -> Item {
        let summary = RecordText.html(record, .summary)
        let content = RecordText.html(record, .content)
        let authors = RecordText.authors(record)
        return Item(
            key: key, id: record.text(.id), title: RecordText.title(record) ?? composedTitle, link: link,
            summary: summary.map(withLinks), content: content.map(withLinks),
            authors: authors.isEmpty ? context.authors : authors,
            categories: categories, published: date(.published), updated: date(.updated),
            images: images(content, summary), enclosures: enclosures,
            product: record.isProduct ? ProductBuilder(record, context.conventions, name: name, receiver).product : nil)
    }

    private func absolute(_ entry: ItemRecord.Entry) -> String? {
        AddressText.absolute(record.bytes(of: entry), base: record.base(of: entry) ?? base)
    }

    /// An item is shown where nobody knows its document any more.
    private func withLinks(_ field: (html: String, base: String?)) -> String {
        HTMLLinks.absolute(field.html, base: field.base ?? base)
    }

    private var composedTitle: String? {
        guard record.has(.titlePrefix) || record.has(.titleSuffix) else { return nil }
        return [ItemField.titlePrefix, .brand, .titleSuffix].compactMap { field in
            record.best(field).flatMap { RecordText.line(record, $0) }
        }.joined(separator: " ").trimmedOrNil
    }

    private func date(_ field: ItemField) -> Timestamp? {
        for entry in record.all(field) {
            if let moment = RecordText.date(record, entry, item: name, receiver) { return moment }
        }
        return nil
    }

    /// How many names, categories, images or files an item has at most.
    static let limit = 256

    private var categories: [String] {
        guard record.has(.category) else { return [] }
        var categories: [String] = []
        for entry in record.entries where entry.field == .category && categories.count < Self.limit {
            guard let category = RecordText.line(record, entry), !categories.contains(category) else { continue }
            categories.append(category)
        }
        return categories
    }

    // MARK: Files

    /// The item's own first, then those that Media RSS adds.
    private var enclosures: [Enclosure] {
        guard record.has(.enclosure) else { return [] }
        var enclosures: [Enclosure] = []
        for rank in 0...1 as ClosedRange<UInt8> {
            var isOpen = false
            for entry in record.entries where entry.rank == rank {
                switch entry.field {
                case .enclosure:
                    isOpen = false
                    guard enclosures.count < Self.limit, let url = absolute(entry) else { continue }
                    guard rank == 0 || !enclosures.contains(where: { $0.url == url }) else { continue }
                    enclosures.append(Enclosure(url: url))
                    isOpen = true
                case .enclosureType where isOpen: enclosures[enclosures.count - 1].type = record.line(of: entry)
                case .enclosureLength where isOpen:
                    enclosures[enclosures.count - 1].length = Self.length(record.text(of: entry))
                default: break
                }
            }
        }
        return enclosures
    }

    private static func length(_ text: String) -> Int64? {
        guard let length = text.trimmedOrNil.flatMap({ Int64($0) }), length > 0 else { return nil }
        return length
    }

    private func images(_ html: (html: String, base: String?)?...) -> [String] {
        var images: [String] = []
        func add(_ address: String?) {
            if let address, images.count < Self.limit, !images.contains(address) { images.append(address) }
        }
        for entry in record.all(.image) { add(absolute(entry)) }
        if record.has(.enclosure) {
            for file in enclosures where file.type?.asciiLowercased.hasPrefix("image/") == true { add(file.url) }
        }
        if images.isEmpty {
            for case let field? in html {
                for image in HTMLText.images(html: field.html, base: field.base ?? base) { add(image) }
            }
        }
        return images
    }
}
