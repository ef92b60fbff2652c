import Testing

@testable import FeedReading

@Suite struct TableTests {
    @Test func `every row of every table is understood`() {
        for dialect in XMLDialect.all { #expect(dialect.mistakes.isEmpty) }
    }
}
