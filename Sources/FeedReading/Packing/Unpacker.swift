/// Unpacks a packed document as its bytes come: gzip, zlib and zip, and one of these within another, but no third.
///
/// Push a chunk, take pieces until there are none; after the last chunk call ``finish()`` and take pieces once more:
///
///     unpacker.push(chunk)
///     while let piece = unpacker.next() { … }
///     if let failure = unpacker.failure { … }
///
/// Pieces that came out before a failure are good. Memory is two buffers of 64 KiB and what zlib needs, whatever the
/// document.
final class Unpacker: UnpackingLayer {
    private enum Stage {
        /// The first bytes that come out are collected until they tell whether they are packed again.
        case looking
        case plain
        case packed(Unpacker)
    }

    /// So many first bytes tell whether a document is packed.
    static let window = 1024
    private static let deepest = 2
    private static let magicBytes = 4

    private let layer: any UnpackingLayer
    private let depth: Int
    private let limits: ReadLimits
    private var meter: UnpackMeter
    private var stage = Stage.looking
    private let magic = UnsafeMutablePointer<UInt8>.allocate(capacity: Unpacker.magicBytes)
    private var magicCount = 0
    /// What the layer gave and nobody took yet.
    private var rest: UnsafeBufferPointer<UInt8>?
    private var isFinished = false
    private var ownFailure: UnpackFailure?

    /// Nil when the document is not packed.
    ///
    /// - Parameters:
    ///   - head: The document's first ``window`` bytes, or all of it when it is shorter. They are only looked at, and
    ///     have to be pushed as well.
    ///   - limits: Of these, `bytes` counts here.
    convenience init?(head: [UInt8], limits: ReadLimits) {
        guard let packing = head.withUnsafeBufferPointer({ Packing(head: $0) }) else { return nil }
        self.init(packing, depth: 1, limits: limits)
    }

    private init(_ packing: Packing, depth: Int, limits: ReadLimits) {
        layer = packing == .zip ? ZipReader(limits: limits) : DeflateReader(packing, limits: limits)
        meter = UnpackMeter(packing, most: limits.bytes)
        self.depth = depth
        self.limits = limits
    }

    deinit { magic.deallocate() }

    /// Why nothing more will come out; nil while all is well, and when all is unpacked.
    var failure: UnpackFailure? {
        if let failure = ownFailure ?? layer.failure { return failure }
        if case .packed(let inner) = stage { return inner.failure }
        return nil
    }

    func push(_ bytes: UnsafeBufferPointer<UInt8>) {
        meter.take(bytes.count)
        layer.push(bytes)
    }

    func finish() {
        layer.finish()
        isFinished = true
    }

    func next() -> UnsafeBufferPointer<UInt8>? {
        guard ownFailure == nil, let piece = nextPiece() else { return nil }
        // Each layer has its meter; this one sees what they do together.
        var count = piece.count
        ownFailure = meter.give(&count)
        return count > 0 ? UnsafeBufferPointer(rebasing: piece.prefix(count)) : nil
    }

    private func nextPiece() -> UnsafeBufferPointer<UInt8>? {
        while true {
            switch stage {
            case .looking:
                guard let first = look(), ownFailure == nil else { return nil }
                if case .plain = stage { return first }
            case .plain: return takeRest() ?? layer.next()
            case .packed(let inner):
                if let piece = inner.next() { return piece }
                if let bytes = takeRest() ?? layer.next() {
                    inner.push(bytes)
                } else {
                    guard isFinished, !inner.isFinished else { return nil }
                    inner.finish()
                }
            }
        }
    }

    private func takeRest() -> UnsafeBufferPointer<UInt8>? {
        defer { rest = nil }
        return rest
    }

    /// Collects the first bytes and decides. Nil when there are not enough yet.
    private func look() -> UnsafeBufferPointer<UInt8>? {
        while magicCount < Self.magicBytes {
            guard let piece = layer.next() else {
                guard isFinished, magicCount > 0 else { return nil }
                break
            }
            let count = min(piece.count, Self.magicBytes - magicCount)
            for index in 0..<count { magic[magicCount + index] = piece[index] }
            magicCount += count
            rest = piece.count > count ? UnsafeBufferPointer(rebasing: piece[count...]) : nil
        }
        let first = UnsafeBufferPointer(start: magic, count: magicCount)
        guard let packing = Packing(magic: first) else {
            stage = .plain
            return first
        }
        if depth < Self.deepest {
            let inner = Unpacker(packing, depth: depth + 1, limits: limits)
            inner.push(first)
            stage = .packed(inner)
        } else {
            ownFailure = .tooDeep
        }
        return first
    }
}
