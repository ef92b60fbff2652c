/// How a CSV document is written.
struct CSVDialect: Hashable {
    enum Quotes {
        /// RFC 4180: between quotes stand delimiters and line breaks too.
        case spanning
        /// Quotes never reach over a delimiter or a line break, and count only when they stand at both ends of a field.
        /// Google's tab files know no quotes at all: a lone one must not swallow lines.
        case within
    }

    /// How much of a document tells.
    static let window = 64 * 1024

    var delimiter: UInt8
    var quotes: Quotes
    /// How many rows stand before the one with the names of the columns: `sep=;`, comments, a heading.
    var skippedRows = 0

    /// Finds out from the first bytes; nil when no delimiter gives two columns.
    ///
    /// - Parameters:
    ///   - head: UTF-8, at most the first ``window`` bytes count.
    ///   - isWhole: Whether nothing follows.
    ///   - names: Keys of column names (``CSVName``) that are known beside those of ``CSVColumns``.
    init?(head: UnsafeBufferPointer<UInt8>, isWhole: Bool, names: Set<String> = []) {
        guard let best = CSVTrial.best(of: head, isWhole: isWhole, names: names) else { return nil }
        self = best.dialect
    }

    init(delimiter: UInt8, quotes: Quotes, skippedRows: Int = 0) {
        self.delimiter = delimiter
        self.quotes = quotes
        self.skippedRows = skippedRows
    }

    /// Whether text is CSV that can be read: rows of as many fields under names that are known. Prose has commas too.
    static func looksLikeCSV(_ head: UnsafeBufferPointer<UInt8>, names: Set<String> = []) -> Bool {
        guard let best = CSVTrial.best(of: head, isWhole: false, names: names) else { return false }
        if best.known > 1 { return true }
        return best.known == 1 && best.rows > 0 && best.usual >= best.columns && best.share >= 0.8
    }
}

/// What the first rows look like when they are read in one dialect.
private struct CSVTrial {
    private static let maxRows = 64
    /// In how many of them the names of the columns are looked for.
    private static let headerRows = 10
    private static let maxNames = 256

    var dialect: CSVDialect
    /// How many of the columns have known names.
    var known = 0
    var columns = 0
    /// Rows below the names.
    var rows = 0
    /// The most frequent number of fields in them, and the share of the rows that have it.
    var usual = 0
    var share = 0.0

    static func best(of head: UnsafeBufferPointer<UInt8>, isWhole: Bool, names: Set<String>) -> Self? {
        let isWhole = isWhole && head.count <= CSVDialect.window
        var head = UnsafeBufferPointer(rebasing: head.prefix(CSVDialect.window))
        if head.starts(with: [0xEF, 0xBB, 0xBF]) { head = UnsafeBufferPointer(rebasing: head.dropFirst(3)) }
        var best: Self?
        for dialect in candidates(head) where head.contains(dialect.delimiter) {
            let trial = Self(dialect, head, isWhole: isWhole, names: names)
            if trial.columns > 1, best.map({ trial.isBetter(than: $0) }) ?? true { best = trial }
        }
        return best
    }

    private static func candidates(_ head: UnsafeBufferPointer<UInt8>) -> [CSVDialect] {
        let known: [UInt8] = [UInt8(ascii: ","), UInt8(ascii: ";"), 0x09, UInt8(ascii: "|")]
        var delimiters = known
        // A spreadsheet's hint in the first line.
        if head.count > 4, UnsafeBufferPointer(rebasing: head[..<4]).isWord("sep="), known.contains(head[4]) {
            delimiters = [head[4]]
        }
        return delimiters.flatMap { delimiter -> [CSVDialect] in
            let spanning = CSVDialect(delimiter: delimiter, quotes: .spanning)
            guard delimiter == 0x09 || delimiter == UInt8(ascii: "|") else { return [spanning] }
            return [CSVDialect(delimiter: delimiter, quotes: .within), spanning]
        }
    }

    private init(
        _ dialect: CSVDialect, _ head: UnsafeBufferPointer<UInt8>, isWhole: Bool, names: Set<String>
    ) {
        self.dialect = dialect
        var widths: [Int] = []
        var headers: [(row: Int, known: Int, isComment: Bool)] = []
        let take: (CSVRow) -> Bool = { row in
            if widths.count < Self.headerRows {
                let known = (0..<min(row.count, Self.maxNames)).count { CSVColumns.isKnown(row[$0], or: names) }
                let first = row.trimmed(0)
                let isComment =
                    first.first == UInt8(ascii: "#")
                    || UnsafeBufferPointer(
                        rebasing: first.prefix(4)
                    ).isWord("sep=")
                headers.append((widths.count, known, isComment))
            }
            widths.append(row.count)
            return widths.count < Self.maxRows
        }
        let parser = CSVPushParser(dialect, limits: ReadLimits())
        parser.push(head, take)
        // The last row is likely to be cut, but better than none.
        if isWhole || widths.isEmpty { parser.finish(take) }
        guard var header = headers.first(where: { !$0.isComment || $0.known > 1 }) else { return }
        if header.known < 2, let other = headers.first(where: { $0.known > 1 }) { header = other }
        self.dialect.skippedRows = header.row
        known = header.known
        columns = widths[header.row]
        judge(widths[(header.row + 1)...])
    }

    private mutating func judge(_ widths: ArraySlice<Int>) {
        var counts: [Int: Int] = [:]
        for width in widths { counts[width, default: 0] += 1 }
        rows = widths.count
        guard let top = counts.max(by: { ($0.value, $0.key) < ($1.value, $1.key) }) else { return }
        usual = top.key
        share = Double(top.value) / Double(rows)
    }

    private func isBetter(than other: Self) -> Bool {
        (known, share, columns) > (other.known, other.share, other.columns)
    }
}
