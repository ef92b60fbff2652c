/// Takes a document's bytes as they come from outside and hands them on unpacked, whether they were packed or not.
struct PackedInput {
    private enum Stage {
        /// The first bytes are collected until they tell whether the document is packed.
        case head([UInt8])
        case plain
        case packed(Unpacker)
    }

    private let limits: ReadLimits
    private var stage = Stage.head([])
    /// How many bytes were handed on.
    private var count: Int64 = 0
    /// Why there will be no more.
    private(set) var failure: String?

    init(limits: ReadLimits) { self.limits = limits }

    /// - Parameters:
    ///   - bytes: As they come from outside.
    ///   - isLast: No more will come.
    ///   - take: Gets the bytes of the document, in pieces of any size.
    /// - Throws: What `take` throws.
    mutating func push(
        _ bytes: UnsafeBufferPointer<UInt8>, isLast: Bool,
        _ take: (UnsafeBufferPointer<UInt8>) throws(ReadFailure) -> Void
    ) throws(ReadFailure) {
        guard failure == nil else { return }
        switch stage {
        case .head(let head) where head.isEmpty && bytes.count >= Unpacker.window:
            stage = Unpacker(head: Array(bytes.prefix(Unpacker.window)), limits: limits).map(Stage.packed) ?? .plain
            try push(bytes, isLast: isLast, take)
        case .head(var head):
            head += bytes
            guard head.count >= Unpacker.window || isLast else {
                stage = .head(head)
                return
            }
            stage = Unpacker(head: head, limits: limits).map(Stage.packed) ?? .plain
            try head.withUnsafeBufferPointer { (head) throws(ReadFailure) in
                try push(head, isLast: isLast, take)
            }
        case .plain: try hand(on: bytes, take)
        case .packed(let unpacker):
            unpacker.push(bytes)
            try drain(unpacker, take)
            if isLast {
                unpacker.finish()
                try drain(unpacker, take)
            }
            failure = failure ?? unpacker.failure?.message
        }
    }

    private mutating func drain(
        _ unpacker: Unpacker, _ take: (UnsafeBufferPointer<UInt8>) throws(ReadFailure) -> Void
    ) throws(ReadFailure) {
        while let piece = unpacker.next() { try hand(on: piece, take) }
    }

    private mutating func hand(
        on bytes: UnsafeBufferPointer<UInt8>, _ take: (UnsafeBufferPointer<UInt8>) throws(ReadFailure) -> Void
    ) throws(ReadFailure) {
        count += Int64(bytes.count)
        guard count <= limits.bytes else {
            failure = "it is longer than \(limits.bytes >> 20) MiB"
            return
        }
        if !bytes.isEmpty { try take(bytes) }
    }
}
