import CampaignModel
import CampaignPlanning
import Testing

@Suite struct FilterTests {
    private func code(_ filter: ItemFilter, _ item: Item, at: Timestamp = Samples.now) -> SkipReason.Code? {
        let selection = Selection.choose(
            Samples.campaign { $0.filter = filter }, changes: [Samples.logged(1, .new, item, at: at)], now: Samples.now,
            html: { StrictHTML.read($0) }
        )
        return selection.skipped.first?.reason.code
    }

    @Test(
        arguments: [
            ("Swift 6 is out", nil), ("Learn SWIFT!", nil), ("A swiftly tilting planet", .filterInclude),
            ("Why Open-Source matters", nil), ("open the source", .filterInclude), ("Café Zürich", nil),
            ("日本語のニュース", nil), ("", .filterInclude),
        ] as [(String, SkipReason.Code?)])
    func `words and phrases are found as wholes, whatever case and accents`(title: String, expected: SkipReason.Code?) {
        let filter = ItemFilter(include: ["swift", "open source", "cafe zurich", "ニュース"])
        #expect(code(filter, Samples.article(title: title)) == expected)
    }

    @Test func `what is excluded wins over what is included, and tags are no text`() {
        let filter = ItemFilter(include: ["swift"], exclude: ["sponsored"])
        #expect(code(filter, Samples.article(title: "Swift", summary: "<b>Sponsored</b> post")) == .filterExclude)
        #expect(code(filter, Samples.article(title: "Swift", summary: #"<a href="x/sponsored">x</a>"#)) == nil)
    }

    @Test func `searching a huge repetitive text takes no more than one look at each character`() {
        let text = String(repeating: "a ", count: 200_000)
        let phrase = String(repeating: "a ", count: 5_000) + "b"
        #expect(code(ItemFilter(include: [phrase]), Samples.article(title: text)) == .filterInclude)
    }

    @Test func `categories and authors match whole names`() {
        var item = Samples.product()
        item.categories = ["News"]
        item.authors = ["Ada Lovelace"]
        item.product?.category = "Home > Kitchen > Kettles"
        #expect(code(ItemFilter(categories: ["news", "other"]), item) == nil)
        #expect(code(ItemFilter(categories: ["kitchen"]), item) == nil)
        #expect(code(ItemFilter(categories: ["kit"]), item) == .filterCategory)
        #expect(code(ItemFilter(authors: ["ADA LOVELACE"]), item) == nil)
        #expect(code(ItemFilter(authors: ["Ada"]), item) == .filterAuthor)
    }

    @Test(
        arguments: [
            ("10", "EUR", nil), ("99.90", "EUR", nil), ("9.99", "EUR", .filterPrice), ("99.91", "EUR", .filterPrice),
            ("50", "USD", .filterPrice), ("0", "EUR", .filterPrice),
        ] as [(String, String, SkipReason.Code?)])
    func `the price range holds both ends and its currency`(amount: String, currency: String, code: SkipReason.Code?) {
        let range = PriceRange(min: DecimalAmount("10"), max: DecimalAmount("99.90"), currency: "EUR")
        #expect(self.code(ItemFilter(price: range), Samples.product(price: amount, currency: currency)) == code)
    }

    @Test func `age counts from publication, or else from when it was first seen`() {
        let filter = ItemFilter(maxAge: .days(7))
        var item = Samples.article()
        #expect(code(filter, item, at: Samples.now - .days(8)) == .tooOld)
        #expect(code(filter, item, at: Samples.now - .days(7)) == nil)
        item.published = Samples.now - .days(6)
        #expect(code(filter, item, at: Samples.now - .days(8)) == nil)
    }
}
