import CampaignModel
import FeedReading

/// An input of the target `documents`: four bytes of choices, then a document. `0000` chooses what is most ordinary.
struct DocumentInput {
    enum Subject {
        case document
        /// The document is HTML as it stands in an item's field.
        case html
    }

    var subject = Subject.document
    var document: [UInt8]
    var options = ReadOptions()
    /// Sizes of the chunks that the document comes in, over and over; empty: at once.
    var chunks: [Int] = []
    /// The document is to be read at once as well, and must become the same.
    var isCutAndRepeated = false

    init(_ bytes: [UInt8]) {
        document = Array(bytes.dropFirst(4))
        // What becomes of a document may not depend on how fast this machine reads it.
        options.limits.cpuSeconds = 1000
        guard bytes.count >= 4 else { return }
        chooseChunks(bytes[0])
        chooseOrigin(bytes[1])
        chooseFormat(bytes[2])
        chooseMapping(bytes[3])
    }

    /// `0` at once, `1` … `7` ever larger chunks, `h` HTML.
    private mutating func chooseChunks(_ choice: UInt8) {
        if choice == UInt8(ascii: "h") { subject = .html }
        let all: [[Int]] = [[], [1], [2], [3, 1, 40], [7], [64, 5], [1000], [1024, 4096, 1]]
        chunks = all[Int(choice & 7)]
        // Twice the work, so not each time; but always the same for the same input.
        isCutAndRepeated = !chunks.isEmpty && document.count % 4 == 0
    }

    /// The address and the Content-Type, 16 of each.
    private mutating func chooseOrigin(_ choice: UInt8) {
        let addresses = ["https://example.org/blog/feed.xml?a=1#b", "http://example.org", nil, "example", "mailto:a@b"]
        options.baseURL = addresses[Int(choice & 0x0F) % addresses.count]
        let types = [
            nil, "text/xml", "text/xml; charset=windows-1251", nil, "text/html; charset=\"UTF-16\"",
            "application/json; charset=Shift_JIS", "text/csv;charset=bogus", "text/xml; charset=gb2312",
        ]
        options.contentType = types[(Int(choice >> 4) + 5) % types.count]
    }

    /// From `1` on the formats in their order; all else leaves it to the reader.
    private mutating func chooseFormat(_ choice: UInt8) {
        let index = Int(choice) - Int(UInt8(ascii: "1"))
        let formats = DocumentFormat.allCases
        if formats.indices.contains(index) { options.format = formats[index] }
    }

    /// `1` … `3` a mapping for XML, JSON, CSV, `4` one from the document's own first line; with `@` added: low limits.
    private mutating func chooseMapping(_ choice: UInt8) {
        switch choice & 0x0F {
        case 1:
            mapping("//item", ["id": "@id", "title": "name", "price": "price", "image": "images/image[1]/@url"])
        case 2: mapping("data.products", ["id": "id", "title": "name.en", "price": "price.amount", "image": "images"])
        case 3: mapping("", ["id": "sku", "title": "Name", "price": "Price, net", "link": "URL"])
        case 4:
            let line = String(decoding: document.prefix { $0 != 0x0A }, as: UTF8.self)
            let parts = line.split(separator: "|").map(String.init)
            let names = DocumentMapping.fieldNames
            mapping(parts.first ?? "", Dictionary(uniqueKeysWithValues: zip(names, parts.dropFirst())))
            document = Array(document.dropFirst(line.utf8.count))
        default: break
        }
        guard choice & 0x40 != 0 else { return }
        options.limits.items = 3
        options.limits.fieldBytes = 40
        options.limits.lineBytes = 10
        options.limits.itemBytes = 100
        options.limits.values = 2
        options.limits.warnings = 2
        options.limits.depth = 8
        options.limits.bytes = 4096
    }

    private mutating func mapping(_ item: String, _ fields: [String: String]) {
        options.mapping = DocumentMapping(item: item, fields: fields)
    }
}
