import CampaignModel
import Testing

@testable import FeedReading

@Suite struct CSVParserTests {
    @Test func `quotes hold delimiters line breaks and doubled quotes`() {
        let text = "a,\"b, c\",\"d \"\"e\"\"\nf\"\n\"\",\"\"\"\",g\n"
        #expect(rows(text).rows == [["a", "b, c", "d \"e\"\nf"], ["", "\"", "g"]])
    }

    @Test func `lines end with LF CR or both and empty ones are skipped`() {
        #expect(rows("a,b\nc,d\n\n\ne,f").rows == [["a", "b"], ["c", "d"], ["e", "f"]])
        #expect(rows("a,b\rc,d\r\re,f\r").rows == [["a", "b"], ["c", "d"], ["e", "f"]])
        #expect(rows("a,b\r\nc,d\r\n\r\ne,f\r\n").rows == [["a", "b"], ["c", "d"], ["e", "f"]])
    }

    @Test func `rows have as many fields as they have`() {
        #expect(
            rows("a,b,c\n1\n1,2,3,4,\n,\n").rows == [["a", "b", "c"], ["1"], ["1", "2", "3", "4", ""], ["", ""]])
    }

    @Test func `a quote within an unquoted field is a character`() {
        #expect(rows("27\" wide,\"x\"\na\"\"b,c\n").rows == [["27\" wide", "x"], ["a\"\"b", "c"]])
    }

    @Test func `a lone quote within a quoted field is a character`() {
        #expect(rows("\"Monitor 27\" wide\",5\n\"b\" ,6\n").rows == [["Monitor 27\" wide", "5"], ["b", "6"]])
        #expect(rows("\"say \\\"hi\\\" now\",1\n").rows == [["say \\\"hi\\\" now", "1"]])
    }

    @Test func `a quote that is never closed tells its line`() {
        let result = rows("a,b\n\"c\nd\",e\nf,\"g\nh,i\n")
        #expect(result.rows == [["a", "b"], ["c\nd", "e"]])
        #expect(result.openQuoteLine == 4)
        #expect(rows("a\r\nb,\"c").openQuoteLine == 2)
    }

    @Test func `quotes that stay within a field swallow nothing`() {
        let text = "a\tb\n\"Monitor 27\"\" wide\"\t5\n\"open\tx\n27\"\t\"\n\"c\" d\te\n"
        #expect(
            rows(text, delimiter: "\t", quotes: .within).rows == [
                ["a", "b"], ["Monitor 27\" wide", "5"], ["\"open", "x"], ["27\"", "\""], ["\"c\" d", "e"],
            ])
    }

    @Test func `rows are the same however the bytes come`() {
        let text =
            "id,\"ti\"\"tle\"\r\n1,\"a \"\"b\"\" \r\n c\" ,x\r\r\n2,,\"\"\n\n3,žluť \"x\",\"\"\"\"\"\"\r\n4,\"end\""
        let whole = rows(text)
        let peeled = rows(text, quotes: .within)
        for size in [1, 2, 3, 7, 13, 900] {
            #expect(rows(text, size: size).rows == whole.rows)
            #expect(rows(text, quotes: .within, size: size).rows == peeled.rows)
        }
    }

    @Test func `long fields are cut between characters and the row goes on`() {
        var limits = ReadLimits()
        limits.fieldBytes = 6
        let text = "žžžžž,ok\n\"a\"\"bcdefgh\",\"ij\"\nžž ab,\"123456\"\n"
        for size in [1, 2, 7, 900] {
            let result = rows(text, limits: limits, size: size)
            #expect(result.rows == [["žžž", "ok"], ["a\"bcde", "ij"], ["žž a", "123456"]])
            #expect(result.cut == [true, true, true])
        }
        limits.fieldBytes = 5
        #expect(rows("žžžžž,ok\n", limits: limits).rows == [["žž", "ok"]])
        #expect(rows("žžžžž,ok\n", limits: limits, size: 1).rows == [["žž", "ok"]])
    }

    @Test func `a row keeps no more bytes than an item may have`() {
        var limits = ReadLimits()
        limits.itemBytes = 20
        let text = "aaaaaaaaaa,bbbbbbbbbb,cccccccccc\nd,e,f\n"
        for size in [1, 7, 900] {
            let result = rows(text, limits: limits, size: size)
            #expect(result.rows == [["aaaaaaaaaa", "bbbbbbbbb", ""], ["d", "e", "f"]])
            #expect(result.cut == [true, false])
        }
    }
}
