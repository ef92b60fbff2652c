import CampaignModel
import FeedReading
import Testing

/// Documents in other encodings than UTF-8, stated rightly or not. Each document is read in any chunks.
@Suite struct EncodingTests {
    /// A feed of one item with a title of these bytes.
    private func document(_ title: [UInt8], stating encoding: String? = nil, padding: Int = 0) -> [UInt8] {
        let declaration = encoding.map { "<?xml version='1.0' encoding='\($0)'?>" } ?? ""
        let comment = padding > 0 ? "<!--\(String(repeating: "x", count: padding))-->" : ""
        return Array((declaration + "<rss><channel>\(comment)<item><title>").utf8) + title
            + Array("</title></item></channel></rss>".utf8)
    }

    private func title(_ bytes: [UInt8], contentType: String? = nil) throws -> String? {
        try readInAnyChunks(bytes, ReadOptions(contentType: contentType)).items.first?.title
    }

    @Test(
        arguments: [
            ("windows-1251", [0xCF, 0xF0, 0xE8, 0xE2, 0xE5, 0xF2], "Привет"),
            ("koi8-r", [0xF0, 0xD2, 0xC9, 0xD7, 0xC5, 0xD4], "Привет"),
            ("KOI8-R", [0xF0, 0xD2], "Пр"), ("windows-1250", [0x8E, 0x6C, 0x75, 0x9D], "Žluť"),
            ("iso-8859-2", [0xAE, 0x6C, 0x75, 0xBB], "Žluť"),
            ("iso-8859-1", [0x63, 0x61, 0x66, 0xE9, 0x80], "café€"), ("us-ascii", [0x93, 0x61, 0x94], "“a”"),
            ("iso-8859-15", [0xA4], "€"), ("windows-1253", [0xC5, 0xEB, 0xEB], "Ελλ"),
            ("windows-1254", [0xDD, 0xFE], "İş"),
            ("gb2312", [0xD6, 0xD0, 0xCE, 0xC4], "中文"), ("gb2312", [0xD6, 0xD0, 0x81, 0x39, 0xEE, 0x39], "中㐀"),
            ("gbk", [0x80 + 1, 0x40], "丂"),
            ("shift_jis", [0x93, 0xFA, 0x96, 0x7B], "日本"), ("x-sjis", [0x83, 0x5C], "ソ"),
            ("euc-jp", [0xC6, 0xFC, 0xCB, 0xDC], "日本"),
            ("euc-kr", [0xC7, 0xD1, 0xB1, 0xB9], "한국"), ("ks_c_5601-1987", [0x8C, 0x63], "똠"),
            ("big5", [0xA4, 0xA4, 0xA4, 0xE5], "中文"),
            ("iso-2022-jp", [0x1B, 0x24, 0x42, 0x46, 0x7C, 0x4B, 0x5C, 0x1B, 0x28, 0x42], "日本"),
        ] as [(String, [UInt8], String)])
    func `the stated encoding counts where the bytes are not UTF-8`(name: String, bytes: [UInt8], text: String) throws {
        #expect(try title(document(bytes, stating: name)) == text)
    }

    @Test(arguments: [
        "iso-8859-1", "windows-1252", "windows-1251", "us-ascii", "gb2312", "shift_jis", "utf-16", "UTF-16LE", "ucs-2",
        "utf-7",
        "x-fake", "bogus name", "", "utf8", nil,
    ])
    func `bytes that are UTF-8 are UTF-8 whatever is stated`(name: String?) throws {
        #expect(try title(document(Array("café – 日本 😀".utf8), stating: name)) == "café – 日本 😀")
        #expect(try title(document(Array("plain".utf8), stating: name)) == "plain")
    }

    @Test(arguments: ["utf-8", "UTF8", "x-fake", "utf-16", nil])
    func `what is neither UTF-8 nor stated is windows-1252`(name: String?) throws {
        #expect(try title(document([0x93, 0x63, 0x61, 0x66, 0xE9, 0x94, 0x20, 0x80], stating: name)) == "“café” €")
    }

    @Test(arguments: [
        ("text/xml; charset=windows-1251", "koi8-r"), ("application/rss+xml;Charset=\"Windows-1251\"", "iso-8859-1"),
        ("text/xml; charset=bogus", "windows-1251"), ("text/xml", "windows-1251"),
        ("text/xml; charset='windows-1251'", nil),
    ])
    func `HTTP's charset comes before the declaration`(contentType: String, name: String?) throws {
        #expect(try title(document([0xC6, 0xF3, 0xEA], stating: name), contentType: contentType) == "Жук")
    }

    @Test func `bytes that are UTF-8 are UTF-8 whatever HTTP says`() throws {
        #expect(try title(document(Array("café".utf8)), contentType: "text/xml; charset=iso-8859-1") == "café")
    }

    @Test func `a byte order mark comes before all that is stated`() throws {
        let bytes = [0xEF, 0xBB, 0xBF] + document(Array("Жук".utf8), stating: "windows-1251")
        #expect(try title(bytes, contentType: "text/xml; charset=koi8-r") == "Жук")
    }

    @Test(
        arguments: [
            [0xFF], [0xC3], [0xE2, 0x82], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80],
            [0xEF, 0xBF, 0xBE],
        ] as [[UInt8]])
    func `bad bytes in UTF-8 are replaced and told`(bad: [UInt8]) throws {
        let good = "日本語の長い題名です"
        let reading = try readInAnyChunks(document(Array(good.utf8) + bad + Array("x".utf8), stating: "utf-8"))
        let title = try #require(reading.items.first?.title)
        #expect(title.hasPrefix(good) && title.hasSuffix("x"))
        #expect(title.dropFirst(good.count).dropLast().allSatisfy { $0 == "\u{FFFD}" })
        #expect(reading.warnings == ["bad_encoding"])
    }

    @Test func `a character that no text may hold makes no other encoding of UTF-8`() throws {
        #expect(try title(document(Array("é\u{FFFE}".utf8)))?.hasPrefix("é\u{FFFD}") == true)
    }

    @Test(
        arguments: [
            ("windows-1251", [0xC6, 0xF3, 0xEA], "Жук"), ("windows-1251", Array("Жук".utf8), "Жук"),
            ("utf-8", [0xE9, 0x20, 0x80], "é €"),
            ("shift_jis", [0x93, 0xFA, 0x96, 0x7B], "日本"),
        ] as [(String, [UInt8], String)])
    func `the first characters beyond ASCII decide however late they come`(name: String, bytes: [UInt8], text: String)
        throws
    {
        #expect(try title(document(bytes, stating: name, padding: 100_000)) == text)
    }

    @Test func `no spelling of UTF-16 counts where the bytes are none`() throws {
        for label in ["utf16", "UCS2", "utf-16"] {
            let text =
                "<?xml version=\"1.0\" encoding=\"\(label)\"?><rss><channel><item><title>caf#</title></item></channel></rss>"
            let document = try read(text.utf8.map { $0 == UInt8(ascii: "#") ? 0xE9 : $0 })
            #expect(document.items.first?.title == "café", "\(label)")
        }
    }
}
