/// Unpacks gzip and zlib: of gzip, all members one after another; whatever else follows the end is ignored.
final class DeflateReader: UnpackingLayer {
    private enum Stage {
        case member
        /// A member ended. The next byte tells whether another begins.
        case between
        /// Its first byte was there.
        case halfMagic
        case over
    }

    private static let magic: [UInt8] = [0x1F, 0x8B]

    private let packing: Packing
    private let inflater: Inflater
    private var input = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
    private var stage = Stage.member
    private var meter: UnpackMeter
    private(set) var failure: UnpackFailure?

    init(_ packing: Packing, limits: ReadLimits) {
        self.packing = packing
        inflater = Inflater(packing == .zlib ? .zlib : .gzip)
        meter = UnpackMeter(packing, most: limits.bytes)
    }

    func push(_ bytes: UnsafeBufferPointer<UInt8>) { input = bytes }

    func next() -> UnsafeBufferPointer<UInt8>? {
        while failure == nil {
            switch stage {
            case .member:
                switch inflate(&input) {
                case .piece(var count):
                    failure = meter.give(&count)
                    if count > 0 { return inflater.bytes(count) }
                case .needsInput: return nil
                case .end: stage = packing == .gzip ? .between : .over
                case .damaged(let what): failure = .damaged(packing, what: what)
                }
            case .between:
                guard let byte = input.first else { return nil }
                stage = byte == 0x1F ? .halfMagic : .over
                skip()
            case .halfMagic:
                guard let byte = input.first else { return nil }
                guard byte == 0x8B else {
                    stage = .over
                    break
                }
                skip()
                begin()
            case .over: return nil
            }
        }
        return nil
    }

    func finish() {
        if case .member = stage, failure == nil { failure = .cut(packing) }
    }

    private func inflate(_ input: inout UnsafeBufferPointer<UInt8>) -> Inflater.Outcome {
        let before = input.count
        defer { meter.take(before - input.count) }
        return inflater.next(&input)
    }

    /// Starts a member, whose first two bytes were taken already.
    private func begin() {
        inflater.reset()
        stage = .member
        Self.magic.withUnsafeBufferPointer { magic in
            var magic = magic
            _ = inflate(&magic)
        }
    }

    private func skip() {
        meter.take(1)
        input = UnsafeBufferPointer(rebasing: input.dropFirst())
    }
}
