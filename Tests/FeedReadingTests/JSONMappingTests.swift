import CampaignModel
import Testing

@testable import FeedReading

@Suite struct JSONMappingTests {
    private func read(_ document: String, item: String, _ fields: [String: String]) -> JSONReading {
        readJSON(document, ReadOptions(mapping: DocumentMapping(item: item, fields: fields)))
    }

    @Test func `dotted paths lead to items and fields`() {
        let document = read(
            #"{"meta":{"id":0},"data":{"list":[{"id":1,"name":{"de":"Lampe"},"price":{"now":9.50}},{"id":2}]}}"#,
            item: "data.list", ["id": "id", "title": "name.de", "price": "price.now"])
        #expect(document.items == [["id: 1", "title either: Lampe", "price: 9.50"], ["id: 2"]])
        #expect(document.formats == [.custom])
    }

    @Test func `an index picks an element and no index takes all`() {
        let source = #"[{"id":1,"images":[{"src":"/1","alt":"a"},{"src":"/2","alt":"b"}]}]"#
        #expect(read(source, item: "", ["image": "images.src"]).values(.image) == ["image: /1", "image: /2"])
        for path in ["images.1.src", "images[1].src", "$.images[1].src"] {
            #expect(read(source, item: "", ["image": path]).values(.image) == ["image: /2"])
        }
        #expect(read(source, item: "", ["image": "images[*].src"]).values(.image) == ["image: /1", "image: /2"])
        let both = read(source, item: "", ["image": "images[0].src", "category": "images.alt"])
        #expect(both.items == [["image: /1", "category either: a", "category either: b"]])
    }

    @Test func `the items may be in one element of an array`() {
        let source = #"[{"list":[{"id":1}]},{"list":[{"id":2}]}]"#
        #expect(read(source, item: "[1].list", ["id": "id"]).items == [["id: 2"]])
        #expect(read(source, item: "0", ["id": "list.id"]).items == [["id: 1"]])
    }

    @Test func `a number may also be a key`() {
        #expect(read(#"[{"a":{"0":{"b":"x"}}}]"#, item: "", ["id": "a.0.b"]).items == [["id: x"]])
    }

    @Test func `an array of arrays and an array in an array are seen through`() {
        let document = read(
            #"{"groups":[{"list":[{"id":1},{"id":2}]},{"list":[{"id":3}]}]}"#, item: "groups.list", ["id": "id"])
        #expect(document.items == [["id: 1"], ["id: 2"], ["id: 3"]])
        let matrix = #"[{"m":[["a","b"],["c","d"]]}]"#
        #expect(read(matrix, item: "", ["id": "m[1][0]"]).items == [["id: c"]])
    }

    @Test func `one value may fill several fields and objects fill none`() {
        let document = read(#"[{"sku":"s","o":{"p":1}}]"#, item: "", ["id": "sku", "sku": "sku", "title": "o"])
        #expect(document.items == [["id: s", "sku: s"]])
    }

    @Test func `words are values too`() {
        let document = read(
            #"[{"id":1,"there":true,"new":false},{"id":null,"there":false}]"#, item: "",
            ["id": "id", "availability": "there", "condition": "new"])
        #expect(
            document.items == [
                ["id: 1", "availability: in stock", "condition: false"], ["availability: out of stock"],
            ])
    }

    @Test func `a comparison asks of a number whether it is so`() {
        let source = #"[{"n":3},{"n":0},{"n":" 2.5 "},{"n":"many"},{"n":null},{"n":true}]"#
        func read(_ expression: String) -> [[String]] {
            self.read(source, item: "", ["availability": expression]).items
        }
        let (yes, no) = (["availability: in stock"], ["availability: out of stock"])
        #expect(read("n > 0") == [yes, no, yes, [], [], yes])
        #expect(read("n>=2.5") == [yes, no, yes, [], [], no])
        #expect(read("n < 3") == [no, yes, yes, [], [], yes])
        #expect(read("n <= 0") == [no, yes, no, [], [], no])
        #expect(read("n = 3") == [yes, no, no, [], [], no])
        #expect(read("n != 3") == [no, yes, yes, [], [], yes])
        #expect(read("n > few") == [[], [], [], [], [], []])
    }

    @Test func `the document itself may be the only item`() {
        #expect(read(#"{"id":1}"#, item: "", ["id": "id"]).items == [["id: 1"]])
        #expect(read(#"{"data":{"id":1}}"#, item: "data", ["id": "id"]).items == [["id: 1"]])
    }

    @Test func `a path that leads nowhere is told`() {
        let document = read(#"{"error":"x"}"#, item: "data.list", ["id": "id"])
        #expect(document.refusal?.contains("nothing stands at “data.list”") == true)
        #expect(read(#"{"data":{"list":[]}}"#, item: "data.list", ["id": "id"]).breakage == nil)
    }
}
