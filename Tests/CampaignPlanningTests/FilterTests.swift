import CampaignModel
import Testing

@testable import CampaignPlanning

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

    @Test(
        arguments: [
            ("Programming in Swift", nil), ("the programmer", nil), ("reprogram", .filterInclude),
            ("Cheeseburger!", nil),
            ("burgers", .filterInclude), ("Donaudampfschifffahrt", nil), ("an open source foundation", nil),
            ("an open sourcerer", nil), ("wide open source", nil), ("KIRMIZI Elma", nil), ("İSTANBUL'da", nil),
            ("die STRASSE", nil), ("Donau\u{AD}welle", nil), ("Cafe\u{301} noir", nil), ("ＦＵＬＬ width", nil),
            ("Ο ΚΌΣΜΟΣ", nil), ("ŁÓDŹ", nil), ("Straszne łodzie", .filterInclude), ("Ærø", nil), ("قَلَم", nil),
            ("שָׁלוֹם", nil),
        ] as [(String, SkipReason.Code?)])
    func `a star stands for the rest of a word, and letters of all languages are alike`(
        title: String, expected: SkipReason.Code?
    ) {
        let filter = ItemFilter(include: [
            "program*", "*burger", "*dampf*", "open source*", "kırmızı", "istanbul", "straße", "donauwelle",
            "café noir",
            "full", "κόσμος", "lodz", "aero", "قلم", "שלום",
        ])
        #expect(code(filter, Samples.article(title: title)) == expected)
    }

    @Test func `a phrase does not go on from the title into the text`() {
        let filter = ItemFilter(include: ["red kettle"])
        #expect(code(filter, Samples.article(title: "Red", summary: "Kettle")) == .filterInclude)
        #expect(code(filter, Samples.article(title: "A", summary: "<i>Red</i> <b>kettle</b>")) == nil)
    }

    @Test func `every phrase is found, however they overlap, and a reason names the one that excludes`() {
        let words = ["he", "she", "his", "hers", "a b", "b c d", "c"]
        for (place, word) in words.enumerated() {
            var findings = PhraseFinder.Findings()
            PhraseFinder(include: words, exclude: []).search("x \(word) y", &findings)
            #expect(findings.include.map { words[$0] } == (place == 5 ? "c" : word))
        }
        var findings = PhraseFinder.Findings()
        PhraseFinder(include: ["a"], exclude: ["zzz", "b c"]).search("a b c", &findings)
        #expect(findings == .init(include: 0, exclude: 1))
    }

    @Test func `random phrases are found where a plain search finds them`() {
        var seed: UInt64 = 7
        func next(_ bound: Int) -> Int {
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((seed >> 33) % UInt64(bound))
        }
        func words(_ count: Int) -> String {
            (0..<count).map { _ in String((0..<(1 + next(2))).map { _ in ["a", "b", "ü"][next(3)] }.joined()) }
                .joined(separator: " ")
        }
        for _ in 0..<500 {
            let phrases = (0..<5).map { _ in words(1 + next(3)) }
            let text = words(12)
            var findings = PhraseFinder.Findings()
            PhraseFinder(include: phrases, exclude: []).search(text, &findings)
            let plain = FoldedText.name(text)
            let expected = phrases.contains { " \(plain) ".contains(" \(FoldedText.name($0)) ") }
            #expect((findings.include != nil) == expected, "\(phrases) in \(text)")
        }
    }

    @Test func `brands and availability must be among those that are asked for`() {
        var item = Samples.product(availability: .preorder)
        item.product?.brand = "Acme"
        var filter = ItemFilter()
        filter.brands = ["ACME", "Other"]
        #expect(code(filter, item) == nil)
        filter.brands = ["Other"]
        #expect(code(filter, item) == .filterBrand)
        #expect(code(filter, Samples.article()) == .filterBrand)
        filter.brands = []
        filter.availability = [.inStock]
        #expect(code(filter, item) == .filterAvailability)
        filter.availability = [.inStock, .preorder]
        #expect(code(filter, item) == nil)
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
