import CampaignModel

/// Reads a list of subscriptions: bytes go in, in chunks of any size, and the list comes out at the end.
///
/// For use from one task at a time. OPML of every version, FOAF in RDF and iGoogle's tabs are told apart by their root;
/// encodings and broken markup are mended as in feeds.
package final class OutlineReader {
    /// More outlines than these are no list of a person's.
    package static let mostOutlines = 100_000

    private let contentType: String?
    private let limits: ReadLimits
    private var decoder: TextDecoder?
    private var head: [UInt8] = []
    private var stream: XMLStream?
    private let sink: OutlineSink
    private var failure: OutlineFailure?

    /// - Parameters:
    ///   - contentType: HTTP's Content-Type, should the list come from there; only its charset counts.
    ///   - limits: What the list may cost.
    package init(contentType: String? = nil, limits: ReadLimits = ReadLimits()) {
        self.contentType = contentType
        self.limits = limits
        sink = OutlineSink(limits)
    }

    /// Reads a whole list.
    package static func read(
        _ bytes: [UInt8], contentType: String? = nil, limits: ReadLimits = ReadLimits()
    ) throws(OutlineFailure) -> Outlines {
        let reader = OutlineReader(contentType: contentType, limits: limits)
        reader.push(bytes)
        return try reader.finish()
    }

    /// Takes the next bytes. What is wrong with them is told by ``finish()``.
    package func push(_ bytes: [UInt8]) { bytes.withUnsafeBufferPointer { push($0) } }

    /// As of an array; the bytes are needed only until it returns.
    package func push(_ bytes: UnsafeBufferPointer<UInt8>) { take(bytes, isLast: false) }

    /// Ends the list.
    ///
    /// - Throws: What the document is instead, or why nothing could be read of it. A list that breaks behind its first
    ///   source is returned with `complete: false`.
    package func finish() throws(OutlineFailure) -> Outlines {
        take(UnsafeBufferPointer(start: nil, count: 0), isLast: true)
        if let failure { throw failure }
        stream?.finish()
        var outlines = sink.outlines
        switch stream?.breakage {
        case nil: break
        case .notAFeed(let what): throw sink.isFeed ? .feed : .notAList(what: what)
        case .unknownXML(let root, _): throw .notAList(what: "XML of an unknown kind (<\(root)>)")
        case .broken(let message, let line), .unmapped(let message, let line):
            if outlines.sources.isEmpty { throw .broken(message: message, line: line) }
            outlines.complete = false
            warn(&outlines, "broken", line > 0 ? "line \(line): \(message)" : message)
        }
        if stream?.sawBadBytes == true || decoder?.sawBadBytes == true {
            warn(&outlines, "bad_encoding", "some bytes are not text in the list's encoding and were replaced")
        }
        if let line = stream?.mendedLine {
            warn(&outlines, "mended", "line \(line): a tag is not well-formed XML; it was mended")
        }
        return outlines
    }

    private func warn(_ outlines: inout Outlines, _ code: String, _ message: String) {
        guard outlines.warnings.count < limits.warnings else { return }
        outlines.warnings.append(ReadWarning(code: code, message: message.printable))
    }

    // MARK: Start

    private func take(_ bytes: UnsafeBufferPointer<UInt8>, isLast: Bool) {
        guard failure == nil else { return }
        if let decoder { return decode(bytes, decoder, isLast: isLast) }
        head += bytes
        guard head.count >= TextDecoder.statementWindow || isLast else { return }
        if let kind = DocumentSniffer.binaryKind(head) {
            failure = .notAList(what: kind)
            return
        }
        let decoder = TextDecoder(
            head: Array(head.prefix(TextDecoder.statementWindow)), contentType: contentType)
        self.decoder = decoder
        let raw = head
        head = []
        raw.withUnsafeBufferPointer { decode($0, decoder, isLast: isLast) }
    }

    private func decode(_ bytes: UnsafeBufferPointer<UInt8>, _ decoder: TextDecoder, isLast: Bool) {
        decoder.decode(bytes, isLast: isLast) { text in
            if let stream { stream.push(text) } else { head += text }
        }
        if stream == nil, isLast || head.count >= DocumentSniffer.window { open() }
    }

    private func open() {
        switch head.withUnsafeBufferPointer({ DocumentSniffer.verdict($0, columns: [], isWhole: true) }) {
        case .xml(let start): read(from: start)
        case .webPage:
            let page = WebPage(Array(head.prefix(WebPage.window)), address: nil)
            failure = .notAList(what: page.description)
        case .json: failure = .notAList(what: "JSON; lists of feeds are OPML")
        case .csv, .undecided: readBehindJunk(or: "a table or plain text; lists of feeds are OPML")
        case .notAFeed(let what): readBehindJunk(or: what)
        }
    }

    private func readBehindJunk(or what: String) {
        let start = head.indices.first { index in
            head[index] == UInt8(ascii: "<") && head.count - index > 5
                && head[(index + 1)..<(index + 5)].elementsEqual("opml".utf8) { $0 | 0x20 == $1 }
        }
        if let start { read(from: start) } else { failure = .notAList(what: what) }
    }

    private func read(from start: Int) {
        let stream = XMLStream(sink, limits: limits)
        self.stream = stream
        // Line breaks of the junk before count.
        let document = Array(repeating: 0x0A, count: head[..<start].count { $0 == 0x0A }) + head[start...]
        head = []
        document.withUnsafeBufferPointer { stream.push($0) }
    }
}
