import CampaignModel

@testable import FeedReading

/// Keeps what a reader hands over.
final class ItemSink: ItemReceiver {
    struct Found: Equatable {
        var fields: [ItemField: [String]] = [:]

        subscript(field: ItemField) -> String? { fields[field]?.first }
        func all(_ field: ItemField) -> [String] { fields[field] ?? [] }
    }

    let header = ItemRecord()
    var limit = Int.max
    var isFull = false
    var format: DocumentFormat?
    var conventions = ItemConventions()
    var items: [Found] = []
    var warnings: [String] = []

    func setFormat(_ format: DocumentFormat) { self.format = format }
    func setConventions(_ conventions: ItemConventions) { self.conventions = conventions }
    func warn(_ code: String, _ message: String, item: String?) { warnings.append(code) }

    func add(_ record: ItemRecord) {
        guard items.count < limit else {
            isFull = true
            return
        }
        var found = Found()
        for field in ItemField.allCases where record.has(field) {
            found.fields[field] = record.all(field).map { record.text(of: $0) }
        }
        items.append(found)
    }
}

/// What a CSV document became.
struct CSVReading {
    let sink = ItemSink()
    let breakage: Breakage?

    var items: [ItemSink.Found] { sink.items }

    init(_ bytes: [UInt8], _ options: ReadOptions = ReadOptions(), size: Int = .max, limit: Int = .max) {
        sink.limit = limit
        let reader = CSVDocumentReader(options, sink)
        var position = 0
        while position < bytes.count {
            let end = position + min(size, bytes.count - position)
            Array(bytes[position..<end]).withUnsafeBufferPointer { reader.push($0) }
            position = end
        }
        reader.finish()
        breakage = reader.breakage
    }

    init(_ text: String, _ options: ReadOptions = ReadOptions(), size: Int = .max, limit: Int = .max) {
        self.init(Array(text.utf8), options, size: size, limit: limit)
    }
}

/// The rows of a text, and the line of a quote that is never closed.
func rows(
    _ text: String, delimiter: Character = ",", quotes: CSVDialect.Quotes = .spanning,
    limits: ReadLimits = ReadLimits(), size: Int = .max
) -> (rows: [[String]], cut: [Bool], openQuoteLine: Int?) {
    var found: [[String]] = []
    var cut: [Bool] = []
    let take: (CSVRow) -> Bool = { row in
        found.append((0..<row.count).map { String(decoding: row[$0], as: UTF8.self) })
        cut.append(row.isCut)
        return true
    }
    let dialect = CSVDialect(delimiter: delimiter.asciiValue ?? 0x2C, quotes: quotes)
    let parser = CSVPushParser(dialect, limits: limits)
    let bytes = Array(text.utf8)
    var position = 0
    while position < bytes.count {
        let end = position + min(size, bytes.count - position)
        Array(bytes[position..<end]).withUnsafeBufferPointer { parser.push($0, take) }
        position = end
    }
    parser.finish(take)
    return (found, cut, parser.openQuoteLine)
}

func dialect(_ text: String) -> CSVDialect? {
    Array(text.utf8).withUnsafeBufferPointer { CSVDialect(head: $0, isWhole: true) }
}

func looksLikeCSV(_ text: String) -> Bool {
    Array(text.utf8).withUnsafeBufferPointer { CSVDialect.looksLikeCSV($0) }
}
