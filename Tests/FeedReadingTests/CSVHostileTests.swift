import CampaignModel
import Testing

@testable import FeedReading

@Suite struct CSVHostileTests {
    @Test func `a document that ends within quotes keeps its whole rows`() {
        let reading = CSVReading("id,title\n1,a\n2,\"b\n3,c\n")
        #expect(reading.items.map { $0[.id] } == ["1"])
        guard case .broken(_, let line)? = reading.breakage else {
            Issue.record("not broken")
            return
        }
        #expect(line == 3)
    }

    @Test func `a last row that lacks columns and a line break was cut`() {
        let reading = CSVReading("id,title,price\n1,a,2\n2,b,3\n3,Long tit")
        #expect(reading.items.map { $0[.id] } == ["1", "2"])
        #expect(reading.breakage != nil)
        #expect(CSVReading("id,title,price\n1,a,2\n2,b").breakage != nil)
        #expect(CSVReading("id,title,price\n1,a\n2,b,4\n3,c").breakage == nil)
        #expect(CSVReading("id,title,price\n1,a,2\n2,b,3").breakage == nil)
    }

    @Test(arguments: [
        ("id,title\n1,a\n", false), ("id,title\r\n1,a\r\n\r\n", false), ("id,title\n1,a", true),
        ("id,title\n1,\"a\"", true),
    ]) func `how a table ends is told`(text: String, isOpen: Bool) throws {
        #expect(try readInAnyChunks(text).end?.isOpen == isOpen)
        #expect(try read(rss("<item><title>A</title></item>")).end?.isOpen == nil)
    }

    @Test func `a cut product of several rows is not handed out`() {
        let reading = CSVReading("Handle,Title,Variant Price\na,A,1\nb,B,2\nb,\"")
        #expect(reading.items.map { $0[.id] } == ["a"])
        #expect(reading.breakage != nil)
    }

    @Test func `a million columns are left out but for the first`() {
        let many = String(repeating: ",x", count: 1_000_000)
        let reading = CSVReading("id,title\(many)\n1,a\(many)\n2,b\n", size: 10_000)
        #expect(reading.items.map { $0[.id] } == ["1", "2"])
        #expect(reading.sink.warnings == ["text_cut"])
        #expect(reading.breakage == nil)
    }

    @Test func `a quote that goes on for ever costs no memory`() {
        let reading = CSVReading("id,title\n1,a\n2,\"" + String(repeating: "x\n", count: 5_000_000), size: 65_536)
        #expect(reading.items.count == 1)
        #expect(reading.breakage != nil)
    }

    @Test func `ten megabytes in a field are cut and the row keeps the rest`() {
        let long = String(repeating: "y", count: 10 << 20)
        for size in [Int.max, 60_000] {
            let reading = CSVReading("id,description,title\n1,\"\(long)\",a\n2,b,c\n", size: size)
            #expect(reading.items.map { $0[.title] } == ["a", "c"])
            #expect(reading.items[0][.summary]?.utf8.count == ReadLimits().fieldBytes)
            #expect(reading.sink.warnings == ["text_cut"])
        }
    }

    @Test func `quotes and delimiters alone are read in one pass`() {
        for text in ["\"", "\"\"", "\"\" ", "\" \"", ",", "\",", "\",\"", "\r", "# ,", "=,", " "] {
            let reading = CSVReading("id,title\n" + String(repeating: text, count: 400_000), size: 7000)
            #expect(reading.items.count <= 400_000)
        }
    }

    @Test func `lists of addresses are taken apart in one pass`() {
        let lists = [" ", ",", ", ", "|;", ",http:", "a, "].map { String(repeating: $0, count: 200_000) }
        for list in lists {
            #expect(CSVReading("id,title,image\n1,t,\"\(list)\"\n").items.count == 1)
            #expect(
                CSVReading("sku,attribute_set_code,additional_attributes,categories\n1,x,\"\(list)\",\"\(list)\"\n")
                    .items.count == 1)
        }
    }

    @Test func `bytes that are not UTF-8 are replaced`() {
        let bytes = Array("id,title\n1,a".utf8) + [0xFF, 0xC3, 0x28, 0xE2, 0x82] + Array(",\n".utf8) + [0xF0, 0x9F]
        let reading = CSVReading(bytes)
        #expect(reading.items.first?[.title]?.contains("\u{FFFD}") == true)
        let names = Array("id,t\u{EF}".utf8) + [0xFF, 0x80] + Array(",title\n1,x,y\n".utf8)
        #expect(CSVReading(names).items.first?[.title] == "y")
    }

    @Test func `items beyond the limit end the document`() {
        let reading = CSVReading("id,title\n1,a\n2,b\n3,c\n4,d\n", limit: 2)
        #expect(reading.items.count == 2)
        guard case .broken(let message, _)? = reading.breakage else {
            Issue.record("not broken")
            return
        }
        #expect(message.contains("items"))
    }

    @Test func `a document of nothing is none`() {
        #expect(CSVReading("").breakage == .notAFeed("CSV without a row of column names"))
        #expect(CSVReading("\n\n\r\n").breakage != nil)
        #expect(CSVReading("id,title").breakage == nil)
    }
}
