import CampaignModel

/// Reads XML: cleaner, libxml2, elements, table.
final class XMLDocumentReader: DocumentReader {
    private var cleaner: XMLCleaner
    private let elements: XMLItemReader
    private let parser: XMLPushParser
    private let collector: ItemCollector
    /// Where the piece began that is being parsed: what stops the parser is not told more exactly.
    private var line = 1

    init(_ options: ReadOptions, _ collector: ItemCollector) {
        self.collector = collector
        cleaner = XMLCleaner(limits: options.limits)
        elements = XMLItemReader(options, collector)
        parser = XMLPushParser(elements)
        elements.line = { [weak self] in self?.line ?? 0 }
    }

    var breakage: Breakage? { elements.failure ?? cleaner.refusal }
    var isDone: Bool { cleaner.isOver }

    func push(_ bytes: UnsafeBufferPointer<UInt8>) {
        var start = 0
        // In pieces, so that what is cleaned is still at hand when it is parsed.
        while start < bytes.count, breakage == nil, !isDone {
            let end = min(start + 32 * 1024, bytes.count)
            clean(UnsafeBufferPointer(rebasing: bytes[start..<end]), isLast: false)
            start = end
        }
    }

    private func clean(_ bytes: UnsafeBufferPointer<UInt8>, isLast: Bool) {
        let parser = parser
        line = cleaner.line
        cleaner.clean(bytes, isLast: isLast) { parser.push($0) }
        cleaner.blankDepth = elements.deepestItem
    }

    func finish() {
        if breakage == nil, !isDone {
            clean(UnsafeBufferPointer(start: nil, count: 0), isLast: true)
            elements.finishCut()
        }
        if cleaner.sawBadBytes { collector.warnAboutBytes() }
        if cleaner.sawRefusedEntity {
            collector.warn(
                "entity_refused", "its DOCTYPE declares entities beyond simple text; they are not resolved", item: nil)
        }
        if let line = cleaner.mendedLine {
            collector.warn("mended", "line \(line): a tag is not well-formed XML; it was mended", item: nil)
        }
        // The parser is not told of the end: it would report the missing end tags in its own words, and might hand
        // out text that was cut.
        if breakage == nil, !isDone {
            line = cleaner.line
            elements.fail("the document ends before its last element is closed; it was cut")
        }
    }
}
