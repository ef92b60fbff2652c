import CampaignModel
import Testing

@testable import FeedReading

@Suite struct JSONFormatTests {
    // MARK: JSON Feed

    private func feed(_ items: String, version: String = "https://jsonfeed.org/version/1.1") -> JSONReading {
        readJSON("{\"version\":\"\(version)\",\"title\":\"T\",\"items\":[\(items)]}")
    }

    @Test func `a JSON Feed's items have their fields`() {
        let document = feed(
            """
            {"id":"a","url":"https://example.org/a","external_url":"https://example.com/","title":"A &amp; B",
             "content_html":"<p>x</p>","content_text":"x","summary":"s","image":"/i.png","banner_image":"/b.png",
             "date_published":"2026-01-02T03:04:05Z","date_modified":"2026-01-03T03:04:05Z",
             "authors":[{"url":"u","name":"Ann"},{"name":"Bob"}],"tags":["t","u"],"language":"de","_own":{"id":"no"}}
            """)
        #expect(
            document.items == [
                [
                    "id: a", "link: https://example.org/a", "link 1: https://example.com/", "title: A &amp; B",
                    "content html: <p>x</p>", "content 1: x", "summary: s", "image: /i.png", "image 1: /b.png",
                    "published: 2026-01-02T03:04:05Z", "updated: 2026-01-03T03:04:05Z", "author: Ann", "author: Bob",
                    "category: t", "category: u",
                ]
            ])
        #expect(document.formats == [.json11])
        #expect(document.breakage == nil)
    }

    @Test func `a JSON Feed's own fields are the header`() {
        let document = readJSON(
            """
            {"version":"https://jsonfeed.org/version/1","title":"T","home_page_url":"https://example.org/",
             "feed_url":"https://example.org/feed.json","description":"D","favicon":"/f.ico","icon":"/i.png",
             "author":{"name":"Ann"},"language":"de","next_url":"/2","hubs":[{"type":"WebSub","url":"/hub"}],"items":[]}
            """)
        #expect(
            document.header == [
                "title: T", "link: https://example.org/", "selfLink: https://example.org/feed.json", "summary: D",
                "image 1: /f.ico", "image: /i.png", "author: Ann", "language: de", "next: /2", "hub: /hub",
            ])
        #expect(document.items.isEmpty && document.breakage == nil)
        #expect(document.formats == [.json1])
    }

    @Test func `an attachment's parts come in one order`() {
        let document = feed(
            """
            {"id":1,"attachments":[{"size_in_bytes":12,"mime_type":"audio/mpeg","url":" /a.mp3 "},
             {"mime_type":"audio/ogg","url":""},{"url":"/b.ogg","size_in_bytes":"7"}]}
            """)
        #expect(
            document.items == [
                [
                    "id: 1", "enclosure: /a.mp3", "enclosureType: audio/mpeg", "enclosureLength: 12",
                    "enclosure: /b.ogg", "enclosureLength: 7",
                ]
            ])
    }

    @Test func `sloppy JSON Feeds are read`() {
        let document = feed(
            """
            {"id":7.0,"tags":"x","author":{"name":"Ann"}},{"id":null,"url":"/8","authors":{"name":"Bob"},"title":null},
            "text",[],null,{"id":"9","author":"Eve","expired":true}
            """, version: "http://jsonfeed.org/version/1")
        #expect(
            document.items == [
                ["id: 7.0", "category: x", "author: Ann"], ["link: /8", "author: Bob"], ["id: 9", "author: Eve"],
            ])
        #expect(document.warnings == ["bad_item", "bad_item"])
        #expect(document.formats == [.json1])
    }

    @Test func `a version behind the items corrects the format`() {
        let items = "\"items\":[{\"id\":\"1\",\"content_text\":\"x\"}]"
        let late = readJSON("{\(items),\"version\":\"https://jsonfeed.org/version/1\"}")
        #expect(late.items == [["id: 1", "content 1: x"]])
        #expect(late.formats == [.json11, .json1])
        #expect(readJSON("{\(items)}").formats == [.json11])
        #expect(readJSON("{\"version\":\"1.0\",\(items)}").formats == [.json1])
    }

    @Test func `items of no feed make no feed`() {
        let document = readJSON(#"{"kind":"list","items":[{"id":1,"name":"x"}]}"#)
        #expect(document.refusal == "JSON of an unknown kind (its keys are “kind”, “items”)")
    }

    // MARK: RSS-in-JSON

    @Test func `RSS in JSON is RSS`() {
        let document = readJSON(
            """
            {"rss":{"version":"2.0","channel":{"title":"T","link":"https://example.org/","description":"D",
             "lastBuildDate":"Mon, 05 Jan 2026 10:00:00 GMT","image":{"url":"/i.png","title":"no"},
             "item":[{"title":"A","link":"/a","description":"x &lt; y","pubDate":"Sun, 04 Jan 2026 10:00:00 GMT",
              "guid":{"isPermaLink":"false","#value":"https://example.org/1"},
              "category":[{"domain":"d","#value":"c"},"e"],"author":"ann@example.org (Ann)",
              "enclosure":{"length":5,"type":"audio/mpeg","url":"/a.mp3"}},
              {"guid":{"#value":"https://example.org/2"}},{"guid":"https://example.org/3"},{"guid":"4"}]}}}
            """)
        #expect(
            document.items == [
                [
                    "title either: A", "link 1: /a", "summary either: x &lt; y",
                    "published: Sun, 04 Jan 2026 10:00:00 GMT", "category either: c", "category either: e",
                    "author either: ann@example.org (Ann)", "enclosure: /a.mp3", "enclosureType: audio/mpeg",
                    "enclosureLength: 5", "link 9: /a.mp3", "id: https://example.org/1",
                ],
                ["id: https://example.org/2", "link 2: https://example.org/2"],
                ["id: https://example.org/3", "link 2: https://example.org/3"], ["id: 4"],
            ])
        #expect(
            document.header == [
                "title either: T", "link: https://example.org/", "summary either: D",
                "updated: Mon, 05 Jan 2026 10:00:00 GMT", "image: /i.png",
            ])
        #expect(document.formats == [.rssJSON])
    }

    @Test func `the only item of RSS in JSON may stand without an array`() {
        let document = readJSON(#"{"rss":{"channel":{"title":"T","item":{"title":"A"}}}}"#)
        #expect(document.items == [["title either: A"]])
    }

    // MARK: Shopify

    private let product = """
        {"id":9000000001,"title":"Lamp","handle":"lamp","body_html":"<p>x</p>","published_at":"2026-01-02T03:04:05-05:00",
         "created_at":"2025-01-01T00:00:00Z","updated_at":"2026-01-03T00:00:00Z","vendor":"Acme","product_type":"Lamps",
         "tags":["a, b","c"],"variants":[{"id":1,"title":"S","sku":"S1","barcode":"400","available":false,
         "price":"10.00","compare_at_price":null},{"id":2,"sku":"S2","available":true,"price":"12.00",
         "compare_at_price":"15.00"}],"images":[{"id":5,"src":"https://example.org/1.jpg"},{"src":"/2.jpg"}],
         "options":[{"name":"Size","values":["S"]}]}
        """
    private let lamp = [
        "id: 9000000001", "title: Lamp", "link: /products/lamp", "summary html: <p>x</p>",
        "published: 2026-01-02T03:04:05-05:00", "updated: 2026-01-03T00:00:00Z", "brand: Acme",
        "productCategory: Lamps", "category: a, b", "category: c", "image: https://example.org/1.jpg", "image: /2.jpg",
        "price: 10.00", "sku: S1", "gtin: 400", "availability: in stock",
    ]

    @Test func `products are read wherever Shopify puts them`() {
        for document in [
            "{\"products\":[\(product)]}", "{\"product_listings\":[\(product)]}", "{\"product\":\(product)}",
            "[\(product)]", product,
        ] {
            let reading = readJSON(document)
            #expect(reading.items == [lamp])
            #expect(reading.formats == [.shopifyJSON])
            #expect(reading.header.isEmpty)
            #expect(reading.breakage == nil)
        }
        #expect(readJSON("[\(product),\(product)]").items == [lamp, lamp])
    }

    @Test func `tags may be one text`() {
        let document = readJSON(#"{"products":[{"id":1,"tags":"a, b ,","variants":[]}]}"#)
        #expect(document.items == [["id: 1", "category: a", "category: b"]])
    }

    @Test(arguments: [
        (#"{"available":false},{"available":true}"#, "in stock"),
        (#"{"available":false},{"available":false,"inventory_policy":"continue"}"#, "out of stock"),
        (#"{"inventory_quantity":0,"inventory_policy":"deny"},{"inventory_quantity":3}"#, "in stock"),
        (#"{"inventory_quantity":-3}"#, "out of stock"), (#"{"inventory_quantity":0}"#, "out of stock"),
        (#"{"inventory_quantity":0,"inventory_policy":"continue"}"#, "in stock"),
    ])
    func `variants tell whether there is stock`(_ variants: String, _ availability: String) {
        let document = readJSON("{\"products\":[{\"id\":1,\"variants\":[\(variants)]}]}")
        #expect(document.values(.availability) == ["availability: \(availability)"])
    }

    @Test func `that a variant sells out is no change of price`() {
        func prices(_ isLeft: Bool) -> [String] {
            let small = #"{"available":\#(isLeft),"price":"9.90","compare_at_price":"12.00"}"#
            return readJSON(#"{"products":[{"id":1,"variants":[\#(small),{"available":true,"price":"32.00"}]}]}"#).items
                .flatMap(\.self)
        }
        #expect(prices(false) == prices(true))
        #expect(prices(false) == ["id: 1", "price: 9.90", "oldPrice: 12.00", "availability: in stock"])
    }

    @Test func `stock that nobody states is not guessed`() {
        #expect(readJSON(#"{"products":[{"id":1,"variants":[{"price":5}]}]}"#).items == [["id: 1", "price: 5"]])
    }

    @Test func `an empty page of products is a catalog without items`() {
        let document = readJSON(#"{"products":[]}"#)
        #expect(document.formats == [.shopifyJSON] && document.items.isEmpty && document.breakage == nil)
    }

    @Test func `products of other shops are no Shopify catalog`() {
        #expect(
            readJSON(#"{"total":1,"products":[{"id":1,"title":"x"}]}"#).refusal
                == "JSON of an unknown kind (its keys are “total”, “products”)")
    }

    // MARK: Neither

    @Test func `other JSON is named by its keys`() {
        #expect(
            readJSON(#"{"error":"no\nsuch","code":429}"#).refusal
                == "JSON of an unknown kind (its keys are “error”, “code”)")
        #expect(readJSON(#"[{"name":1}]"#).refusal == "JSON of an unknown kind (its keys are “name”)")
        #expect(readJSON("{}").refusal == "JSON with nothing in it")
        #expect(readJSON("[1,2]").refusal == "a JSON list without objects in it")
        let long = readJSON("{\"\(String(repeating: "k", count: 500))\u{202E}\\u0007\":1}").refusal
        #expect(long == "JSON of an unknown kind (its keys are “\(String(repeating: "k", count: 40))”)")
    }

    @Test func `an error message does not pass for an empty catalog`() {
        #expect(readJSON(#"{"error":"x"}"#, ReadOptions(format: .shopifyJSON)).refusal != nil)
        #expect(readJSON(#"{"products":[{"id":1}]}"#, ReadOptions(format: .shopifyJSON)).items == [["id: 1"]])
    }

    // MARK: Chunks and breaks

    @Test func `the chunks make no difference to items`() {
        let documents = [
            "{\"products\":[\(product),\(product)]}", "[\(product)]",
            #"{"items":[{"id":"1","url":"/1","title":"é\u00e9😀\ud83d"},5],"version":"https://jsonfeed.org/version/1"}"#,
            #"{"error":1}"#, #"{"items":[{"id":"1","url":"/1"},{"id":"#,
        ]
        for document in documents {
            let whole = readJSON(document)
            for size in [1, 7, 900] { #expect(readJSON(Array(document.utf8), size: size) == whole) }
        }
    }

    @Test func `a cut document gives its complete items`() {
        let document = readJSON("{\"products\":[\(product),\n\(product.dropLast(30))")
        #expect(document.items == [lamp])
        #expect(document.fault?.contains("it was cut") == true)
    }
}
