/// A document on its way through the cleaner and libxml2 to a sink.
final class XMLStream {
    private var cleaner: XMLCleaner
    private let sink: XMLSink
    private let parser: XMLPushParser
    /// Where the piece began that is being parsed: what stops the parser is not told more exactly.
    private var line = 1

    init(_ sink: XMLSink, limits: ReadLimits) {
        self.sink = sink
        cleaner = XMLCleaner(limits: limits, detour: sink.detour)
        parser = XMLPushParser(sink)
        sink.line = { [weak self] in self?.line ?? 0 }
    }

    var breakage: Breakage? { sink.failure ?? cleaner.refusal }
    /// True once the root element is closed.
    var isDone: Bool { cleaner.isOver }
    var sawBadBytes: Bool { cleaner.sawBadBytes }
    var sawRefusedEntity: Bool { cleaner.sawRefusedEntity }
    /// The line of the first tag that had to be mended.
    var mendedLine: Int? { cleaner.mendedLine }

    func push(_ bytes: UnsafeBufferPointer<UInt8>) {
        var start = 0
        // In pieces, so that what is cleaned is still at hand when it is parsed.
        while start < bytes.count, breakage == nil, !isDone {
            let end = min(start + 8 * 1024, bytes.count)
            clean(UnsafeBufferPointer(rebasing: bytes[start..<end]), isLast: false)
            start = end
        }
    }

    private func clean(_ bytes: UnsafeBufferPointer<UInt8>, isLast: Bool) {
        let parser = parser
        line = cleaner.line
        cleaner.clean(bytes, isLast: isLast) { parser.push($0) }
        cleaner.blankDepth = sink.blankDepth
        if cleaner.blankName.isEmpty {
            sink.blankName.withUnsafeBufferPointer { cleaner.blankName.append($0) }
            cleaner.blankNameDepth = sink.blankNameDepth
        }
    }

    /// Ends the document; one that was cut fails.
    func finish() {
        guard breakage == nil, !isDone else { return }
        clean(UnsafeBufferPointer(start: nil, count: 0), isLast: true)
        sink.finishCut()
        // The parser is not told of the end: it would report the missing end tags in its own words, and might hand
        // out text that was cut.
        guard breakage == nil, !isDone else { return }
        line = cleaner.line
        sink.fail("the document ends before its last element is closed; it was cut")
    }
}
