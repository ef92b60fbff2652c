/// Takes a document's bytes as they come from outside and hands them on unpacked, whether they were packed or not.
struct PackedInput: ~Copyable {
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
    /// What the unpacker has not taken yet points into it.
    private var backlog = ByteBuffer(capacity: 64)
    /// Packed bytes are left, see ``goOn(until:_:)``.
    private(set) var hasMore = false
    /// Why there will be no more.
    private(set) var failure: String?

    init(limits: ReadLimits) { self.limits = limits }

    /// - Parameters:
    ///   - bytes: As they come from outside.
    ///   - isLast: No more will come. Then all that is left is handed on.
    ///   - isFull: Asked after each piece: true leaves the rest to ``goOn(until:_:)``, because a few packed bytes may
    ///     make more than memory has room for.
    ///   - take: Gets the bytes of the document, in pieces of any size.
    /// - Throws: What `take` throws.
    mutating func push(
        _ bytes: UnsafeBufferPointer<UInt8>, isLast: Bool, until isFull: () -> Bool,
        _ take: (UnsafeBufferPointer<UInt8>) throws(ReadFailure) -> Void
    ) throws(ReadFailure) {
        guard failure == nil else { return }
        switch stage {
        case .head(let head) where head.isEmpty && bytes.count >= Unpacker.window:
            stage = Unpacker(head: Array(bytes.prefix(Unpacker.window)), limits: limits).map(Stage.packed) ?? .plain
            try push(bytes, isLast: isLast, until: isFull, take)
        case .head(var head):
            head += bytes
            guard head.count >= Unpacker.window || isLast else {
                stage = .head(head)
                return
            }
            stage = Unpacker(head: head, limits: limits).map(Stage.packed) ?? .plain
            try head.withUnsafeBufferPointer { (head) throws(ReadFailure) in
                try push(head, isLast: isLast, until: isFull, take)
            }
        case .plain: try hand(on: bytes, take)
        case .packed(let unpacker):
            if hasMore { try drain(unpacker, until: { false }, take) }
            backlog.clear()
            backlog.append(bytes)
            unpacker.push(backlog.bytes)
            try drain(unpacker, until: isLast ? { false } : isFull, take)
            if isLast {
                unpacker.finish()
                try drain(unpacker, until: { false }, take)
            }
        }
    }

    /// Hands on more of what was pushed.
    mutating func goOn(
        until isFull: () -> Bool, _ take: (UnsafeBufferPointer<UInt8>) throws(ReadFailure) -> Void
    ) throws(ReadFailure) {
        guard case .packed(let unpacker) = stage, hasMore else { return }
        try drain(unpacker, until: isFull, take)
    }

    private mutating func drain(
        _ unpacker: Unpacker, until isFull: () -> Bool,
        _ take: (UnsafeBufferPointer<UInt8>) throws(ReadFailure) -> Void
    ) throws(ReadFailure) {
        hasMore = false
        while failure == nil, let piece = unpacker.next() {
            try hand(on: piece, take)
            if isFull() {
                hasMore = true
                return
            }
        }
        failure = failure ?? unpacker.failure?.message
    }

    private mutating func hand(
        on bytes: UnsafeBufferPointer<UInt8>, _ take: (UnsafeBufferPointer<UInt8>) throws(ReadFailure) -> Void
    ) throws(ReadFailure) {
        // As far as the limit goes it is read, however the bytes come.
        let room = max(0, limits.bytes - Int(count))
        count += Int64(bytes.count)
        if count > limits.bytes { failure = "it is longer than \(limits.bytes >> 20) MiB" }
        let within = UnsafeBufferPointer(rebasing: bytes.prefix(room))
        if !within.isEmpty { try take(within) }
    }
}
