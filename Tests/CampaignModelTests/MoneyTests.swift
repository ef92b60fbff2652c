import CampaignModel
import Testing

@Suite struct MoneyTests {
    @Test(arguments: [
        ("5", "1", true), ("1", "5", true), ("4.99", "1", false), ("1999.00", "19.99", true), ("0", "1", false),
        ("1", "0", false), ("-5", "1", false), ("999999999999999", "0.000001", true),
    ]) func `five times a price is far from it, both ways`(one: String, other: String, isFar: Bool) throws {
        let amount = try #require(DecimalAmount(one))
        let base = try #require(DecimalAmount(other))
        #expect(amount.isFar(from: base, byFactor: 5) == isFar)
    }

    @Test(arguments: ["12.90", "0.05", "7", "-3.10", "100000000.123456"])
    func `keeps an amount as it was written`(text: String) {
        #expect(DecimalAmount(text)?.description == text)
    }

    @Test(arguments: ["", ".", "1.", "1,5", "1e3", "9999999999999999", "--1", "٣"])
    func `refuses what is no plain decimal number`(text: String) {
        #expect(DecimalAmount(text) == nil)
    }

    @Test func `compares amounts of different scale by value`() throws {
        let short = try #require(DecimalAmount("12.9"))
        let long = try #require(DecimalAmount("12.90"))
        #expect(short == long)
        #expect(short.hashValue == long.hashValue)
        #expect(try #require(DecimalAmount("9")) < short)
    }

    @Test func `a drop counts only when percent and amount both hold`() throws {
        let before = try #require(DecimalAmount("20.00"))
        let after = try #require(DecimalAmount("19.00"))
        let five = try #require(DecimalAmount("5"))
        let one = try #require(DecimalAmount("1.00"))
        let two = try #require(DecimalAmount("2"))
        #expect(before.drops(to: after, byPercent: five, andAmount: one))
        #expect(!before.drops(to: after, byPercent: five, andAmount: two))
        #expect(!before.drops(to: after, byPercent: try #require(DecimalAmount("5.01")), andAmount: one))
        #expect(!after.drops(to: before, byPercent: five, andAmount: one))
        #expect(before.percentDrop(to: after) == 5)
    }
}
