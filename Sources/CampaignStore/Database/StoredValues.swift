import CampaignModel

extension Fingerprint {
    /// 16 bytes, big-endian.
    var stored: SQLValue {
        .bytes(
            withUnsafeBytes(of: (high.bigEndian, low.bigEndian)) { Array($0) })
    }

    init?(stored bytes: UnsafeRawBufferPointer) {
        guard bytes.count == 16 else { return nil }
        self.init(
            high: UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)),
            low: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
    }
}

extension SQLValue {
    static func time(_ moment: Timestamp) -> SQLValue { .integer(moment.milliseconds) }
    static func time(_ moment: Timestamp?) -> SQLValue { moment.map(SQLValue.time) ?? .null }
    static func id<Of>(_ identifier: Identifier<Of>) -> SQLValue { .integer(identifier.rawValue) }
}

extension SQLRow {
    func time(_ column: Int) -> Timestamp? { integer(column).map(Timestamp.init(milliseconds:)) }
    func id<Of>(_ column: Int, _ type: Identifier<Of>.Type = Identifier<Of>.self) -> Identifier<Of> {
        Identifier(rawValue: integer(column) ?? 0)
    }
}

extension Money {
    /// `12.90 EUR`, or without the currency.
    var stored: String { description }

    init?(stored text: String) {
        let parts = text.split(separator: " ", maxSplits: 1)
        guard let amount = parts.first.flatMap({ DecimalAmount(String($0)) }) else { return nil }
        self.init(amount: amount, currency: parts.count > 1 ? String(parts[1]) : nil)
    }
}
