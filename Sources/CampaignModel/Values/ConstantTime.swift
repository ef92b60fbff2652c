/// Comparison of secrets in constant time, so that they cannot be found out by trying.
package enum ConstantTime {
    /// Whether the bytes are equal. The duration depends on their number only, not on how many are right.
    package static func isSame(_ one: some Collection<UInt8>, _ other: some Collection<UInt8>) -> Bool {
        one.count == other.count && zip(one, other).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
