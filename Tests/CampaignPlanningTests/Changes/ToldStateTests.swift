import CampaignModel
import CampaignPlanning
import Testing

/// Comparing with what was last told.
@Suite struct ToldStateTests {
    /// An item's life: each step is an hour after the one before it, if nothing else is said.
    private struct Life {
        var policy = ChangePolicy()
        var entry: SnapshotEntry
        var now: Timestamp

        init(_ item: Item, _ policy: ChangePolicy = ChangePolicy()) {
            self.policy = policy
            now = Samples.now
            entry = ChangeRules(policy, now: now).firstSight(of: item, stated: 1)
        }

        mutating func step(_ item: Item, after time: Duration = .hours(1)) -> [Change] {
            now = now + time
            let outcome = ChangeRules(policy, now: now).outcome(from: entry, to: item, stated: entry.stated + 1)
            entry = outcome.entry
            return outcome.changes
        }

        mutating func kinds(_ item: Item, after time: Duration = .hours(1)) -> [ChangeKind] {
            step(item, after: time).map(\.kind)
        }
    }

    private func amount(_ text: String) -> DecimalAmount { DecimalAmount(text) ?? DecimalAmount(digits: 0, scale: 0) }
    private func price(_ text: String) -> Item { Samples.product(price: text) }
    private func stock(_ availability: Availability?) -> Item { Samples.product(availability: availability) }

    @Test func `small drops add up to one that is worth telling`() {
        var life = Life(price("100"), ChangePolicy(drop: PriceDropThreshold(percent: amount("5"))))
        #expect(life.kinds(price("98")).isEmpty)
        #expect(life.kinds(price("96")).isEmpty)
        let changes = life.step(price("94"))
        #expect(changes.map(\.kind) == [.priceDropped])
        #expect(changes.first?.before?.price?.description == "100 EUR")
        #expect(life.kinds(price("94")).isEmpty)
    }

    @Test func `a price that goes to and fro is told as fallen once a day`() {
        var life = Life(price("100"))
        #expect(life.kinds(price("80")) == [.priceDropped])
        #expect(life.kinds(price("100")) == [.priceRaised])
        #expect(life.kinds(price("80")).isEmpty)
        #expect(life.entry.lookAgainAt != nil, "if it stays, it is told later")
        #expect(life.kinds(price("80"), after: .hours(24)) == [.priceDropped])
    }

    @Test func `a price that is raised and lowered again at once is no drop`() {
        var life = Life(price("100"))
        #expect(life.kinds(price("150")) == [.priceRaised])
        #expect(life.kinds(price("100")).isEmpty)
        #expect(life.kinds(price("90")) == [.priceDropped])
    }

    @Test func `another currency begins anew`() {
        var life = Life(price("100"))
        #expect(life.kinds(Samples.product(price: "20", currency: "USD")).isEmpty)
        #expect(life.kinds(Samples.product(price: "19", currency: "USD")) == [.priceDropped])
    }

    @Test func `a sale counts within its dates, though the document stays the same`() {
        var item = price("100")
        let from = Samples.now + .hours(5)
        item.product?.salePrice = Money(amount: amount("70"), currency: "EUR")
        item.product?.saleWindow = SaleWindow(from: from, until: from + .hours(10))
        var life = Life(item)
        #expect(life.entry.price?.amount == amount("100") && life.entry.lookAgainAt == from)
        #expect(life.kinds(item).isEmpty)
        #expect(life.kinds(item, after: .hours(5)) == [.priceDropped])
        #expect(life.entry.lookAgainAt == Timestamp(milliseconds: (from + .hours(10)).milliseconds + 1))
        #expect(life.kinds(item, after: .hours(11)) == [.priceRaised])
        #expect(life.entry.lookAgainAt == nil)
    }

    @Test func `what has to be confirmed is told by the second document, or not at all`() {
        let policy = ChangePolicy(confirm: [.priceDropped, .backInStock])
        var life = Life(price("100"), policy)
        #expect(life.kinds(price("80")).isEmpty)
        #expect(life.entry.lookAgainAt == Timestamp(milliseconds: 0))
        #expect(life.kinds(price("80")) == [.priceDropped])
        var glitch = Life(price("100"), policy)
        #expect(glitch.kinds(price("1")).isEmpty)
        #expect(glitch.kinds(price("100")).isEmpty)
        #expect(glitch.entry.memory.isEmpty && glitch.entry.lookAgainAt == nil)
        var shelf = Life(stock(.outOfStock), policy)
        #expect(shelf.kinds(stock(.inStock)).isEmpty)
        #expect(shelf.kinds(stock(.inStock)) == [.backInStock])
    }

    @Test func `stock that comes and goes is told as back once a day`() {
        var life = Life(stock(.outOfStock))
        #expect(life.kinds(stock(.inStock)) == [.backInStock])
        #expect(life.kinds(stock(.outOfStock)) == [.outOfStock])
        #expect(life.kinds(stock(.inStock)).isEmpty)
        #expect(life.kinds(stock(.inStock), after: .hours(24)) == [.backInStock])
    }

    @Test func `what can be ordered is not back, but what then is in stock is`() {
        var life = Life(stock(.outOfStock))
        #expect(life.kinds(stock(.preorder)).isEmpty)
        #expect(life.kinds(stock(.inStock)) == [.backInStock])
    }

    @Test func `an item that is never the same is left alone after a while, until it rests`() {
        var life = Life(Samples.article(title: "0"))
        let told = (1...40).map { life.kinds(Samples.article(title: "\($0)")) }
        #expect(told.filter { $0 == [.updated] }.count == ChangePolicy.restless)
        #expect(life.kinds(Samples.article(title: "40")).isEmpty)
        #expect(life.kinds(Samples.article(title: "at rest")) == [.updated])
    }

    @Test func `what is gone is told with what was known, once it is confirmed where that is wanted`() {
        var entry = Life(price("5")).entry
        let rules = ChangeRules(ChangePolicy(), now: Samples.now)
        let gone = rules.absence(of: entry, document: 7)
        #expect(gone.changes.map(\.kind) == [.removed])
        #expect(gone.changes.first?.before?.price?.description == "5 EUR" && gone.changes.first?.after == nil)
        #expect(gone.entry.absence == Absence(since: Samples.now, document: 7))
        let careful = ChangeRules(ChangePolicy(confirm: [.removed]), now: Samples.now)
        entry = careful.absence(of: entry, document: 7).entry
        #expect(entry.memory.unconfirmed == [.removed])
        #expect(careful.absence(of: entry, document: 8).changes.map(\.kind) == [.removed])
        #expect(careful.outcome(from: entry, to: price("5"), stated: 2).changes.isEmpty, "it is there again")
    }

    @Test func `an item from before the first document is no news, an undated one is`() {
        let rules = ChangeRules(ChangePolicy(newsSince: Samples.now), now: Samples.now)
        var item = Samples.article()
        #expect(rules.news(item) != nil)
        item.published = Samples.now - .hours(1)
        #expect(rules.news(item) == nil)
        item.published = Samples.now + .hours(1)
        #expect(rules.news(item) != nil)
        (item.published, item.updated) = (nil, Samples.now - .hours(1))
        #expect(rules.news(item) == nil, "it was there by then")
        item.product = Product()
        #expect(rules.news(item) != nil, "a shop updates what it likes")
    }

    @Test func `an article that may have been forgotten is no news, a product that is offered again is`() {
        let rules = ChangeRules(ChangePolicy(forgottenBefore: Samples.now), now: Samples.now)
        var item = Samples.article()
        item.published = Samples.now - .hours(1)
        #expect(rules.news(item) == nil)
        item.product = Product()
        #expect(rules.news(item) != nil)
    }
}
