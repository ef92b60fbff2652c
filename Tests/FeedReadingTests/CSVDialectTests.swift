import CampaignModel
import Testing

@testable import FeedReading

@Suite struct CSVDialectTests {
    private func delimiter(_ text: String) -> Character? {
        dialect(text).map { Character(Unicode.Scalar($0.delimiter)) }
    }

    @Test func `the delimiter is the one that gives the same columns in every row`() {
        #expect(delimiter("id,title\n1,a\n") == ",")
        #expect(delimiter("id;title;price\n1;a, b, c;1,50\n2;d, e;2,50\n") == ";")
        #expect(delimiter("id\ttitle\n1\ta, b; c\n") == "\t")
        #expect(delimiter("id|title|price\n1|a,b|2\n") == "|")
        #expect(delimiter("kode;bezeichner\n1;a\n2;b\n") == ";")
        #expect(delimiter("one column\nof words\n") == nil)
    }

    @Test func `delimiters within quotes do not count`() {
        #expect(delimiter("id;title\n1;\"a,b,c\"\n2;\"d,e,f\"\n") == ";")
        #expect(delimiter("x,y\n\"a;b;c\",1\n\"d;e;f\",2\n") == ",")
    }

    @Test func `a spreadsheet's hint comments and headings stand before the names`() {
        #expect(dialect("sep=;\nid;title\n1;a\n")?.skippedRows == 1)
        let template = "# Required | the id,\"# Required | the title, plain\"\n# more\nid,title\n1,a\n"
        #expect(dialect(template)?.skippedRows == 2)
        #expect(dialect("Our products; spring\n\nid;title;price\n1;a;2\n")?.skippedRows == 1)
        #expect(dialect("#id,title\n1,a\n")?.skippedRows == 0)
        let reading = CSVReading(template)
        #expect(reading.items.map { $0[.title] } == ["a"])
        #expect(CSVReading("\u{FEFF}sep=;\nid;title\n1;a\n").items.map { $0[.id] } == ["1"])
    }

    @Test func `a tab file has quotes only where they make sense`() {
        #expect(dialect("id\ttitle\n1\t\"Monitor\n2\tb\n")?.quotes == .within)
        #expect(dialect("id\ttitle\n1\t\"two\nlines\"\n2\t\"three\n\nlines\"\n")?.quotes == .spanning)
        let reading = CSVReading("id\ttitle\tprice\n1\t\"Lone\t5\n2\t\"All\"\t6\n3\t27\" wide\t7\n")
        #expect(reading.items.map { $0[.title] } == ["\"Lone", "All", "27\" wide"])
        #expect(reading.items.map { $0[.price] } == ["5", "6", "7"])
    }

    @Test func `prose with commas is not CSV`() {
        #expect(
            !looksLikeCSV("Dear reader, this is a letter,\nwith commas, as it happens, and lines,\nbut no catalog.\n"))
        #expect(!looksLikeCSV("just text\nand more\n"))
        #expect(
            !looksLikeCSV("name, but not a column of them\nand a line, another, and, one more\nshort\nx,y,z,a,b,c\n"))
        #expect(!looksLikeCSV(""))
    }

    @Test func `known names make CSV of text`() {
        #expect(looksLikeCSV("id,title,price\n1,A\n2,B,5,extra\n"))
        #expect(looksLikeCSV("\u{FEFF}identyfikator;tytuł;cena\n1;a;2\n"))
        #expect(looksLikeCSV("Handle,Title,Body (HTML)\n"))
        #expect(looksLikeCSV("colour,price\nred,1\nblue,2\n"))
        #expect(!looksLikeCSV("colour,shape\nred,round\nblue,flat\n"))
    }
}
