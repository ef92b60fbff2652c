import CampaignModel

/// Reads a document of any known format: bytes go in, in chunks of any size, and items come out as soon as they are
/// complete.
///
/// For use from one task at a time. Memory does not grow with the document, but for 16 bytes an item that tell
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
    private var stage = Stage.raw
    private var head: [UInt8] = []

    package init(_ options: ReadOptions) {
        self.options = options
        collector = ItemCollector(options)
    }

    /// - Returns: What became complete with these bytes.
    /// - Throws: Only before the first event: a document that breaks later ends with `complete: false`.
    package func push(_ bytes: [UInt8]) throws(ReadFailure) -> [ReadEvent] {
        try take(bytes, isLast: false)
        return collector.takeEvents()
    }

    /// Ends the document.
    ///
    /// - Returns: The rest; the last event is always ``ReadEvent/end(_:)``.
    package func finish() throws(ReadFailure) -> [ReadEvent] {
        try take([], isLast: true)
        if case .reading(let decoder, let reader) = stage {
            reader.finish()
            try settle(reader)
            if decoder.sawBadBytes { collector.warnAboutBytes() }
        }
        stage = .over
        collector.end()
        return collector.takeEvents()
    }

    private func take(_ bytes: [UInt8], isLast: Bool) throws(ReadFailure) {
        switch stage {
        case .raw:
            head += bytes
            guard head.count >= TextDecoder.statementWindow || isLast else { return }
            if let kind = DocumentSniffer.binaryKind(head) { throw fail(.notAFeed(what: kind, feeds: [])) }
            guard let decoder = TextDecoder(head: head, contentType: options.contentType, isWhole: isLast) else {
                return
            }
            head = decoder.decode(head)
            stage = .head(decoder)
            try sniff(decoder, isLast: isLast)
        case .head(let decoder):
            head += decoder.decode(bytes)
            try sniff(decoder, isLast: isLast)
        case .page(let decoder):
            head += decoder.decode(bytes)
            try look(isLast: isLast)
        case .reading(let decoder, let reader):
            try read(decoder.decode(bytes)[...], with: reader)
        case .over: break
        }
    }

    private func sniff(_ decoder: TextDecoder, isLast: Bool) throws(ReadFailure) {
        // Always the same bytes are judged, however they came.
        switch DocumentSniffer.verdict(Array(head.prefix(DocumentSniffer.window)), isWhole: isLast) {
        case .undecided: break
        case .notAFeed(let what): throw fail(.notAFeed(what: what, feeds: []))
        case .webPage:
            stage = .page(decoder)
            try look(isLast: isLast)
        case .xml(let start):
            let reader = XMLDocumentReader(options, collector)
            stage = .reading(decoder, reader)
            let lines = head[..<start].count { $0 == 0x0A }
            let document = Array(repeating: 0x0A, count: lines) + head[start...]
            head = []
            try read(document[...], with: reader)
        }
    }

    private func look(isLast: Bool) throws(ReadFailure) {
        guard isLast || head.count >= WebPage.window else { return }
        let page = WebPage(Array(head.prefix(WebPage.window)), address: options.baseURL)
        throw fail(.notAFeed(what: page.description, feeds: page.feeds))
    }

    private func read(_ bytes: ArraySlice<UInt8>, with reader: any DocumentReader) throws(ReadFailure) {
        guard reader.breakage == nil, !reader.isDone else { return }
        bytes.withUnsafeBufferPointer { reader.push($0) }
        if reader.breakage != nil { try settle(reader) }
    }

    /// Turns a breakage into a failure, or into an incomplete end when items went out before it.
    private func settle(_ reader: any DocumentReader) throws(ReadFailure) {
        switch reader.breakage {
        case nil: break
        case .notAFeed(let what): throw fail(.notAFeed(what: what, feeds: []))
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
