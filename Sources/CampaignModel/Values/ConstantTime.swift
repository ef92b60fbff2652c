/// Compares what must not be found out by trying.
package enum ConstantTime {
    /// Whether the bytes are the same. How long it takes tells how many there are, and not how much of them was right.
    package static func isSame(_ one: some Collection<UInt8>, _ other: some Collection<UInt8>) -> Bool {
        one.count == other.count && zip(one, other).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
