/// Why a packed document could not be unpacked, or not to its end.
enum UnpackFailure: Error, Sendable, Hashable {
    /// It ends before its end mark.
    case cut(Packing)
    /// What is wrong, in zlib's words or ours.
    case damaged(Packing, what: String)
    /// It unpacks to so many times its size that it can only be meant as an attack.
    case bomb(Packing)
    /// It unpacks to more bytes than a document may have.
    case tooLong(Packing, most: Int)
    /// It is packed more often than is undone.
    case tooDeep
    case encrypted(entry: String)
    /// The entry is packed in a way that is not read.
    case unknownMethod(entry: String)
    /// The entry is not packed and does not say how long it is, so that its end cannot be found.
    case unknownLength(entry: String)
    /// A zip file, but none of its files can be a feed; the names of the first of them.
    case noFeed(entries: [String])

    /// What to tell the owner: half a sentence for after “cannot be read: ”. It has no control characters.
    var message: String {
        switch self {
        case .cut(let packing): "it is \(packing.words) that is cut: it ends too early"
        case .damaged(let packing, let what): "it is \(packing.words) that is damaged: \(what)"
        case .bomb(let packing):
            "it is \(packing.words) that unpacks to over \(UnpackMeter.mostTimes) times its size, which no feed does"
        case .tooLong(let packing, let most): "it is \(packing.words) that unpacks to more than \(most) bytes"
        case .tooDeep: "it is packed within packed files, more than two deep"
        case .encrypted(let entry): "it is a zip file, and “\(entry)” in it is encrypted"
        case .unknownMethod(let entry):
            "it is a zip file, and “\(entry)” in it is packed by a method other than deflate"
        case .unknownLength(let entry):
            "it is a zip file, and “\(entry)” in it is neither packed nor of a stated length"
        case .noFeed(let entries) where entries.isEmpty: "it is an empty zip file"
        case .noFeed(let entries): "it is a zip file without a feed in it (\(entries.joined(separator: ", ")))"
        }
    }
}
