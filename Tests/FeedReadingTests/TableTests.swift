import CampaignModel
import Testing

@testable import FeedReading

@Suite struct TableTests {
    @Test(arguments: ["a×b", "×", "a\u{FFFD}", "a\u{2044}"])
    func `what is no name to XML makes no element and no attribute`(name: String) throws {
        let document = try read(
            "<rss><channel><item q\(name)='1' b='2'c=3><\(name)>x</\(name)><title>A<\(name)></title></item></channel></rss>"
        )
        #expect(document.items.first?.title?.hasPrefix("A") == true)
        #expect(document.end?.complete == true)
    }

    @Test func `every row of every table is understood`() {
        for dialect in XMLDialect.all { #expect(dialect.mistakes.isEmpty) }
    }
}
