/// What a ``JSONPushParser`` tells its events to.
///
/// Bytes are UTF-8 without errors, and valid only during the call.
protocol JSONHandler {
    /// True when nothing more is wanted.
    var isOver: Bool { get }

    mutating func startObject()
    mutating func endObject()
    mutating func startArray()
    mutating func endArray()
    /// - Parameters:
    ///   - name: The key's number, as ``JSONNames`` counts.
    ///   - bytes: The key, at most ``JSONNames/longest`` bytes of it.
    mutating func key(_ name: Int, _ bytes: UnsafeBufferPointer<UInt8>)
    /// With `isCut` the string was longer than the limit, and this is its beginning.
    mutating func string(_ bytes: UnsafeBufferPointer<UInt8>, isCut: Bool)
    /// A number as it is written: `1.0e3` stays that.
    mutating func number(_ bytes: UnsafeBufferPointer<UInt8>)
    mutating func word(_ word: JSONWord)
}

enum JSONWord: UInt8 {
    case null, yes, no

    init?(_ bytes: UnsafeBufferPointer<UInt8>) {
        func reads(_ text: StaticString) -> Bool {
            text.withUTF8Buffer { known in
                known.count == bytes.count && (0..<known.count).allSatisfy { known[$0] == bytes[$0] }
            }
        }
        if reads("null") {
            self = .null
        } else if reads("true") || reads("True") {
            self = .yes
        } else if reads("false") || reads("False") {
            self = .no
        } else if reads("None") || reads("NaN") || reads("Infinity") || reads("undefined") {
            // From programs that print what JSON has no word for.
            self = .null
        } else {
            return nil
        }
    }
}
