/// When a sale price is in force. Encoded as documents state it: `from/until`, both ISO 8601.
package struct SaleWindow: Sendable, Hashable {
    package var from: Timestamp
    package var until: Timestamp

    package init(from: Timestamp, until: Timestamp) {
        self.from = from
        self.until = until
    }

    /// Whether the sale price is in force then; both ends are in the window.
    package func contains(_ moment: Timestamp) -> Bool { from <= moment && moment <= until }
}

extension SaleWindow: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        let halves = text.split(separator: "/").map(String.init)
        guard halves.count == 2, let from = Timestamp(iso8601: halves[0]), let until = Timestamp(iso8601: halves[1])
        else { throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a span of time: \(text)") }
        self.init(from: from, until: until)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode("\(from)/\(until)")
    }
}

extension Product {
    /// The product at a moment, without a sale price that is not in force then. Readers have no clock and return the
    /// sale price as stated, so call this before comparing or rendering.
    package func inForce(at moment: Timestamp) -> Product {
        guard let saleWindow, !saleWindow.contains(moment) else { return self }
        var product = self
        product.salePrice = nil
        return product
    }
}
