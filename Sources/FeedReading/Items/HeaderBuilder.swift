import CampaignModel

/// What a document says of itself, from its record.
struct HeaderBuilder {
    private let record: ItemRecord
    private let receiver: any WarningReceiver
    /// The site that the document belongs to.
    let link: String?
    private let base: String?

    /// - Parameters:
    ///   - record: The document's own fields.
    ///   - base: Where the document came from.
    ///   - receiver: Told what is odd about them.
    init(_ record: ItemRecord, base: String?, receiver: any WarningReceiver) {
        self.record = record
        self.receiver = receiver
        self.base = base
        link =
            record.all(.link).lazy.compactMap {
                AddressText.absolute(record.bytes(of: $0), base: record.base(of: $0) ?? base)
            }.first
    }

    /// Authors of items that state none: the first few, because a copy goes with every item.
    var authors: [String] {
        var room = 512
        return Array(
            RecordText.authors(record).prefix { name in
                room -= name.utf8.count
                return room >= 0
            })
    }

    func description(_ format: DocumentFormat) -> FeedDescription {
        FeedDescription(
            format: format, title: RecordText.title(record), link: link,
            description: RecordText.description(record), language: record.line(.language),
            updated: record.best(.updated).flatMap { RecordText.date(record, $0, item: nil, receiver) },
            image: address(.image, base: link ?? base), hub: address(.hub, base: base),
            next: address(.next, base: base), selfLink: address(.selfLink, base: base),
            rhythm: RhythmText.rhythm(record))
    }

    private func address(_ field: ItemField, base: String?) -> String? {
        record.all(field).lazy.compactMap {
            AddressText.absolute(record.bytes(of: $0), base: record.base(of: $0) ?? base)
        }.first
    }
}

/// Fields of records as text.
enum RecordText {
    static func title(_ record: ItemRecord) -> String? {
        guard let best = record.best(.title) else { return nil }
        if let line = line(record, best) { return line }
        for entry in record.all(.title) {
            if let line = line(record, entry) { return line }
        }
        return nil
    }

    /// One line of plain text.
    static func line(_ record: ItemRecord, _ entry: ItemRecord.Entry) -> String? {
        switch entry.form {
        case .text: record.line(of: entry).trimmedOrNil
        case .either: TitleText.line(record.bytes(of: entry))
        case .html: HTMLText.line(html: record.text(of: entry)).trimmedOrNil
        }
    }

    /// As HTML, whatever it was.
    static func html(_ record: ItemRecord, _ field: ItemField) -> (html: String, base: String?)? {
        guard let entry = record.best(field) else { return nil }
        let text = record.text(of: entry)
        return (entry.form == .text ? HTMLText.escape(text) : text, record.base(of: entry))
    }

    /// A text of the document as a whole: as it is where it is HTML, plain where Atom says that it is plain.
    static func description(_ record: ItemRecord) -> String? {
        guard let entry = record.best(.summary) else { return nil }
        return entry.form == .html ? record.text(of: entry) : record.line(of: entry)
    }

    /// The names of the best rank, without repetition.
    static func authors(_ record: ItemRecord) -> [String] {
        guard let best = record.best(.author) else { return [] }
        var names: [String] = []
        for entry in record.entries
        where entry.field == .author && entry.rank == best.rank && names.count < ItemBuilder.limit {
            if let name = line(record, entry).flatMap(AuthorText.name), !names.contains(name) { names.append(name) }
        }
        return names
    }

    static func date(
        _ record: ItemRecord, _ entry: ItemRecord.Entry, item: @autoclosure () -> String?,
        _ receiver: any WarningReceiver
    ) -> Timestamp? {
        if let moment = DateText.timestamp(record.bytes(of: entry)) { return moment }
        let text = record.text(of: entry)
        receiver.warn("bad_date", "not a date that can be understood: \(text.prefix(80))", item: item())
        return nil
    }
}
