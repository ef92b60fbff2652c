import CampaignModel

/// Reads XML of a known format.
final class XMLDocumentReader: DocumentReader {
    private let stream: XMLStream
    private let collector: ItemCollector

    init(_ options: ReadOptions, _ collector: ItemCollector) {
        self.collector = collector
        stream = XMLStream(XMLItemReader(options, collector), limits: options.limits)
    }

    var breakage: Breakage? { stream.breakage }
    var isDone: Bool { stream.isDone }

    func push(_ bytes: UnsafeBufferPointer<UInt8>) { stream.push(bytes) }

    func finish() {
        stream.finish()
        if stream.sawBadBytes { collector.warnAboutBytes() }
        if let line = stream.mendedLine {
            collector.warn("mended", "line \(line): a tag is not well-formed XML; it was mended", item: nil)
        }
    }
}
