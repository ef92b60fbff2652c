/// How a document is packed.
enum Packing: Sendable, Hashable {
    case gzip, zlib, zip

    /// With its article, for messages.
    var words: String {
        switch self {
        case .gzip: "a gzip file"
        case .zlib: "a zlib stream"
        case .zip: "a zip file"
        }
    }

    /// What the first bytes of a document tell.
    ///
    /// A zlib stream has a header of two bytes that texts may have too, so it is one only when what comes out of it may
    /// be a document.
    init?(head: UnsafeBufferPointer<UInt8>) {
        if let packing = Self(magic: head) {
            self = packing
        } else if Self.hasZlibHeader(head), Inflater.mayUnpackToText(head) {
            self = .zlib
        } else {
            return nil
        }
    }

    /// What takes four bytes to know, or a document's all when it is shorter: gzip or zip.
    init?(magic head: UnsafeBufferPointer<UInt8>) {
        if head.starts(with: [0x1F, 0x8B]) {
            self = .gzip
        } else if head.starts(with: [0x50, 0x4B, 3, 4]) || head.starts(with: [0x50, 0x4B, 5, 6]) {
            self = .zip
        } else {
            return nil
        }
    }

    private static func hasZlibHeader(_ head: UnsafeBufferPointer<UInt8>) -> Bool {
        guard head.count > 2, head[0] == 0x78 else { return false }
        return [0x01, 0x5E, 0x9C, 0xDA].contains(head[1])
    }
}
