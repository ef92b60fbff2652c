import CampaignModel

/// Makes an item of a record: texts in one shape, addresses absolute, dates and prices as values.
struct ItemBuilder {
    private let record: ItemRecord
    private let conventions: ItemConventions
    private let base: String?
    private let feedAuthors: [String]
    private let receiver: any ItemReceiver

    /// - Parameters:
    ///   - base: Where addresses count from that come without a base of their own.
    ///   - authors: Who wrote it when it states nobody.
    init(
        _ record: ItemRecord, _ conventions: ItemConventions, base: String?, authors: [String],
        receiver: any ItemReceiver
    ) {
        self.record = record
        self.conventions = conventions
        self.base = base
        feedAuthors = authors
        self.receiver = receiver
    }

    /// The first address of the best rank that is one.
    var link: String? {
        let links = record.all(.link)
        if let link = links.lazy.compactMap(absolute).first { return link }
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
            summary: summary?.html, content: content?.html, authors: authors.isEmpty ? feedAuthors : authors,
            categories: categories, published: date(.published), updated: date(.updated),
            images: images(content, summary), enclosures: enclosures,
            product: record.isProduct ? ProductBuilder(record, conventions, name: name, receiver).product : nil)
    }

    private func absolute(_ entry: ItemRecord.Entry) -> String? {
        WebAddress.absolute(record.text(of: entry), base: record.base(of: entry) ?? base)
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

    private var limit: Int { 256 }

    private var categories: [String] {
        guard record.has(.category) else { return [] }
        var categories: [String] = []
        for entry in record.entries where entry.field == .category && categories.count < limit {
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
                    guard enclosures.count < limit, let url = absolute(entry) else { continue }
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
            if let address, images.count < limit, !images.contains(address) { images.append(address) }
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
