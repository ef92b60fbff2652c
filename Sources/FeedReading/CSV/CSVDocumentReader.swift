import CampaignModel

/// Reads CSV and TSV catalogs: parser, names of columns, the rows of a format.
final class CSVDocumentReader: DocumentReader {
    private(set) var breakage: Breakage?
    private(set) var isDone = false
    private(set) var isOpen: Bool?

    private let options: ReadOptions
    private let receiver: any ItemReceiver
    /// The first bytes, until they tell the dialect.
    private var head: [UInt8] = []
    private var parser: CSVPushParser?
    private var rowsToSkip = 0
    private var rows: (any CSVItemRows)?
    private var header: CSVHeader?
    /// The start of the row of names, to know it again: files are put together of several.
    private var firstNames: [[UInt8]] = []
    private var rowCount = 0
    private var sawShortRow = false
    private var warnedOfCut = false

    /// - Parameters:
    ///   - options: The format that the owner stated counts where the columns allow it; a mapping counts always.
    ///   - receiver: Gets the items.
    init(_ options: ReadOptions, _ receiver: any ItemReceiver) {
        self.options = options
        self.receiver = receiver
    }

    /// Takes UTF-8 bytes; what is not UTF-8 becomes U+FFFD where a text is made of it.
    func push(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard breakage == nil, !isDone else { return }
        if let parser { return parser.push(bytes) { take($0) } }
        head.append(contentsOf: bytes)
        if head.count >= CSVDialect.window { start(isWhole: false) }
    }

    func finish() {
        guard breakage == nil, !isDone else { return }
        if parser == nil { start(isWhole: true) }
        guard breakage == nil, let parser else { return }
        parser.finish { take($0) }
        isDone = true
        if breakage != nil { return }
        if let line = parser.openQuoteLine {
            breakage = .broken(message: "a quote is never closed; the document may be cut", line: line)
        } else if header == nil {
            breakage = .notAFeed("CSV without a row of column names")
        } else {
            rows?.finish()
            check(line: parser.line)
        }
    }

    // MARK: Start

    private func start(isWhole: Bool) {
        let names = options.mapping?.columnKeys ?? []
        let dialect =
            head.withUnsafeBufferPointer { CSVDialect(head: $0, isWhole: isWhole, names: names) }
            ?? CSVDialect(delimiter: UInt8(ascii: ","), quotes: .spanning)
        rowsToSkip = dialect.skippedRows
        let parser = CSVPushParser(dialect, limits: options.limits)
        self.parser = parser
        let hasMark = head.starts(with: [0xEF, 0xBB, 0xBF])
        head.withUnsafeBufferPointer { bytes in
            parser.push(UnsafeBufferPointer(rebasing: bytes.dropFirst(hasMark ? 3 : 0))) { take($0) }
        }
        head = []
    }

    private func open(_ row: CSVRow) {
        let header = CSVHeader(row)
        self.header = header
        firstNames = (0..<min(2, row.count)).map { Array(row.trimmed($0)) }
        if let mapping = options.mapping {
            openMapped(mapping, header)
            return
        }
        let format = CSVFormat.format(of: header, stated: options.format)
        let rows: (any CSVItemRows)?
        switch format {
        case .shopifyCSV: rows = ShopifyCSVRows(header, limits: options.limits, receiver)
        case .wooCSV: rows = WooCSVRows(header, limits: options.limits, receiver)
        case .prestashopCSV: rows = PrestaShopCSVRows(header, limits: options.limits, receiver)
        case .magentoCSV: rows = MagentoCSVRows(header, limits: options.limits, receiver)
        default:
            let plan = CSVPlan.plain(format, header, limits: options.limits)
            rows = plan.has(.id) || plan.has(.title) || plan.has(.link) ? CSVPlainRows(plan, receiver) : nil
        }
        guard let rows else {
            breakage = .notAFeed("CSV without columns that are known (\(header.sample(8)))")
            return
        }
        self.rows = rows
        begin(format)
    }

    private func openMapped(_ mapping: DocumentMapping, _ header: CSVHeader) {
        do {
            rows = CSVPlainRows(try CSVPlan.custom(mapping, header, limits: options.limits), receiver)
            begin(.custom)
        } catch {
            breakage = .unmapped(
                message: "there is no column \(error.name.printable); there are: \(header.sample(40))",
                line: parser?.line ?? 1)
        }
    }

    private func begin(_ format: DocumentFormat) {
        receiver.setFormat(format)
        receiver.setConventions(CSVFormat.conventions(of: format))
    }

    // MARK: Rows

    private func take(_ row: CSVRow) -> Bool {
        guard let rows else {
            if rowsToSkip > 0 { rowsToSkip -= 1 } else { open(row) }
            return breakage == nil
        }
        if isHeader(row) { return true }
        if !row.isTerminated, isStump(row) {
            breakage = .broken(message: "the document ends within a row; it was cut", line: row.line)
            return false
        }
        if row.isCut { warnOfCut(row) }
        if row.count < header?.names.count ?? 0 { sawShortRow = true }
        rowCount += 1
        isOpen = !row.isTerminated
        rows.take(row)
        guard receiver.isFull else { return true }
        breakage = .broken(message: "it has more than \(options.limits.items) items", line: row.line)
        return false
    }

    /// A last row without a line break, and with fewer fields than every row before it, is no whole one.
    private func isStump(_ row: CSVRow) -> Bool {
        rowCount > 0 && !sawShortRow && row.count < header?.names.count ?? 0
    }

    private func isHeader(_ row: CSVRow) -> Bool {
        guard firstNames.count == 2, row.count > 1 else { return false }
        return row[0].isSame(as: firstNames[0]) && row[1].isSame(as: firstNames[1])
    }

    private func warnOfCut(_ row: CSVRow) {
        guard !warnedOfCut else { return }
        warnedOfCut = true
        receiver.warn(
            "text_cut",
            "line \(row.line): a field has more than \(options.limits.fieldBytes) bytes, its row more than "
                + "\(options.limits.itemBytes), or more than \(CSVPushParser.maxColumns) columns; the rest was left out",
            item: nil)
    }

    private func check(line: Int) {
        guard receiver.isFull, breakage == nil else { return }
        breakage = .broken(message: "it has more than \(options.limits.items) items", line: line)
    }
}
