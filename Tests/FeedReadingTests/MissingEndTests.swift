import CampaignModel
import FeedReading
import Testing

@Suite struct MissingEndTests {
    @Test func `an item within an unended text starts anew`() throws {
        let document = try readInAnyChunks(
            rss("<item><guid>1</guid><title>A<item><guid>2</guid><title>B</title></item><item><guid>3</guid></item>"))
        #expect(document.items.map(\.id) == ["1", "2", "3"])
        #expect(document.items.map(\.title) == ["A", "B", nil])
    }

    @Test func `what follows an item that was never ended belongs to no header`() throws {
        let document = try readInAnyChunks(
            "<rss><channel><item><guid>1</guid><item><guid>2</guid></item><title>late</title></item></channel></rss>")
        #expect(document.items.map(\.id) == ["1", "2"])
        #expect(document.feed?.title == nil)
    }

    @Test func `products that a product names within are none of the catalog`() throws {
        let document = try readInAnyChunks(
            """
            <yml_catalog><shop><offers><offer id="1"><name>A</name><related><offer id="9"><name>X</name></offer></related>
            <url>https://example.org/1</url></offer><offer id="2"><name>B</name></offer></offers></shop></yml_catalog>
            """)
        #expect(document.items.map(\.id) == ["1", "2"])
        #expect(document.items.first?.link == "https://example.org/1")
    }

    @Test func `blanks in texts stay wherever their item stands`() throws {
        let comment = "<!--\(String(repeating: "x", count: 20_000))-->"
        let document = try readInAnyChunks(
            "<rss><channel><item><guid>1</guid></item></channel>\(comment)"
                + "<item><guid>2</guid><description><b>a</b> <i>b</i></description></item></rss>")
        #expect(document.items.last?.summary == "<b>a</b> <i>b</i>")
    }

    @Test func `a name without a value is not the name of the next value`() throws {
        func meta(_ content: String) -> String { "<wp:postmeta>\(content)</wp:postmeta>" }
        let item = try item(
            "<guid>1</guid><wp:post_type>product</wp:post_type>" + meta("<wp:meta_key>odd</wp:meta_key>")
                + meta("<wp:meta_value>1</wp:meta_value>") + meta("<wp:meta_key>_sku</wp:meta_key>")
                + meta("<wp:meta_value>S</wp:meta_value><wp:meta_value>T</wp:meta_value>"))
        #expect(item?.product?.sku == "S")
    }

    @Test func `a reader that has thrown throws the same again`() throws {
        let reader = FeedReader(ReadOptions())
        var failures: [ReadFailure] = []
        for _ in 0..<2 {
            do throws(ReadFailure) {
                _ = try reader.push(Array("<html><body>no</body></html>".utf8))
                _ = try reader.finish()
            } catch { failures.append(error) }
        }
        #expect(failures == [.notAFeed(what: "a web page", feeds: []), .notAFeed(what: "a web page", feeds: [])])
    }
}
