/// Takes CSV apart: bytes in chunks of any size become rows.
///
/// Quotes as in RFC 4180, and what people make of it: a quote within an unquoted field is a character, and so is one
/// within a quoted field that neither is doubled nor stands before a delimiter or the end of the row. Lines end with
/// LF, CR or both; empty ones are skipped. Rows may have any number of fields.
///
/// A row that stands in one chunk is not copied: its fields are places in the chunk. Else its bytes are gathered in
/// one buffer. Every byte is looked at once, or twice after a quote.
final class CSVPushParser {
    /// What a row may have of columns; further ones are left out.
    static let maxColumns = 4096

    private enum State {
        case rowStart, fieldStart, plain, quoted
        /// After a quote within a quoted field, and blanks.
        case afterQuote
        case over
    }

    /// Where an open quote stands that the document never closes; nil while all is well.
    private(set) var openQuoteLine: Int?
    /// The line that is being read; counts from 1.
    private(set) var line: Int

    private let dialect: CSVDialect
    private let fieldLimit: Int
    private let rowLimit: Int
    private let delimiters: UInt64
    private var state = State.rowStart
    private var wasReturn = false

    // Places within a row count from its first byte, without what was left out. What stands in the chunk from `run` on
    // is not in the buffer yet.
    private var run = 0
    private var buffer = ByteBuffer(capacity: 16 * 1024)
    private var isStored = false
    /// What the field has beyond its room.
    private var excess = 0
    private let fields: UnsafeMutablePointer<CSVRow.Field>
    private var fieldCount = 0
    private var fieldStart = 0
    /// Where the field has to end at the latest.
    private var fieldCap = 0
    private var closingQuote = 0
    private var hasBlanks = false
    private var isPeelable = false
    private var quoteLine = 0
    private var rowLine = 0
    private var isCut = false
    /// Whether the row has too many columns.
    private var isOverfull = false

    private static let quote = UInt8(ascii: "\"")
    private static let quotes = ByteScan.pattern(UInt8(ascii: "\""))
    private static let feeds = ByteScan.pattern(0x0A)
    private static let returns = ByteScan.pattern(0x0D)

    init(_ dialect: CSVDialect, limits: ReadLimits, firstLine: Int = 1) {
        self.dialect = dialect
        fieldLimit = max(1, limits.fieldBytes)
        rowLimit = max(1, limits.itemBytes)
        delimiters = ByteScan.pattern(dialect.delimiter)
        line = firstLine
        fields = .allocate(capacity: Self.maxColumns)
    }

    deinit { fields.deallocate() }

    /// Reads bytes.
    ///
    /// - Parameters:
    ///   - bytes: The next ones.
    ///   - take: Gets each row; false stops the parser for good.
    func push(_ bytes: UnsafeBufferPointer<UInt8>, _ take: (CSVRow) -> Bool) {
        guard let base = bytes.baseAddress else { return }
        let end = bytes.count
        var place = 0
        run = 0
        while place < end {
            switch state {
            case .rowStart: startRow(base, &place)
            case .fieldStart: startField(base, &place)
            case .plain:
                place = ByteScan.first(base, from: place, to: end, delimiters, Self.feeds, Self.returns)
                if place < end {
                    closeField(base, at: place, end: position(place))
                    pass(base, &place, take)
                }
            case .quoted: readQuoted(base, &place, end)
            case .afterQuote: readAfterQuote(base, &place, take)
            case .over: return
            }
        }
        if state != .rowStart, state != .over { store(base, to: end) }
        run = 0
    }

    /// Ends the document, whose last row may lack its line break.
    func finish(_ take: (CSVRow) -> Bool) {
        run = 0
        switch state {
        case .rowStart, .over: break
        case .fieldStart, .plain:
            closeField(buffer.start, at: 0, end: position(0))
            emit(buffer.start, at: 0, isTerminated: false, take)
        case .afterQuote:
            closeField(buffer.start, at: 0, end: closingQuote)
            emit(buffer.start, at: 0, isTerminated: false, take)
        case .quoted: openQuoteLine = quoteLine
        }
        state = .over
    }

    // MARK: States

    @inline(__always)
    private func position(_ place: Int) -> Int { buffer.count &+ excess &+ (place &- run) }

    private func startRow(_ base: UnsafePointer<UInt8>, _ place: inout Int) {
        let byte = base[place]
        if byte == 0x0A || byte == 0x0D {
            if byte == 0x0D || !wasReturn { line &+= 1 }
            wasReturn = byte == 0x0D
            place &+= 1
            return
        }
        wasReturn = false
        run = place
        buffer.clear()
        excess = 0
        isStored = false
        isCut = false
        isOverfull = false
        fieldCount = 0
        rowLine = line
        openField(at: 0)
    }

    @inline(__always)
    private func openField(at start: Int) {
        fieldStart = start
        fieldCap = max(start, min(start &+ fieldLimit, rowLimit))
        isPeelable = false
        state = .fieldStart
    }

    @inline(__always)
    private func startField(_ base: UnsafePointer<UInt8>, _ place: inout Int) {
        state = .plain
        guard base[place] == Self.quote else { return }
        guard dialect.quotes == .spanning else {
            isPeelable = true
            return
        }
        place &+= 1
        openField(at: fieldStart &+ 1)
        quoteLine = line
        state = .quoted
    }

    @inline(__always)
    private func readQuoted(_ base: UnsafePointer<UInt8>, _ place: inout Int, _ end: Int) {
        place = ByteScan.first(base, from: place, to: end, Self.quotes, Self.feeds, Self.feeds)
        guard place < end else { return }
        if base[place] == 0x0A {
            line &+= 1
        } else {
            closingQuote = position(place)
            hasBlanks = false
            state = .afterQuote
        }
        place &+= 1
    }

    @inline(__always)
    private func readAfterQuote(_ base: UnsafePointer<UInt8>, _ place: inout Int, _ take: (CSVRow) -> Bool) {
        switch base[place] {
        case dialect.delimiter, 0x0A, 0x0D:
            closeField(base, at: place, end: closingQuote)
            pass(base, &place, take)
        case Self.quote where !hasBlanks:
            // A doubled one: the second is left out.
            store(base, to: place)
            place &+= 1
            run = place
            state = .quoted
        case 0x20:
            hasBlanks = true
            place &+= 1
        default: state = .quoted
        }
    }

    /// Goes over a delimiter or the end of a row.
    @inline(__always)
    private func pass(_ base: UnsafePointer<UInt8>, _ place: inout Int, _ take: (CSVRow) -> Bool) {
        if base[place] == dialect.delimiter {
            place &+= 1
            openField(at: position(place))
        } else {
            emit(base, at: place, isTerminated: true, take)
        }
    }

    // MARK: Fields and rows

    @inline(__always)
    private func closeField(_ base: UnsafePointer<UInt8>, at place: Int, end: Int) {
        var end = end
        if position(place) > fieldCap {
            if end > fieldCap {
                isCut = true
                end = fieldCap
            }
            store(base, to: place)
            excess = 0
            end = withoutPartOfCharacter(end)
        }
        if isPeelable { end = peel(base, at: place, end: end) }
        guard fieldCount < Self.maxColumns else { return overfill(base, to: place) }
        fields[fieldCount] = CSVRow.Field(start: fieldStart, end: end)
        fieldCount &+= 1
    }

    private func overfill(_ base: UnsafePointer<UInt8>, to place: Int) {
        store(base, to: place)
        isOverfull = true
        isCut = true
    }

    private func emit(
        _ base: UnsafePointer<UInt8>, at place: Int, isTerminated: Bool, _ take: (CSVRow) -> Bool
    ) {
        if isStored { store(base, to: place) }
        let row = CSVRow(
            base: isStored ? UnsafePointer(buffer.start) : base + run,
            fields: UnsafeBufferPointer(start: fields, count: fieldCount), line: rowLine, isCut: isCut,
            isTerminated: isTerminated)
        state = .rowStart
        if !take(row) { state = .over }
    }

    /// Puts the bytes of the chunk before `place` that the field has room for into the buffer.
    private func store(_ base: UnsafePointer<UInt8>, to place: Int) {
        defer { run = place }
        isStored = true
        guard !isOverfull else { return }
        let count = max(0, min(place - run, fieldCap - buffer.count))
        excess += place - run - count
        buffer.append(base + run, count: count)
    }

    /// The end of a field that was cut, before a character that is not whole.
    private func withoutPartOfCharacter(_ end: Int) -> Int {
        guard isCut, end == fieldCap, end <= buffer.count else { return end }
        var lead = end
        while lead > fieldStart, end - lead < 4 {
            lead -= 1
            let byte = buffer.start[lead]
            if byte & 0xC0 == 0x80 { continue }
            let length = byte < 0xC0 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4
            return lead + length > end ? lead : end
        }
        return end
    }

    /// Takes the quotes off a field that has them at both ends, and only doubled ones within.
    private func peel(_ base: UnsafePointer<UInt8>, at place: Int, end: Int) -> Int {
        store(base, to: place)
        guard end - fieldStart >= 2, end <= buffer.count, buffer.start[end - 1] == Self.quote else { return end }
        var read = fieldStart + 1
        while read < end - 1 {
            if buffer.start[read] == Self.quote {
                guard read + 1 < end - 1, buffer.start[read + 1] == Self.quote else { return end }
                read += 1
            }
            read += 1
        }
        fieldStart += 1
        read = fieldStart
        var write = fieldStart
        while read < end - 1 {
            buffer.start[write] = buffer.start[read]
            read += buffer.start[read] == Self.quote ? 2 : 1
            write += 1
        }
        return write
    }
}
