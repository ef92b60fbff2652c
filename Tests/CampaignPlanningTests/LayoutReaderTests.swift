import CampaignModel
import CampaignPlanning
import Testing

@Suite struct LayoutReaderTests {
    private func problems(_ text: String) -> [String] {
        LayoutReader.read(files: [ContentFile(path: "l.yaml", text: text)]).1.map(\.description)
    }

    @Test func `a problem names file, line, field and what was probably meant`() {
        let text = """
            name: x
            modules:
              - text: |
                  first
                  {{item.titel}}
              - cards:
                  title: "{{{item.title}}}"
            """
        #expect(
            problems(text) == [
                "l.yaml:5: modules[0].text: unknown field “item.titel”\n  Did you mean “item.title”?",
                "l.yaml:7: modules[1].cards.title: {{{item.title}}} inserts HTML, and this is plain text\n"
                    + "  Write {{item.title}}.",
            ]
        )
    }

    @Test(arguments: [
        ("{{> other}}", "is not supported in layouts"), ("{{=<% %>=}}", "is not supported in layouts"),
        ("{{% CONTENT_TYPE: TEXT}}", "is not supported in layouts"), ("{{< a}}{{/a}}", "is not supported in layouts"),
        ("{{$ a}}{{/a}}", "is not supported in layouts"), ("{{.}}", "unknown field"),
        ("{{uppercased(percent)}}", "unknown"),
        ("{{#item.image}}x", "{{#item.image}} is never closed"), ("x{{/item.image}}", "closes nothing"),
        ("{{item.title", "a tag is never closed"), ("{{items}}", "only in layouts with each: digest"),
        ("<script>x</script>", "<script>"),
        ("<a href=\\\"{{{item.link}}}\\\">x</a>", "stands inside a tag's < >"),
        ("{{&percnt}}", "Did you mean “percent”?"),
    ])
    func `what layouts cannot do is refused`(text: String, expected: String) {
        let all = problems("name: x\nmodules: [{text: \"\(text)\"}]")
        #expect(all.count == 1 && all[0].contains(expected), "\(all)")
    }

    @Test(arguments: [
        ("name: x", "modules: missing"), ("", "the layout is empty"), ("name: x\nmodules: []", "modules: empty"),
        ("name: x\neach: items\nmodules: [{text: a}]", "Did you mean “item”?"),
        ("name: x\nmodules: [{video: a.mp4}]", "“a.mp4” is not there"),
        ("name: x\nmodules: [{image: ../a.jpg}]", "leads out of the layout's folder"),
        ("name: x\nmodules: [{image: /a.jpg}]", "leads out of the layout's folder"),
        ("name: x\nmodules: [{text: a, image: b}]", "a module is one of text, image, video, audio, file and cards"),
        (
            "name: x\nmodules: [{audio: 'https://e.com/a', buttons: [{title: a, url: b}]}]",
            "only text, image, video and cards have buttons"
        ),
        ("name: x\nmodules: [{text: a, caption: b}]", "only image, video, audio and file have a caption"),
        ("name: x\nmodules: [{image: 'https://e.com/a', performer: b}]", "only audio has a performer"),
        ("name: x\nsilent: maybe\nmodules: [{text: a}]", "neither true nor false"),
        ("name: x\nlink_preview: big\nmodules: [{text: a}]", "unknown value “big”"),
        ("name: x\nmodules: [{text: a, buttons: [{title: b}]}]", "a button needs either url or action"),
        ("name: x\nmodules: [{text: a, buttons: [{title: b, action: stop}]}]", "unknown action “stop”"),
        ("name: x\nmodules: [{cards: {image: a}}]", "modules[0].cards.title: missing"),
        ("name: x\neach: digest\nmodules: [{text: '{{item.title}}'}]", "belongs to one item"),
    ])
    func `a mistake in the structure is named`(text: String, expected: String) {
        let all = problems(text)
        #expect(all.contains { $0.contains(expected) }, "\(all)")
    }

    @Test func `an address that cannot be one is named, for it would cost its button for everybody`() {
        let text = """
            name: x
            modules:
              - text: a
                buttons:
                  - {title: All offers, url: www.shop.example.com}
                  - {title: Mail, url: "mailto:a@b.com"}
                  - {title: T, url: "https:/shop.example.com"}
                  - {title: Item, url: "www.shop.example.com/{{item.sku}}"}
              - cards:
                  title: "{{item.title}}"
                  image: a.jpg
                  link: /sale
                  buttons: [{title: Buy, url: shop}]
            """
        func problem(_ line: Int, _ field: String, _ address: String) -> String {
            "l.yaml:\(line): \(field): “\(address)” is not an http(s) address\n  Write https://…."
        }
        #expect(
            problems(text) == [
                problem(5, "modules[0].buttons[0].url", "www.shop.example.com"),
                problem(6, "modules[0].buttons[1].url", "mailto:a@b.com"),
                problem(7, "modules[0].buttons[2].url", "https:/shop.example.com"),
                problem(8, "modules[0].buttons[3].url", "www.shop.example.com/{{item.sku}}"),
                problem(11, "modules[1].cards.image", "a.jpg"), problem(12, "modules[1].cards.link", "/sale"),
                problem(13, "modules[1].cards.buttons[0].url", "shop"),
            ])
    }

    @Test(arguments: ["https://e.com/a b", " http://e.com ", "{{item.link}}?a=b", "https://{{item.sku}}.e.com", ""])
    func `an address that may be one is taken`(address: String) {
        #expect(problems("name: x\nmodules: [{text: a, buttons: [{title: b, url: \"\(address)\"}]}]").isEmpty)
    }

    @Test func `two layouts of one name are refused`() {
        let file = ContentFile(path: "a.yaml", text: "name: x\nmodules: [{text: a}]")
        let (layouts, problems) = LayoutReader.read(files: [file, ContentFile(path: "b.yaml", text: file.text)])
        #expect(layouts.count == 1 && problems.map(\.file) == ["b.yaml"])
    }

    @Test func `deeply nested sections and endless braces are refused`() {
        let deep = String(repeating: "{{#percent}}", count: 500)
        #expect(problems("name: x\nmodules: [{text: \"\(deep)\"}]").first?.contains("nested too deeply") == true)
        let braces = String(repeating: "{", count: 2_000)
        #expect(problems("name: x\nmodules: [{text: \"\(braces)\"}]").count == 1)
    }

    @Test func `a text that no chat could show is refused`() {
        let long = String(repeating: "{{count}}", count: 100_000)
        #expect(problems("name: x\nmodules: [{text: \"\(long)\"}]").first?.contains("longer than 16 KiB") == true)
    }

    @Test func `every layout that comes with the program is right and says when to use it`() throws {
        let files = try Samples.shippedLayouts()
        let (layouts, problems) = LayoutReader.read(files: files)
        #expect(problems.isEmpty, "\(problems)")
        #expect(
            layouts.map(\.name) == [
                "article-audio", "article-card", "article", "back-in-stock", "breaking", "catch-up", "daily-digest",
                "digest",
                "new-arrivals", "photo", "podcast", "price-drop", "product-card", "removed", "video", "weekly-digest",
            ]
        )
        #expect(files.allSatisfy { $0.text.hasPrefix("# For ") })
    }
}
