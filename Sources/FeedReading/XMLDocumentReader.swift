/// Reads XML: cleaner, libxml2, elements, dialect.
final class XMLDocumentReader: DocumentReader {
    private var cleaner: XMLCleaner
    private let elements: XMLElementReader
    private let parser: XMLPushParser
    private let collector: ItemCollector
    private var buffer: [UInt8] = []
    private var isOver = false

    init(_ options: ReadOptions, _ collector: ItemCollector) {
        self.collector = collector
        cleaner = XMLCleaner(limits: options.limits)
        elements = XMLElementReader(options, collector)
        parser = XMLPushParser(elements)
        elements.line = { [weak parser] in parser?.line ?? 0 }
    }

    var breakage: Breakage? { elements.failure }
    var isDone: Bool { elements.isDone }

    func push(_ bytes: UnsafeBufferPointer<UInt8>) {
        var start = 0
        // In pieces, so that the buffer stays small and a refusal comes in the right place whatever the chunks.
        while start < bytes.count, !elements.isOver {
            let end = min(start + 16 * 1024, bytes.count)
            buffer.removeAll(keepingCapacity: true)
            cleaner.clean(UnsafeBufferPointer(rebasing: bytes[start..<end]), into: &buffer)
            buffer.withUnsafeBufferPointer { parser.push($0) }
            if let refusal = cleaner.refusal { elements.fail(refusal) }
            start = end
        }
    }

    func finish() {
        if cleaner.sawBadBytes { collector.warnAboutBytes() }
        guard !elements.isOver, !isOver else { return }
        isOver = true
        // The parser is not told of the end: it would report the missing end tags in its own words, and might hand
        // out text that was cut.
        elements.fail("the document ends before its last element is closed; it was cut")
    }
}
