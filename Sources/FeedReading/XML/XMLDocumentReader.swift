import CampaignModel

/// Reads XML: a known format by its table, any other by the owner's mapping.
final class XMLDocumentReader: DocumentReader {
    private let stream: XMLStream
    private let collector: ItemCollector

    init(_ options: ReadOptions, _ collector: ItemCollector) {
        self.collector = collector
        let sink: XMLSink =
            if let mapping = options.mapping {
                XMLMappingReader(mapping, options, collector)
            } else {
                XMLItemReader(options, collector)
            }
        stream = XMLStream(sink, limits: options.limits)
    }

    var breakage: Breakage? { stream.breakage }
    var isDone: Bool { stream.isDone }

    func push(_ bytes: UnsafeBufferPointer<UInt8>) { stream.push(bytes) }

    func finish() {
        stream.finish()
        if stream.sawBadBytes { collector.warnAboutBytes() }
        if stream.sawRefusedEntity {
            collector.warn(
                "entity_refused", "its DOCTYPE declares entities beyond simple text; they are not resolved", item: nil)
        }
        // The cleaner is ahead of what stopped the parser.
        if breakage == nil, let line = stream.mendedLine {
            collector.warn("mended", "line \(line): a tag is not well-formed XML; it was mended", item: nil)
        }
    }
}
