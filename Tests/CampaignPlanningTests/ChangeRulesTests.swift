import CampaignModel
import CampaignPlanning
import Testing

@Suite struct ChangeRulesTests {
    private func kinds(from before: Item, to after: Item) -> [ChangeKind] {
        rules().outcome(from: rules().firstSight(of: before), to: after).changes.map(\.kind)
    }

    private func rules(
        _ policy: ChangePolicy = ChangePolicy(), after time: Duration = .zero
    ) -> ChangeRules { ChangeRules(policy, now: Samples.now + time) }

    @Test func `an unknown item is new and nothing else`() {
        let item = Samples.product(price: "5.00", availability: .inStock)
        #expect(rules().news(item)?.kind == .new)
        let entry = rules().firstSight(of: item)
        #expect(entry.price?.description == "5.00 EUR" && entry.availability == .inStock)
    }

    @Test func `an item that stays the same makes no change`() {
        #expect(kinds(from: Samples.product(price: "5.0"), to: Samples.product(price: "5.00")).isEmpty)
    }

    @Test func `dates alone are no update, text is`() {
        var dated = Samples.article()
        dated.updated = Samples.now
        #expect(kinds(from: Samples.article(), to: dated).isEmpty)
        #expect(kinds(from: Samples.article(), to: Samples.article(title: "Hello!")) == [.updated])
    }

    @Test func `price and stock make changes of their own, several at once`() {
        let before = Samples.product(price: "10", availability: .outOfStock)
        var after = Samples.product(price: "9.99", availability: .inStock)
        #expect(kinds(from: before, to: after) == [.priceDropped, .backInStock])
        after.title = "Better kettle"
        #expect(kinds(from: before, to: after) == [.updated, .priceDropped, .backInStock])
        #expect(kinds(from: after, to: before) == [.updated, .priceRaised, .outOfStock])
    }

    @Test(arguments: [("0", "EUR"), ("0.00", "EUR"), ("5", "USD"), ("5", nil)])
    func `no price and another currency are neither dear nor cheap`(amount: String, currency: String?) {
        let before = Samples.product(price: "10")
        #expect(kinds(from: before, to: Samples.product(price: amount, currency: currency)).isEmpty)
    }

    @Test func `a price that is unknown for a while is compared with the last known one`() {
        let gap = rules().outcome(
            from: rules().firstSight(of: Samples.product(price: "10")), to: Samples.product(price: "0"))
        #expect(gap.changes.isEmpty && gap.entry.price?.description == "10 EUR")
        #expect(
            rules().outcome(from: gap.entry, to: Samples.product(price: "8")).changes.map(\.kind) == [.priceDropped])
    }

    @Test func `another currency is the new base`() {
        let usd = Samples.product(price: "5", currency: "USD")
        let outcome = rules().outcome(from: rules().firstSight(of: Samples.product(price: "10")), to: usd)
        #expect(outcome.entry.price?.currency == "USD")
    }

    @Test func `stock that is unknown for a while is compared with the last known state`() {
        let out = rules().firstSight(of: Samples.product(availability: .outOfStock))
        for silence in [Availability.unknown, nil] {
            let gap = rules().outcome(from: out, to: Samples.product(availability: silence))
            #expect(gap.changes.isEmpty)
            let back = rules().outcome(from: gap.entry, to: Samples.product(availability: .inStock))
            #expect(back.changes.map(\.kind) == [.backInStock])
        }
    }

    @Test func `a sale price is what counts while it is there`() {
        let before = Samples.product(price: "10")
        var after = before
        after.product?.salePrice = DecimalAmount("7").map { Money(amount: $0, currency: "EUR") }
        #expect(kinds(from: before, to: after) == [.priceDropped])
    }
}
