import CampaignModel
import Testing

@testable import FeedReading

/// What packed bytes unpack to, cut into chunks of one size.
private func unpack(_ bytes: [UInt8], chunk: Int = .max, limits: ReadLimits = ReadLimits())
    -> (text: String?, failure: UnpackFailure?)
{
    guard let unpacker = Unpacker(head: Array(bytes.prefix(Unpacker.window)), limits: limits) else { return (nil, nil) }
    var output: [UInt8] = []
    func takeAll() {
        while let piece = unpacker.next() {
            #expect(!piece.isEmpty && piece.count <= 64 * 1024)
            output += piece
        }
    }
    var rest = bytes[...]
    while !rest.isEmpty {
        rest.prefix(chunk).withUnsafeBufferPointer {
            unpacker.push($0)
            takeAll()
        }
        rest = rest.dropFirst(chunk)
    }
    unpacker.finish()
    takeAll()
    return (String(decoding: output, as: UTF8.self), unpacker.failure)
}

private let chunks = [1, 7, 900, Int.max]

@Suite struct UnpackerTests {
    @Test(arguments: chunks)
    func `gzip and zlib are unpacked`(chunk: Int) {
        for bytes in [Packed.gzip, Packed.zlib, Packed.gzip(storing: Array(Packed.text.utf8))] {
            let (text, failure) = unpack(bytes, chunk: chunk)
            #expect(text == Packed.text)
            #expect(failure == nil)
        }
    }

    @Test(arguments: chunks)
    func `gzip members follow one another`(chunk: Int) {
        let bytes = Packed.gzip + Packed.gzip(storing: []) + Packed.gzip(storing: Array("<!-- end -->".utf8))
        #expect(unpack(bytes, chunk: chunk) == (Packed.text + "<!-- end -->", nil))
    }

    @Test(arguments: chunks)
    func `what follows the end is ignored`(chunk: Int) {
        for tail in [[0, 0, 0, 0], Array("junk".utf8), [0x1F], [0x1F, 0, 0x8B], [10]] as [[UInt8]] {
            #expect(unpack(Packed.gzip + tail, chunk: chunk) == (Packed.text, nil))
            #expect(unpack(Packed.zlib + tail, chunk: chunk) == (Packed.text, nil))
        }
    }

    @Test(arguments: chunks)
    func `the feed in a zip file is found`(chunk: Int) {
        var deflated = Packed.File("shop/feed.XML", deflated: Packed.deflate, Packed.text)
        let readme = Packed.File("README.txt", "Read me first.")
        let others = [
            Packed.File("shop/", ""), Packed.File("__MACOSX/shop/._feed.xml", "x"),
            Packed.File("shop/.hidden.xml", "x"),
            Packed.File("empty.xml", ""), readme, Packed.File("logo", "\u{1}picture"), Packed.File("index.html", "<p>"),
        ]
        #expect(unpack(Packed.zip(others + [deflated]), chunk: chunk) == (Packed.text, nil))
        #expect(unpack(Packed.zip([deflated] + others), chunk: chunk) == (Packed.text, nil))
        deflated.hasZip64Sizes = true
        #expect(unpack(Packed.zip([deflated]), chunk: chunk) == (Packed.text, nil))
        let stored = Packed.File("export.php", " \n" + Packed.text)
        #expect(unpack(Packed.zip([readme, stored]), chunk: chunk) == (Packed.text, nil))
    }

    @Test(arguments: chunks)
    func `sizes of zip entries may stand behind them`(chunk: Int) {
        #expect(unpack(Packed.zipOneWay, chunk: chunk) == (Packed.text, nil))
        var readme = Packed.File("readme.txt", deflated: Packed.deflate, Packed.text)
        var feed = Packed.File("feed.xml", deflated: Packed.deflate, Packed.text)
        readme.flags = 8
        feed.flags = 8
        #expect(unpack(Packed.zip([readme, feed]), chunk: chunk) == (Packed.text, nil))
        feed.content[0] = 0
        #expect(unpack(Packed.zip([feed])).failure == .damaged(.zip, what: "its checksum is wrong"))
    }

    @Test func `an entry without packing and length is refused`() {
        var file = Packed.File("feed.xml", Packed.text)
        file.flags = 8
        #expect(unpack(Packed.zip([file])).failure == .unknownLength(entry: "feed.xml"))
    }

    @Test func `an encrypted entry is named`() {
        var file = Packed.File("geheim\u{1B}.csv", Packed.text)
        file.flags = 1
        let (text, failure) = unpack(Packed.zip([Packed.File("a/", ""), file]))
        #expect(text == "")
        #expect(failure == .encrypted(entry: "geheim .csv"))
        #expect(failure?.message == "it is a zip file, and “geheim .csv” in it is encrypted")
        file.name = "readme.txt"
        #expect(unpack(Packed.zip([file, Packed.File("feed.xml", Packed.text)])) == (Packed.text, nil))
    }

    @Test func `another way of packing is refused`() {
        var file = Packed.File("feed.xml", Packed.text)
        file.method = 14
        #expect(unpack(Packed.zip([file])).failure == .unknownMethod(entry: "feed.xml"))
    }

    @Test func `a zip file without a feed says what is in it`() {
        let files = ["a.html", "b.html", "c.html", "d.html"].map { Packed.File($0, "<p>") }
        let failure = unpack(Packed.zip(files)).failure
        #expect(failure?.message == "it is a zip file without a feed in it (a.html, b.html, c.html)")
        #expect(unpack(Packed.zip([])).text == nil)
        #expect(unpack([0x50, 0x4B, 5, 6] + [UInt8](repeating: 0, count: 18)).failure == .noFeed(entries: []))
    }

    @Test(arguments: chunks)
    func `packed files may hold packed files but not a third`(chunk: Int) {
        let twice = Packed.gzip(storing: Packed.gzip)
        #expect(unpack(twice, chunk: chunk) == (Packed.text, nil))
        var file = Packed.File("feed.xml.gz", "")
        file.bytes = Packed.gzip
        file.content = Packed.gzip
        #expect(unpack(Packed.zip([file]), chunk: chunk) == (Packed.text, nil))
        #expect(unpack(Packed.gzip(storing: twice), chunk: chunk) == ("", .tooDeep))
    }

    @Test(arguments: chunks)
    func `a cut document gives what it has and says so`(chunk: Int) {
        for (bytes, packing) in [(Packed.gzip, Packing.gzip), (Packed.zlib, .zlib)] {
            let (text, failure) = unpack(bytes.dropLast(20), chunk: chunk)
            #expect(text.map(Packed.text.hasPrefix) == true && text != "")
            #expect(failure == .cut(packing))
            #expect(unpack(bytes.dropLast(1), chunk: chunk) == (Packed.text, .cut(packing)))
        }
        let zip = Packed.zip([Packed.File("feed.xml", Packed.text)])
        #expect(unpack(Array(zip.prefix(60)), chunk: chunk) == (String(Packed.text.prefix(22)), .cut(.zip)))
        #expect(unpack(Array(zip.prefix(20)), chunk: chunk) == ("", .cut(.zip)))
        #expect(unpack(Packed.gzip(storing: Packed.gzip.dropLast(1)), chunk: chunk) == (Packed.text, .cut(.gzip)))
        #expect(unpack(Packed.gzip(storing: [65, 66]), chunk: chunk) == ("AB", nil))
    }

    @Test func `damage is told apart from an end`() {
        var bytes = Packed.gzip
        bytes[bytes.count - 5] ^= 1
        #expect(unpack(bytes) == (Packed.text, .damaged(.gzip, what: "incorrect data check")))
        bytes[bytes.count - 5] ^= 1
        bytes[10] = 0xFF
        #expect(unpack(bytes) == ("", .damaged(.gzip, what: "invalid block type")))
        var zip = Packed.zip([Packed.File("feed.xml", Packed.text), Packed.File("b.xml", "<b/>")])
        zip[40] ^= 1
        #expect(unpack(zip).failure == .damaged(.zip, what: "its checksum is wrong"))
        let short = Packed.File("feed.xml", deflated: Packed.deflate.dropLast(9), Packed.text)
        #expect(unpack(Packed.zip([short])).failure == .damaged(.zip, what: "its packed bytes end too early"))
    }

    @Test(arguments: [7, Int.max])
    func `a bomb is refused at its first mebibyte`(chunk: Int) {
        let (text, failure) = unpack(Packed.zeros, chunk: chunk)
        #expect(failure == .bomb(.gzip))
        #expect((text ?? "").utf8.count <= 1 << 20)
    }

    @Test(arguments: chunks)
    func `no more bytes come out than allowed`(chunk: Int) {
        var limits = ReadLimits()
        limits.bytes = 10
        let feed = Packed.zip([Packed.File("feed.xml", Packed.text)])
        for (bytes, packing) in [(Packed.gzip, Packing.gzip), (Packed.zlib, .zlib), (feed, .zip)] {
            let expected = (String(Packed.text.prefix(10)), UnpackFailure.tooLong(packing, most: 10))
            #expect(unpack(bytes, chunk: chunk, limits: limits) == expected)
        }
    }

    @Test(arguments: ["", "<rss/>", "x^2 is a square", "x\u{1}", "PK", "id,title\n1,x"])
    func `what is not packed is left alone`(document: String) {
        #expect(Unpacker(head: Array(document.utf8), limits: ReadLimits()) == nil)
    }

    @Test func `a short document that is cut while packed gives the items that are whole`() throws {
        let text = "<rss><channel><item><guid>1</guid><title>é</title></item><item><guid>2</guid>"
        for start in ["", "<!--\(String(repeating: "x", count: 2000))-->"] {
            let packed = Packed.gzip(storing: Array((start + text).utf8))
            let document = try read(packed.dropLast(4))
            #expect(document.items.map(\.id) == ["1"])
            #expect(document.end?.complete == false)
        }
    }

    @Test func `a packed document without a whole item fails for being cut`() {
        let packed = Packed.gzip(storing: Array("<rss><channel><item><guid>1</guid>".utf8))
        #expect(throws: ReadFailure.broken(message: "it is a gzip file that is cut: it ends too early", line: 0)) {
            try read(packed.dropLast(4))
        }
    }
}
