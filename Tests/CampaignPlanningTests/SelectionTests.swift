import CampaignModel
import CampaignPlanning
import Foundation
import Testing

@Suite struct SelectionTests {
    private func choose(
        _ campaign: Campaign, _ changes: [LoggedChange], alreadySent: Set<Announcement> = [],
        told: [ToldMessage] = [], returned: Set<Int64> = [], earlier: Selection.Earlier = .init()
    ) -> Selection {
        Selection.choose(
            campaign, changes: changes, alreadySent: alreadySent, told: told, returned: returned, earlier: earlier,
            now: Samples.now, html: { StrictHTML.read($0) }
        )
    }

    private func codes(_ selection: Selection) -> [SkipReason.Code] { selection.skipped.map(\.reason.code) }

    @Test func `only the kinds that the campaign asks for are taken`() {
        let changes = [
            Samples.logged(1, .new, Samples.article(1)),
            Samples.logged(2, .updated, before: Samples.article(2), Samples.article(2, title: "Other")),
        ]
        let selection = choose(Samples.campaign(), changes)
        #expect(selection.chosen.map(\.position) == [1])
        #expect(codes(selection) == [.kind])
    }

    @Test func `several changes of one item become one message with its latest state`() {
        let changes = [
            Samples.logged(1, .new, Samples.article(title: "Draft")),
            Samples.logged(2, .updated, before: Samples.article(title: "Draft"), Samples.article(title: "Final")),
        ]
        let selection = choose(Samples.campaign(on: [.new, .updated]), changes)
        #expect(selection.chosen.map(\.change.kind) == [.new])
        #expect(selection.chosen.first?.change.after?.title == "Final")
        #expect(codes(selection) == [.coalesced])
    }

    @Test func `the same key in two sources is two items`() {
        let changes = [
            Samples.logged(1, .new, Samples.article(), source: 1),
            Samples.logged(2, .new, Samples.article(title: "Another"), source: 2),
        ]
        #expect(choose(Samples.campaign { $0.sources = ["a", "b"] }, changes).chosen.count == 2)
    }

    @Test func `what two sources have is told once`() {
        var other = Samples.article(7)
        other.link = "http://blog.example.com/1?utm_source=category"
        let changes = [
            Samples.logged(1, .new, Samples.article(), source: 1), Samples.logged(2, .new, other, source: 2),
            Samples.logged(3, .new, Samples.article(3), source: 2),
        ]
        let selection = choose(Samples.campaign { ($0.sources, $0.items.order) = (["a", "b"], .oldest) }, changes)
        #expect(selection.chosen.map(\.position) == [1, 3])
        #expect(codes(selection) == [.coalesced])
    }

    private func variant(_ number: UInt64, of group: String, _ position: Int64) -> LoggedChange {
        var (before, after) = (Samples.product(number, price: "20"), Samples.product(number, price: "10"))
        before.product?.groupID = group
        after.product?.groupID = group
        return Samples.logged(position, .priceDropped, before: before, after)
    }

    @Test func `of the variants of a product one is told`() {
        let changes = [variant(1, of: "shirt", 1), variant(2, of: "shirt", 2), variant(3, of: "lamp", 3)]
        let one = choose(Samples.campaign(on: [.priceDropped]) { $0.items.order = .oldest }, changes)
        #expect(one.chosen.map(\.position) == [1, 3] && codes(one) == [.coalesced])
        let all = choose(Samples.campaign(on: [.priceDropped]) { $0.items.variants = .all }, changes)
        #expect(all.chosen.count == 3)
    }

    @Test func `a group that all products have makes no variants of them`() {
        let changes = (1...3).map { number in
            var item = Samples.article(UInt64(number), title: "Thing \(number)")
            item.product = Product(groupID: "all")
            return Samples.logged(Int64(number), .new, item)
        }
        #expect(choose(Samples.campaign(), changes).chosen.count == 3)
    }

    @Test func `a variant waits together with the one that would stand for it`() {
        let changes = [variant(1, of: "lamp", 1), variant(2, of: "shirt", 2), variant(3, of: "shirt", 3)]
        let campaign = Samples.campaign(on: [.priceDropped]) { $0.items = ItemChoice(max: 1, order: .oldest) }
        let selection = choose(campaign, changes)
        #expect(selection.chosen.map(\.position) == [1] && selection.waiting.map(\.position) == [2, 3])
        let few = choose(Samples.campaign(on: [.priceDropped]) { $0.items.min = 3 }, changes)
        #expect(few.waiting.count == 3 && few.skipped.isEmpty)
    }

    @Test func `a price that rose again is not told as a drop`() {
        let ten = Samples.product(price: "10")
        let eight = Samples.product(price: "8")
        let changes = [
            Samples.logged(1, .priceDropped, before: ten, eight), Samples.logged(2, .priceRaised, before: eight, ten),
        ]
        #expect(codes(choose(Samples.campaign(on: [.priceDropped]), changes)) == [.noLongerTrue, .noLongerTrue])
    }

    @Test func `two drops are told as one from the first price`() {
        let (ten, nine, eight) = (
            Samples.product(price: "10"), Samples.product(price: "9"), Samples.product(price: "8")
        )
        let changes = [
            Samples.logged(1, .priceDropped, before: ten, nine), Samples.logged(2, .priceDropped, before: nine, eight),
        ]
        let chosen = choose(Samples.campaign(on: [.priceDropped]), changes).chosen
        #expect(chosen.map(\.change.before?.price?.description) == ["10 EUR"])
        #expect(chosen.map(\.change.after?.product?.price?.description) == ["8 EUR"])
    }

    @Test func `stock that ran out again is not told as back`() {
        let (gone, there) = (Samples.product(availability: .outOfStock), Samples.product(availability: .inStock))
        let changes = [
            Samples.logged(1, .backInStock, before: gone, there), Samples.logged(2, .outOfStock, before: there, gone),
        ]
        #expect(choose(Samples.campaign(on: [.backInStock]), changes).chosen.isEmpty)
        #expect(choose(Samples.campaign(on: [.backInStock, .outOfStock]), changes).chosen.map(\.position) == [2])
    }

    @Test func `both parts of the price threshold must hold`() {
        let campaign = Samples.campaign(on: [.priceDropped]) {
            $0.priceDrop = PriceDropThreshold(
                percent: DecimalAmount(digits: 5, scale: 0), amount: DecimalAmount(digits: 1, scale: 0)
            )
        }
        func code(_ before: String, _ after: String) -> SkipReason.Code? {
            let change = Samples.logged(
                1, .priceDropped, before: Samples.product(price: before), Samples.product(price: after)
            )
            return codes(choose(campaign, [change])).first
        }
        #expect(code("100", "95") == nil)
        #expect(code("100", "95.01") == .belowThreshold)
        #expect(code("10", "9.01") == .belowThreshold)
    }

    @Test func `an item is announced as new at most once, and may still be told as updated`() {
        let changes = [
            Samples.logged(1, .new, Samples.article()),
            Samples.logged(2, .updated, before: Samples.article(), Samples.article(title: "Other")),
        ]
        let taken: Set = [Announcement(source: SourceID(rawValue: 1), key: Samples.key(1), kind: .new)]
        #expect(codes(choose(Samples.campaign(), [changes[0]], alreadySent: taken)) == [.alreadySent])
        let both = choose(Samples.campaign(on: [.new, .updated]), changes, alreadySent: taken)
        #expect(both.chosen.map(\.change.kind) == [.updated])
    }

    private func told(_ item: Item, as kind: ChangeKind = .new, before: Item? = nil) -> ToldMessage {
        ToldMessage(
            id: MessageID(rawValue: 7), change: Samples.logged(1, kind, before: before, item),
            message: Message(modules: []))
    }

    @Test func `an update edits the message that told of its item, with the item as it is now`() {
        let old = Samples.article(title: "Draft")
        let changes = [
            Samples.logged(2, .updated, before: old, Samples.article(title: "Second")),
            Samples.logged(3, .updated, before: old, Samples.article(title: "Third")),
        ]
        let editing = Samples.campaign { $0.onUpdate = .edit }
        let selection = choose(editing, changes, told: [told(old)])
        #expect(selection.edits.map(\.update.position) == [3])
        #expect(selection.edits.map(\.change.kind) == [.new])
        #expect(selection.edits.map(\.change.after?.title) == ["Third"])
        #expect(codes(selection) == [.coalesced] && selection.chosen.isEmpty)
        #expect(codes(choose(editing, changes)) == [.notTold, .notTold])
        #expect(codes(choose(Samples.campaign(), changes, told: [told(old)])) == [.kind, .kind])
    }

    @Test func `an edit says nothing against the filter, whatever the item's age`() {
        var item = Samples.article(title: "Sponsored")
        item.published = Samples.now - .days(30)
        let change = Samples.logged(2, .updated, before: Samples.article(), item)
        let editing = Samples.campaign {
            $0.onUpdate = .edit
            $0.filter = ItemFilter(exclude: ["sponsored"], maxAge: .days(2))
        }
        #expect(codes(choose(editing, [change], told: [told(Samples.article())])) == [.filterExclude])
        var open = editing
        open.filter.exclude = []
        #expect(choose(open, [change], told: [told(Samples.article())]).edits.count == 1)
        open.until = Samples.now
        #expect(codes(choose(open, [change], told: [told(Samples.article())])) == [.afterEnd])
    }

    @Test func `a message of a price is not told again, and neither is stock that ran out as back`() {
        let (ten, eight) = (Samples.product(price: "10"), Samples.product(price: "8"))
        let change = Samples.logged(2, .updated, before: eight, eight)
        let editing = Samples.campaign(on: [.priceDropped]) { $0.onUpdate = .edit }
        #expect(
            codes(choose(editing, [change], told: [told(eight, as: .priceDropped, before: ten)])) == [.noLongerTrue])
        let (gone, there) = (Samples.product(availability: .outOfStock), Samples.product(availability: .inStock))
        let back = told(there, as: .backInStock, before: gone)
        #expect(
            codes(choose(editing, [Samples.logged(2, .updated, before: there, gone)], told: [back])) == [.noLongerTrue])
        #expect(choose(editing, [Samples.logged(2, .updated, before: there, there)], told: [back]).edits.count == 1)
    }

    @Test func `what is told anew and updated is both told and edited`() {
        let (ten, eight) = (Samples.product(price: "10"), Samples.product(price: "8"))
        let changes = [
            Samples.logged(2, .updated, before: ten, eight), Samples.logged(3, .priceDropped, before: ten, eight),
        ]
        let editing = Samples.campaign(on: [.new, .priceDropped]) { $0.onUpdate = .edit }
        let selection = choose(editing, changes, told: [told(ten)])
        #expect(selection.chosen.map(\.position) == [3] && selection.edits.map(\.update.position) == [2])
        #expect(selection.skipped.isEmpty)
        // Without a message there is nothing to edit.
        #expect(codes(choose(editing, changes)) == [.coalesced])
    }

    @Test func `an update of a draft waits until it is let go, and no more are edited at once than one run may send`() {
        let editing = Samples.campaign {
            $0.onUpdate = .edit
            $0.items.max = 2
        }
        func update(_ number: UInt64) -> LoggedChange {
            Samples.logged(
                Int64(number), .updated, before: Samples.article(number), Samples.article(number, title: "X"))
        }
        func message(_ number: UInt64, isDraft: Bool = false) -> ToldMessage {
            ToldMessage(
                id: MessageID(rawValue: Int64(number)), change: Samples.logged(1, .new, Samples.article(number)),
                message: Message(modules: []), isDraft: isDraft)
        }
        let changes = (11...14).map(update)
        let selection = choose(editing, changes, told: (11...14).map { message($0) })
        #expect(selection.edits.map(\.update.position) == [13, 14] && selection.waiting.map(\.position) == [11, 12])
        let draft = choose(editing, [update(11)], told: [message(11, isDraft: true)])
        #expect(draft.waiting.map(\.position) == [11] && draft.edits.isEmpty && draft.skipped.isEmpty)
    }

    @Test func `an item that is gone is not sent`() {
        var removed = Samples.logged(2, .removed, Samples.article())
        removed.change.after = nil
        let selection = choose(Samples.campaign(), [Samples.logged(1, .new, Samples.article()), removed])
        #expect(codes(selection) == [.gone, .gone])
        let both = choose(
            Samples.campaign(on: [.new, .removed]), [Samples.logged(1, .new, Samples.article()), removed])
        #expect(codes(both) == [.gone, .gone])
    }

    @Test func `that an item is gone is told as what it was, however old it is`() {
        var item = Samples.product(price: "10")
        item.published = Samples.now - .days(300)
        let removed = Samples.logged(2, .removed, before: item, item)
        let campaign = Samples.campaign(on: [.removed]) { $0.filter.maxAge = .days(1) }
        let dearer = Samples.logged(1, .priceRaised, before: Samples.product(price: "8"), item)
        let selection = choose(campaign, [dearer, removed])
        #expect(selection.chosen.map(\.change.kind) == [.removed] && codes(selection) == [.coalesced])
        #expect(selection.chosen.map(\.change.after?.title) == ["Kettle"])
        // It is there again, with and without a word in the log.
        let back = Samples.logged(3, .backInStock, before: item, item)
        #expect(codes(choose(campaign, [removed, back])) == [.noLongerTrue, .noLongerTrue])
        #expect(codes(choose(campaign, [removed], returned: [2])) == [.noLongerTrue])
        let fresh = Samples.logged(1, .new, item)
        #expect(choose(Samples.campaign(), [fresh, removed], returned: [2]).chosen.map(\.position) == [1])
        let taken: Set = [Announcement(source: SourceID(rawValue: 1), key: item.key, kind: .removed)]
        #expect(codes(choose(campaign, [removed], alreadySent: taken)) == [.alreadySent])
        var unknown = removed
        unknown.change.after = nil
        #expect(codes(choose(campaign, [unknown])) == [.notKnown])
    }

    @Test func `the newest come first, undated ones by when they were logged, future dates count as now`() {
        var (old, future) = (Samples.article(1), Samples.article(2))
        old.published = Samples.now - .days(2)
        future.published = Samples.now + .days(900)
        let changes = [
            Samples.logged(1, .new, old), Samples.logged(2, .new, future),
            Samples.logged(3, .new, Samples.article(3), at: Samples.now - .hours(1)),
        ]
        #expect(choose(Samples.campaign(), changes).chosen.map(\.position) == [2, 3, 1])
        let oldest = Samples.campaign { $0.items.order = .oldest }
        #expect(choose(oldest, changes).chosen.map(\.position) == [1, 3, 2])
    }

    @Test func `what is too many waits, or is dropped when the owner says so`() {
        let changes = (1...4).map { Samples.logged(Int64($0), .new, Samples.article(UInt64($0))) }
        let keep = choose(Samples.campaign { $0.items = ItemChoice(max: 2, order: .oldest) }, changes)
        #expect(keep.chosen.map(\.position) == [1, 2])
        #expect(keep.waiting == Array(changes[2...]))
        let drop = choose(
            Samples.campaign { $0.items = ItemChoice(max: 2, order: .oldest, overflow: .drop) }, changes
        )
        #expect(codes(drop) == [.overflow, .overflow] && drop.waiting.isEmpty)
    }

    @Test func `below the minimum everything waits as it was logged`() {
        let changes = [
            Samples.logged(1, .new, Samples.article(1)),
            Samples.logged(2, .updated, before: Samples.article(1), Samples.article(1, title: "Other")),
        ]
        let selection = choose(Samples.campaign { $0.items.min = 2 }, changes)
        #expect(selection.chosen.isEmpty && selection.waiting == changes && selection.skipped.isEmpty)
    }

    private func priced(_ number: UInt64, _ price: String?, from before: String? = nil) -> LoggedChange {
        Samples.logged(
            Int64(number), before == nil ? .new : .priceDropped,
            before: before.map { Samples.product(number, price: $0) }, Samples.product(number, price: price))
    }

    @Test func `the cheapest come first, and what has no price last`() {
        let changes = [priced(1, "30"), priced(2, nil), priced(3, "9.50"), priced(4, "10")]
        let campaign = Samples.campaign { ($0.items.order, $0.items.max) = (.cheapest, 3) }
        #expect(choose(campaign, changes).chosen.map(\.position) == [3, 4, 1])
    }

    @Test func `what has no currency is no cheaper than what has one`() {
        func offer(_ number: UInt64, _ price: String, _ currency: String?) -> LoggedChange {
            Samples.logged(Int64(number), .new, Samples.product(number, price: price, currency: currency))
        }
        let changes = [offer(1, "1", nil), offer(2, "30", "EUR"), offer(3, "20", "USD"), offer(4, "10", "EUR")]
        let campaign = Samples.campaign { ($0.items.order, $0.items.max) = (.cheapest, 4) }
        #expect(choose(campaign, changes).chosen.map(\.position) == [4, 2, 3, 1])
    }

    @Test func `the biggest drop is the one of most percent`() {
        let changes = [priced(1, "90", from: "100"), priced(2, "5", from: "10"), priced(3, "60", from: "100")]
        let campaign = Samples.campaign(on: [.priceDropped]) { ($0.items.order, $0.items.max) = (.biggestDrop, 2) }
        #expect(choose(campaign, changes).chosen.map(\.position) == [2, 3])
    }

    @Test func `no source and no author has more places than one run gives them`() {
        func by(_ author: String, _ number: UInt64, source: Int64 = 1) -> LoggedChange {
            var item = Samples.article(number)
            item.authors = [author]
            return Samples.logged(Int64(number), .new, item, source: source)
        }
        let changes = [by("Ada", 1), by("ada", 2), by("Bo", 3), by("Cy", 4), by("Cy", 5, source: 2)]
        let campaign = Samples.campaign {
            ($0.items.perSource, $0.items.perAuthor, $0.items.order) = (2, 1, .oldest)
        }
        let selection = choose(campaign, changes)
        #expect(selection.chosen.map(\.position) == [1, 3, 5] && selection.waiting.map(\.position) == [2, 4])
        let dropping = choose(Samples.campaign { ($0.items.perAuthor, $0.items.overflow) = (1, .drop) }, changes)
        #expect(codes(dropping) == [.overflow, .overflow] && dropping.chosen.count == 3)
    }

    @Test func `what earlier parts of a long log sent has taken its places`() {
        let changes = (1...4).map { Samples.logged(Int64($0), .new, Samples.article(UInt64($0))) }
        let earlier = Selection.Earlier(chosen: Array(changes[..<1]))
        let two = choose(Samples.campaign { $0.items.max = 2 }, Array(changes[1...]), earlier: earlier)
        #expect(two.chosen.count == 1 && two.waiting.count == 2)
        let dropping = Samples.campaign { $0.items = ItemChoice(max: 1, overflow: .drop) }
        let none = choose(dropping, Array(changes[1...]), earlier: earlier)
        #expect(none.chosen.isEmpty && none.waiting.isEmpty && codes(none) == [.overflow, .overflow, .overflow])
        let source = choose(Samples.campaign { $0.items.perSource = 2 }, Array(changes[1...]), earlier: earlier)
        #expect(source.chosen.count == 1)
    }

    @Test func `a minimum that the places do not let in keeps everything waiting`() {
        let changes = [Samples.logged(1, .new, Samples.article(1)), Samples.logged(2, .new, Samples.article(2))]
        let selection = choose(Samples.campaign { ($0.items.min, $0.items.perSource) = (2, 1) }, changes)
        #expect(selection.chosen.isEmpty && selection.waiting == changes)
    }

    @Test func `what happened before a campaign begins is not its own, and after its end nothing is`() {
        let changes = [
            Samples.logged(1, .new, Samples.article(1), at: Samples.now - .hours(2)),
            Samples.logged(2, .new, Samples.article(2)),
        ]
        let begun = choose(Samples.campaign { $0.notBefore = Samples.now - .hours(1) }, changes)
        #expect(begun.chosen.map(\.position) == [2] && codes(begun) == [.beforeStart])
        #expect(codes(choose(Samples.campaign { $0.until = Samples.now }, changes)) == [.afterEnd, .afterEnd])
    }

    @Test func `quiet hours end on the same or the next day`() throws {
        let zone = try #require(TimeZone(identifier: "Europe/Istanbul"))
        let hours = QuietHours(from: 22 * 60, to: 8 * 60)
        func next(_ text: String) throws -> String {
            hours.nextAllowed(after: try #require(Timestamp(iso8601: text)), on: WallClock(zone)).description
        }
        #expect(try next("2026-11-22T19:30:00Z") == "2026-11-23T05:00:00Z")
        #expect(try next("2026-11-22T23:00:00Z") == "2026-11-23T05:00:00Z")
        #expect(try next("2026-11-22T05:00:00Z") == "2026-11-22T05:00:00Z")
        #expect(try next("2026-11-22T18:59:00Z") == "2026-11-22T18:59:00Z")
    }

    @Test func `quiet hours that end in the hour that daylight saving skips end when the clock has moved`() throws {
        let zone = try #require(TimeZone(identifier: "Europe/Berlin"))
        let night = try #require(Timestamp(iso8601: "2026-03-29T00:30:00Z"))
        let next = QuietHours(from: 60, to: 150).nextAllowed(after: night, on: WallClock(zone))
        #expect(next.description == "2026-03-29T01:00:00Z")
    }
}
