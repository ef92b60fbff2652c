import CampaignModel

@testable import FeedReading

/// Keeps items as lines of text, one for each field.
final class RecordKeeper: ItemReceiver {
    let header = ItemRecord()
    private(set) var formats: [DocumentFormat] = []
    private(set) var items: [[String]] = []
    private(set) var warnings: [String] = []
    private let limit: Int

    init(limit: Int = .max) { self.limit = limit }

    var isFull: Bool { items.count > limit }

    func setFormat(_ format: DocumentFormat) { formats.append(format) }
    func setConventions(_ conventions: ItemConventions) {}
    func add(_ record: ItemRecord) { items.append(Self.lines(record)) }
    func warn(_ code: String, _ message: String, item: String?) { warnings.append(code) }

    /// `field: text`, with the form when it is not plain text and the rank when it is not 0.
    static func lines(_ record: ItemRecord) -> [String] {
        record.entries.map { entry in
            let form = entry.form == .text ? "" : " \(entry.form)"
            let rank = entry.rank == 0 ? "" : " \(entry.rank)"
            return "\(entry.field)\(form)\(rank): \(record.text(of: entry))"
        }
    }
}

/// What a JSON document became.
struct JSONReading: Equatable {
    var header: [String]
    var items: [[String]]
    var formats: [DocumentFormat]
    var warnings: [String]
    var breakage: Breakage?

    /// The lines of all items that belong to a field.
    func values(_ field: ItemField) -> [String] {
        items.joined().filter { $0.hasPrefix("\(field):") || $0.hasPrefix("\(field) ") }
    }

    /// What it is instead of a feed.
    var refusal: String? {
        switch breakage {
        case .notAFeed(let what)?: what
        case .unmapped(let message, _)?: message
        default: nil
        }
    }

    /// What is broken in it.
    var fault: String? {
        guard case .broken(let message, let line)? = breakage else { return nil }
        return "\(line): \(message)"
    }
}

func readJSON(_ bytes: [UInt8], _ options: ReadOptions = ReadOptions(), size: Int = .max) -> JSONReading {
    let keeper = RecordKeeper(limit: options.limits.items)
    let reader = JSONDocumentReader(options, keeper)
    bytes.withUnsafeBufferPointer { push($0, size: size) { reader.push($0) } }
    reader.finish()
    return JSONReading(
        header: RecordKeeper.lines(keeper.header), items: keeper.items, formats: keeper.formats,
        warnings: keeper.warnings, breakage: reader.breakage)
}

func readJSON(_ text: String, _ options: ReadOptions = ReadOptions()) -> JSONReading {
    readJSON(Array(text.utf8), options)
}
