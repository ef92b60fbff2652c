package import CampaignModel

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
    private var isBroken = false
    private var stage = Stage.raw
    private var head: [UInt8] = []

    /// - Parameter isKnown: Asked for each item with its key and what stands for all that the document states of it but
    ///   dates; an answer of true makes ``ReadEvent/known(_:)`` of it, which costs no text at all. The fingerprint is
    ///   good for comparing with an earlier reading, and for nothing else.
    package init(_ options: ReadOptions, isKnown: ((ItemKey, Fingerprint) -> Bool)? = nil) {
        self.options = options
        collector = ItemCollector(options, isKnown: isKnown)
        input = PackedInput(limits: options.limits)
    }

    /// - Returns: What became complete with these bytes.
    /// - Throws: Only before the first event: a document that breaks later ends with `complete: false`.
    package func push(_ bytes: [UInt8]) throws(ReadFailure) -> [ReadEvent] {
        try bytes.withUnsafeBufferPointer { (bytes) throws(ReadFailure) in try push(bytes) }
    }

    package func push(_ bytes: UnsafeBufferPointer<UInt8>) throws(ReadFailure) -> [ReadEvent] {
        try receive(bytes, isLast: false)
        return collector.takeEvents()
    }

    /// Ends the document.
    ///
    /// - Returns: The rest; the last event is always ``ReadEvent/end(_:)``.
    package func finish() throws(ReadFailure) -> [ReadEvent] {
        let nothing = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
        try receive(nothing, isLast: true)
        try take(nothing, isLast: true)
        if case .reading(let decoder, let reader) = stage {
            reader.finish()
            try settle(reader)
            if decoder.sawBadBytes { collector.warnAboutBytes() }
        }
        stage = .over
        collector.end()
        return collector.takeEvents()
    }

    private func receive(_ bytes: UnsafeBufferPointer<UInt8>, isLast: Bool) throws(ReadFailure) {
        try input.push(bytes, isLast: isLast) { (bytes) throws(ReadFailure) in try take(bytes, isLast: false) }
        if let failure = input.failure { try settle(.broken(message: failure, line: 0)) }
    }

    private func take(_ bytes: UnsafeBufferPointer<UInt8>, isLast: Bool) throws(ReadFailure) {
        switch stage {
        case .raw:
            head += bytes
            guard head.count >= TextDecoder.statementWindow || isLast else { return }
            if let kind = DocumentSniffer.binaryKind(head) { throw fail(.notAFeed(what: kind, feeds: [])) }
            let decoder = TextDecoder(
                head: Array(head.prefix(TextDecoder.statementWindow)), contentType: options.contentType)
            let raw = head
            head = []
            stage = .head(decoder)
            raw.withUnsafeBufferPointer { collect($0, decoder, isLast: isLast) }
            try sniff(decoder, isLast: isLast)
        case .head(let decoder):
            collect(bytes, decoder, isLast: isLast)
            try sniff(decoder, isLast: isLast)
        case .page(let decoder):
            collect(bytes, decoder, isLast: isLast)
            try look(isLast: isLast)
        case .reading(let decoder, let reader):
            guard reader.breakage == nil, !reader.isDone else { return }
            decoder.decode(bytes, isLast: isLast) { reader.push($0) }
            if reader.breakage != nil { try settle(reader) }
        case .over: break
        }
    }

    private func collect(_ bytes: UnsafeBufferPointer<UInt8>, _ decoder: TextDecoder, isLast: Bool) {
        decoder.decode(bytes, isLast: isLast) { head += $0 }
    }

    private func sniff(_ decoder: TextDecoder, isLast: Bool) throws(ReadFailure) {
        // Always the same bytes are judged, however they came.
        let window = Array(head.prefix(DocumentSniffer.window))
        switch DocumentSniffer.verdict(window, columns: columns, isWhole: isLast) {
        case .undecided: break
        case .notAFeed(let what): throw fail(.notAFeed(what: what, feeds: []))
        case .webPage:
            stage = .page(decoder)
            try look(isLast: isLast)
        case .xml(let start): try read(from: start, decoder, XMLDocumentReader(options, collector))
        case .json(let start): try read(from: start, decoder, JSONDocumentReader(options, collector))
        case .csv(let start): try read(from: start, decoder, CSVDocumentReader(options, collector))
        }
    }

    /// The columns that a mapping names, should the document be CSV.
    private var columns: Set<String> { Set((options.mapping?.fields ?? [:]).values.map { CSVName.key($0) }) }

    private func look(isLast: Bool) throws(ReadFailure) {
        guard isLast || head.count >= WebPage.window else { return }
        let page = WebPage(Array(head.prefix(WebPage.window)), address: options.baseURL)
        throw fail(.notAFeed(what: page.description, feeds: page.feeds))
    }

    private func read(
        from start: Int, _ decoder: TextDecoder, _ reader: any DocumentReader
    ) throws(ReadFailure) {
        // Line breaks of the junk before count.
        let document = Array(repeating: 0x0A, count: head[..<start].count { $0 == 0x0A }) + head[start...]
        stage = .reading(decoder, reader)
        head = []
        document.withUnsafeBufferPointer { reader.push($0) }
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
        case .notAFeed(let what): throw fail(.notAFeed(what: what, feeds: []))
        case .unknownXML(let root, let proposal): throw fail(.unknownXML(root: root, proposal: proposal))
        case .broken(let message, let line):
            guard collector.hasItems else { throw fail(.broken(message: message, line: line)) }
            collector.markIncomplete(message: message, line: line)
        }
    }

    private func fail(_ failure: ReadFailure) -> ReadFailure {
        stage = .over
        return failure
    }
}
