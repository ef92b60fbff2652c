import CZlib

/// Unpacks the first file in a zip file that can be a feed, as its bytes come.
///
/// The list of files stands at a zip file's end, so each file's own header decides: names of feeds and catalogs are
/// taken, explanations are not, and of other names those whose first character is that of XML or JSON. What follows the
/// taken file is ignored.
final class ZipReader: UnpackingLayer {
    private enum Stage {
        /// The next header's bytes are collected.
        case header
        /// A file's bytes are handed on, or skipped, as they are.
        case copying(left: Int)
        /// `left` is nil when only the deflate stream itself knows.
        case inflating(left: Int?)
        /// What follows a file whose header had no sizes is collected.
        case descriptor
        case over
    }

    private var input = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
    private var stage = Stage.header
    private var header: [UInt8] = []
    private var entry: ZipEntry?
    private var choice = ZipEntry.Choice.skip
    private var passedOver: [String] = []
    private let inflater = Inflater(.deflate)
    private var checksum: UInt = 0
    private var meter: UnpackMeter
    private(set) var failure: UnpackFailure?

    private static let fileMark: [UInt8] = [0x50, 0x4B, 3, 4]
    /// What may follow the last file: the list of files, or the end's own record, of zip64 or not.
    private static let endMarks: [[UInt8]] = [
        [0x50, 0x4B, 1, 2], [0x50, 0x4B, 5, 6], [0x50, 0x4B, 6, 6], [0x50, 0x4B, 6, 8],
    ]

    init(limits: ReadLimits) { meter = UnpackMeter(.zip, most: limits.bytes) }

    func push(_ bytes: UnsafeBufferPointer<UInt8>) { input = bytes }

    func next() -> UnsafeBufferPointer<UInt8>? {
        while failure == nil {
            switch stage {
            case .header: guard readHeader() else { return nil }
            case .copying(let left):
                guard left > 0 else {
                    endFile(left: 0)
                    break
                }
                let piece = take(min(left, Inflater.pieceBytes))
                guard !piece.isEmpty else { return nil }
                stage = .copying(left: left - piece.count)
                if choice != .skip, let piece = handOn(piece) { return piece }
            case .inflating(let left):
                switch inflate(left) {
                case .needsInput: return nil
                case .piece(let count): if let piece = handOn(inflater.bytes(count)) { return piece }
                case .end: if case .inflating(let left) = stage { endFile(left: left ?? 0) }
                case .damaged(let what): failure = .damaged(.zip, what: what)
                }
            case .descriptor: guard readDescriptor() else { return nil }
            case .over: return nil
            }
        }
        return nil
    }

    func finish() {
        if case .over = stage { return }
        if failure == nil { failure = .cut(.zip) }
    }

    /// Takes bytes off the input, at most so many.
    private func take(_ count: Int) -> UnsafeBufferPointer<UInt8> {
        let piece = UnsafeBufferPointer(rebasing: input.prefix(count))
        input = UnsafeBufferPointer(rebasing: input[piece.count...])
        meter.take(piece.count)
        return piece
    }

    /// Collects bytes until there are so many.
    private func collect(_ count: Int) -> Bool {
        if header.count < count { header.append(contentsOf: take(count - header.count)) }
        return header.count >= count
    }

    // MARK: Before a file

    /// False when more bytes are needed.
    private func readHeader() -> Bool {
        guard collect(4) else { return false }
        if Self.endMarks.contains(where: { header.starts(with: $0) }) {
            failure = .noFeed(entries: passedOver)
            return true
        }
        guard header.starts(with: Self.fileMark) else {
            failure = .damaged(.zip, what: "no file begins where one should")
            return true
        }
        guard collect(ZipEntry.fixedBytes), collect(ZipEntry.fixedBytes + ZipEntry.variableBytes(header)) else {
            return false
        }
        begin(ZipEntry(header))
        header.removeAll(keepingCapacity: true)
        return true
    }

    private func begin(_ entry: ZipEntry) {
        self.entry = entry
        choice = entry.choice
        checksum = crc32(0, nil, 0)
        if choice == .skip, let size = entry.packedSize {
            stage = .copying(left: size)
        } else if entry.isEncrypted {
            failure = .encrypted(entry: entry.name)
        } else {
            switch (entry.method, entry.packedSize) {
            case (.stored, let size?): stage = .copying(left: size)
            case (.stored, nil): failure = .unknownLength(entry: entry.name)
            case (.deflated, let size):
                inflater.reset()
                stage = .inflating(left: size)
            case (.other, _): failure = .unknownMethod(entry: entry.name)
            }
        }
    }

    // MARK: Within a file

    private func inflate(_ left: Int?) -> Inflater.Outcome {
        var part = UnsafeBufferPointer(rebasing: input.prefix(left ?? input.count))
        let before = part.count
        let outcome = inflater.next(&part)
        let taken = take(before - part.count).count
        guard let left else { return outcome }
        stage = .inflating(left: left - taken)
        if case .needsInput = outcome, left == taken { return .damaged("its packed bytes end too early") }
        return outcome
    }

    /// What of a piece is handed on: all, or nothing while the file is not wanted.
    private func handOn(_ piece: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8>? {
        var count = piece.count
        failure = meter.give(&count)
        guard choice != .skip, count > 0 else { return nil }
        var piece = UnsafeBufferPointer(rebasing: piece.prefix(count))
        checksum = crc32(checksum, piece.baseAddress, UInt32(piece.count))
        if choice == .look {
            guard let first = piece.firstIndex(where: { !$0.isXMLSpace }) else { return nil }
            // A byte order mark or a gzip file's first byte are as good as an opening bracket.
            let starts: [UInt8] = [UInt8(ascii: "<"), UInt8(ascii: "{"), UInt8(ascii: "["), 0xEF, 0x1F]
            choice = starts.contains(piece[first]) ? .take : .skip
            guard choice == .take else { return nil }
            piece = UnsafeBufferPointer(rebasing: piece[first...])
        }
        return piece
    }

    // MARK: Behind a file

    /// - Parameter left: Bytes of the file that follow its deflate stream.
    private func endFile(left: Int) {
        guard let entry else { return }
        if choice == .take {
            // Some state the checksum in front and announce it behind as well.
            if entry.hasDescriptor, entry.checksum == 0 { stage = .descriptor } else { check(entry.checksum) }
            return
        }
        choice = .skip
        guard left == 0 else {
            stage = .copying(left: left)
            return
        }
        if passedOver.count < 3, !entry.name.hasSuffix("/") { passedOver.append(entry.name) }
        stage = entry.hasDescriptor ? .descriptor : .header
    }

    private func check(_ stated: UInt32) {
        stage = .over
        if UInt(stated) != checksum { failure = .damaged(.zip, what: "its checksum is wrong") }
    }

    /// The checksum, and two sizes of 4 or 8 bytes, with a mark before them or not. False when more bytes are needed.
    private func readDescriptor() -> Bool {
        if choice == .take {
            guard collect(8) else { return false }
            check(header.number32(header.starts(with: [0x50, 0x4B, 7, 8]) ? 4 : 0))
            return true
        }
        // Where the next header is tells how long the descriptor was.
        for length in [0, 12, 16, 20, 24] {
            guard collect(length + 4) else { return false }
            let mark = header[length...].prefix(4)
            if mark.elementsEqual(Self.fileMark) || Self.endMarks.contains(where: { mark.elementsEqual($0) }) {
                header.removeFirst(length)
                stage = .header
                return true
            }
        }
        failure = .damaged(.zip, what: "no file begins where one should")
        return true
    }
}
