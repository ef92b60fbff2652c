import CampaignModel
import Foundation
import Testing

/// What is written by hand for speed; a `JSONEncoder` must not be able to tell, and a `JSONDecoder` reads it.
@Suite struct StoredJSONTests {
    private static let price = DecimalAmount("12.90").map { Money(amount: $0, currency: "EUR") }

    private static let memory: ItemMemory? = price.map { price in
        var memory = ItemMemory()
        memory.toldPrice = price
        memory.lowest = PastPrice(price: price, at: Timestamp(seconds: 1_800_000_000))
        memory.toldAvailability = .outOfStock
        memory.backAt = Timestamp(seconds: 1_800_000_001)
        memory.unconfirmed = [.priceDropped, .removed]
        memory.restlessness = 3
        memory.textChangedAt = Timestamp(seconds: 1_800_000_002)
        return memory
    }

    private func encoded(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    private func decoded<Value: Decodable>(_ text: String) throws -> Value {
        try JSONDecoder().decode(Value.self, from: Data(text.utf8))
    }

    @Test func `what is remembered of an item is what an encoder would write`() throws {
        let whole = try #require(Self.memory)
        for memory in [whole, ItemMemory()] {
            #expect(try memory.json == encoded(memory))
            #expect(try decoded(memory.json) == memory)
        }
    }

    @Test func `the state before a change is what an encoder would write`() throws {
        for before in [Change.Before(price: Self.price, availability: .inStock), Change.Before()] {
            #expect(try before.json == encoded(before))
            #expect(try decoded(before.json) == before)
        }
    }

    @Test func `an item that is stored can be read`() throws {
        let item = Item(
            key: ItemKey(high: 1, low: 2), title: "\u{0} \"quoted\" \\ 🦜", images: ["https://a.example/1.jpg"],
            product: Product(price: Self.price))
        #expect(try item.json == encoded(item))
        #expect(try decoded(item.json) == item)
    }

    @Test func `the example leaves no field out`() throws {
        for child in Mirror(reflecting: try #require(Self.memory)).children {
            #expect("\(child.value)" != "nil", "\(child)")
        }
    }
}
