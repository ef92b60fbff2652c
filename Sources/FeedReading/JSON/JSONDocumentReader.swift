import CampaignModel

/// Reads JSON: JSON Feed, RSS-in-JSON, Shopify's products, and whatever an owner has a mapping for.
///
/// Items go out as soon as they are complete. A JSON Feed whose version stands behind its items is taken for one of 1.1
/// by its items' keys, and its format corrected when the version comes.
final class JSONDocumentReader: DocumentReader {
    private let receiver: any ItemReceiver
    private var parser: JSONPushParser<JSONItemBuilder>
    private let limits: ReadLimits
    private var isOver = false

    /// The receiver gets the items and must not hold the reader.
    init(_ options: ReadOptions, _ receiver: any ItemReceiver) {
        self.receiver = receiver
        limits = options.limits
        let builder = JSONItemBuilder(options, receiver)
        parser = JSONPushParser(builder, names: builder.names, limits: options.limits)
    }

    var breakage: Breakage? {
        if let breakage = parser.handler.breakage { return breakage }
        if parser.handler.isFull {
            return .broken(message: "it has more than \(limits.items) items", line: parser.line)
        }
        return parser.failure.map { .broken(message: $0.message, line: $0.line) }
    }

    var isDone: Bool { parser.isDone }

    func push(_ bytes: UnsafeBufferPointer<UInt8>) { parser.push(bytes) }

    func finish() {
        guard !isOver else { return }
        isOver = true
        parser.finish()
        if parser.sawBadBytes {
            receiver.warn(
                "bad_encoding", "some bytes are not text in the document's encoding and were replaced", item: nil)
        }
    }
}
