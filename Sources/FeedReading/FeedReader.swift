import CampaignModel

/// Reads a document of any known format: bytes go in, in chunks of any size, and items come out as soon as they are
/// complete.
///
/// For use from one task at a time. Memory does not grow with the document, but for about 12 bytes an item that tell
/// repeated ids. Nothing is read from anywhere else, whatever the document says.
package final class FeedReader {
    private enum Stage {
        /// The first bytes are collected until they tell the encoding.
        case raw
        /// They are decoded and collected until they tell the format.
        case head(TextDecoder)
        case page(TextDecoder)
        case reading(TextDecoder, any DocumentReader)
        case over
    }

    private let options: ReadOptions
    private let collector: ItemCollector
    private var input: PackedInput
    private var time: CPUBudget
    private var isBroken = false
    /// What was thrown: nothing comes of the document any more.
    private var failure: ReadFailure?
    private var stage = Stage.raw
    private var head: [UInt8] = []
    /// The format is looked for again once so many bytes are collected: not with each of them.
    private var nextLook = 0

    /// - Parameters:
    ///   - options: What is known of the document beside its bytes, and what it may cost.
    ///   - lazily: Whether items come as ``ReadEvent/found(_:)``, for those who need the texts of few of them; what is odd
    ///     about the fields of an item is then told by the item.
    package init(_ options: ReadOptions, lazily: Bool = false) {
        self.options = options
        collector = ItemCollector(options, lazily: lazily)
        input = PackedInput(limits: options.limits)
        time = CPUBudget(limits: options.limits)
    }

    /// - Returns: What became complete with these bytes.
    /// - Throws: Only before the first event: a document that breaks later ends with `complete: false`.
    package func push(_ bytes: [UInt8]) throws(ReadFailure) -> [ReadEvent] {
        try bytes.withUnsafeBufferPointer { (bytes) throws(ReadFailure) in try push(bytes) }
    }

    /// As of an array; the bytes are needed only until it returns.
    package func push(_ bytes: UnsafeBufferPointer<UInt8>) throws(ReadFailure) -> [ReadEvent] {
        if let failure { throw failure }
        time.begin()
        defer { time.end() }
        try receive(bytes, isLast: false)
        return collector.takeEvents()
    }

    /// Whether ``more()`` has events: packed bytes that were pushed make too many to be given at once. To be asked after
    /// each `push`; who does not ask gets them later, all at once.
    package var hasMore: Bool { input.hasMore }

    /// - Returns: More of what became complete with the bytes that were pushed.
    package func more() throws(ReadFailure) -> [ReadEvent] {
        time.begin()
        defer { time.end() }
        try input.goOn(until: { collector.hasEvents }, receive)
        try settleInput()
        return collector.takeEvents()
    }

    /// Ends the document.
    ///
    /// - Returns: The rest; the last event is always ``ReadEvent/end(_:)``.
    package func finish() throws(ReadFailure) -> [ReadEvent] {
        if let failure { throw failure }
        let nothing = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
        time.begin()
        defer { time.end() }
        try receive(nothing, isLast: true)
        try take(nothing, isLast: true)
        var isOpen: Bool?
        if case .reading(let decoder, let reader) = stage {
            reader.finish()
            try settle(reader)
            if decoder.sawBadBytes { collector.warnAboutBytes() }
            isOpen = reader.isOpen
        }
        stage = .over
        collector.end(isOpen: isOpen)
        return collector.takeEvents()
    }

    private func receive(_ bytes: UnsafeBufferPointer<UInt8>, isLast: Bool) throws(ReadFailure) {
        try input.push(bytes, isLast: isLast, until: { collector.hasEvents }, receive)
        try settleInput()
    }

    private func receive(_ bytes: UnsafeBufferPointer<UInt8>) throws(ReadFailure) {
        try take(bytes, isLast: false)
        time.take(bytes.count)
        try checkTime()
    }

    private func settleInput() throws(ReadFailure) {
        if let failure = input.failure { try breakOff(failure) }
    }

    /// No more bytes will come, but those that came may still be on their way, with a whole item among them.
    private func breakOff(_ message: String) throws(ReadFailure) {
        if !isBroken, !collector.hasItems {
            do throws(ReadFailure) {
                try take(UnsafeBufferPointer(start: nil, count: 0), isLast: true)
            } catch {
                // Whatever the beginning of the document looks like, this is why there is no more of it.
                isBroken = false
                self.failure = nil
            }
        }
        try settle(.broken(message: message, line: 0))
    }

    private func checkTime() throws(ReadFailure) {
        guard !isBroken, let excess = time.excess else { return }
        try settle(.broken(message: excess, line: 0))
        stage = .over
    }

    private func take(_ bytes: UnsafeBufferPointer<UInt8>, isLast: Bool) throws(ReadFailure) {
        switch stage {
        case .raw:
            // The first chunk mostly has all that is needed; then nothing is copied.
            if head.isEmpty, bytes.count >= TextDecoder.statementWindow {
                try begin(Array(bytes.prefix(TextDecoder.statementWindow)), with: bytes, isLast: isLast)
                return
            }
            head += bytes
            guard head.count >= TextDecoder.statementWindow || isLast else { return }
            let raw = head
            head = []
            try raw.withUnsafeBufferPointer { (bytes) throws(ReadFailure) in
                try begin(Array(raw.prefix(TextDecoder.statementWindow)), with: bytes, isLast: isLast)
            }
        case .head(let decoder), .page(let decoder), .reading(let decoder, _):
            try decode(bytes, decoder, isLast: isLast)
        case .over: break
        }
    }

    private func begin(
        _ statement: [UInt8], with bytes: UnsafeBufferPointer<UInt8>, isLast: Bool
    ) throws(ReadFailure) {
        if let kind = DocumentSniffer.binaryKind(statement) { throw fail(.notAFeed(what: kind, feeds: [])) }
        let decoder = TextDecoder(head: statement, contentType: options.contentType)
        stage = .head(decoder)
        try decode(bytes, decoder, isLast: isLast)
    }

    private func decode(
        _ bytes: UnsafeBufferPointer<UInt8>, _ decoder: TextDecoder, isLast: Bool
    ) throws(ReadFailure) {
        if case .reading(_, let reader) = stage, reader.breakage != nil || reader.isDone { return }
        try decoder.decode(bytes, isLast: isLast) { (text) throws(ReadFailure) in try takeText(text, decoder) }
        guard isLast else { return }
        switch stage {
        case .head: try sniff(nil, decoder, isLast: true)
        case .page: try look(isLast: true)
        default: break
        }
    }

    private func takeText(_ text: UnsafeBufferPointer<UInt8>, _ decoder: TextDecoder) throws(ReadFailure) {
        switch stage {
        case .raw, .over: break
        case .head: try sniff(text, decoder, isLast: false)
        case .page:
            head += text
            try look(isLast: false)
        case .reading(_, let reader):
            reader.push(text)
            if reader.breakage != nil { try settle(reader) }
        }
    }

    /// Finds out the format from what came so far: `text`, or with it what was collected before.
    private func sniff(
        _ text: UnsafeBufferPointer<UInt8>?, _ decoder: TextDecoder, isLast: Bool
    ) throws(ReadFailure) {
        if head.isEmpty, let text {
            try sniff(in: text, decoder, isLast: isLast) { head += text }
        } else {
            if let text { head += text }
            guard isLast || head.count >= nextLook else { return }
            let collected = head
            try collected.withUnsafeBufferPointer { (all) throws(ReadFailure) in
                try sniff(in: all, decoder, isLast: isLast) {}
            }
        }
    }

    private func sniff(
        in all: UnsafeBufferPointer<UInt8>, _ decoder: TextDecoder, isLast: Bool, collect: () -> Void
    ) throws(ReadFailure) {
        // Always the same bytes are judged, however they came.
        let window = UnsafeBufferPointer(rebasing: all.prefix(DocumentSniffer.window))
        nextLook = min(all.count + all.count / 8, max(all.count, DocumentSniffer.window))
        switch DocumentSniffer.verdict(window, columns: options.mapping?.columnKeys ?? [], isWhole: isLast) {
        case .undecided: collect()
        case .notAFeed(let what): throw fail(.notAFeed(what: what, feeds: []))
        case .webPage:
            collect()
            stage = .page(decoder)
            try look(isLast: isLast)
        case .xml(let start): try read(all, from: start, decoder, XMLDocumentReader(options, collector))
        case .json(let start): try read(all, from: start, decoder, JSONDocumentReader(options, collector))
        case .csv(let start): try read(all, from: start, decoder, CSVDocumentReader(options, collector))
        }
    }

    private func look(isLast: Bool) throws(ReadFailure) {
        guard isLast || head.count >= WebPage.window else { return }
        let page = WebPage(Array(head.prefix(WebPage.window)), address: options.baseURL)
        throw fail(.notAFeed(what: page.description, feeds: page.feeds))
    }

    private func read(
        _ all: UnsafeBufferPointer<UInt8>, from start: Int, _ decoder: TextDecoder, _ reader: any DocumentReader
    ) throws(ReadFailure) {
        stage = .reading(decoder, reader)
        head = []
        // Line breaks of the junk before count.
        let breaks = Array(repeating: UInt8(0x0A), count: all[..<start].count { $0 == 0x0A })
        breaks.withUnsafeBufferPointer { if !$0.isEmpty { reader.push($0) } }
        reader.push(UnsafeBufferPointer(rebasing: all[start...]))
        if reader.breakage != nil { try settle(reader) }
    }

    /// Turns a breakage into a failure, or into an incomplete end when items went out before it.
    private func settle(_ reader: any DocumentReader) throws(ReadFailure) {
        if let breakage = reader.breakage { try settle(breakage) }
    }

    /// The first breakage is the cause of those that follow.
    private func settle(_ breakage: Breakage) throws(ReadFailure) {
        guard !isBroken else { return }
        isBroken = true
        switch breakage {
        // Messages quote documents and mappings: whatever is in these, a message is one printable line.
        case .notAFeed(let what): throw fail(.notAFeed(what: what.printable, feeds: []))
        case .unknownXML(let root, let proposal): throw fail(.unknownXML(root: root, proposal: proposal))
        case .unmapped(let message, let line): throw fail(.unmapped(message: message.printable, line: line))
        case .broken(let message, let line):
            guard collector.hasItems else { throw fail(.broken(message: message.printable, line: line)) }
            collector.markIncomplete(message: message, line: line)
        }
    }

    private func fail(_ failure: ReadFailure) -> ReadFailure {
        stage = .over
        self.failure = failure
        return failure
    }
}
