import Foundation
import Testing

@Suite(.timeLimit(.minutes(5))) struct SourceImportTests {
    private let scratch: Scratch
    private let tellal: Program

    init() throws {
        scratch = try Scratch()
        tellal = Program(folder: scratch.url)
        try scratch.write(Self.list, to: "My list.opml")
    }

    private static let list = """
        <?xml version="1.0"?>
        <opml version="2.0"><head><title>Reading</title></head><body>
        <outline text="Cooking">
          <outline text="Fish &amp; Chips" type="rss" xmlUrl="https://fish.example/feed?a=1&amp;b=2"/>
          <outline text="Fish &amp; Chips" type="rss" xmlUrl="https://www.other.example/feed" category="/food,news"/>
        </outline>
        <outline text="Küche, täglich" xmlUrl="https://kueche.example/rss"/>
        <outline text="" xmlUrl="https://www.untitled.example/${HOME}/*b"/>
        <outline text="Odd" xmlUrl="ftp://odd.example/feed"/>
        </body></opml>
        """

    private func sources(_ done: Program.Finished) -> [[String: Any]] {
        done.objects.compactMap { $0["source"] as? [String: Any] }
    }

    @Test func `each feed of the list becomes a source with a name of its own`() throws {
        let done = try tellal("sources", "import", "My list.opml", "--json")
        #expect(done.exitCode == 0, "\(done.errors)")
        #expect(
            sources(done).map { $0["name"] as? String } == [
                "fish-chips", "fish-chips-2", "kuche-taglich", "untitled-example",
            ])
        #expect(sources(done).first?["title"] as? String == "Fish & Chips")
        #expect(sources(done).first?["url"] as? String == "https://fish.example/feed?a=1&b=2")
        #expect(sources(done).first?["folder"] as? [String] == ["Cooking"])
        let end = try #require(done.objects.last?["end"] as? [String: Any])
        #expect(end["sources"] as? Int == 4)
        #expect(end["skipped"] as? Int == 0)
        #expect(
            (end["warnings"] as? [[String: Any]])?.map { $0["item"] as? String } == ["Odd"], "it is no http address")
        #expect(end["file"] as? String == "feeds/my-list.yaml")
        let check = try tellal("check")
        #expect(check.exitCode == 0, "\(check.output)")
        let listed = try tellal("sources", "list", "--json")
        #expect(sources(listed).map { $0["name"] as? String } == sources(done).map { $0["name"] as? String })
        #expect(sources(listed).last?["file"] as? String == "feeds/my-list.yaml")
    }

    @Test func `the list of somebody else cannot ask for a secret`() throws {
        #expect(try tellal("sources", "import", "My list.opml").exitCode == 0)
        let text = try String(contentsOf: scratch.url.appendingPathComponent("feeds/my-list.yaml"), encoding: .utf8)
        #expect(!text.contains("${"))
        #expect(text.contains("untitled.example/"))
    }

    @Test func `what the owner has already is left out, and no file is touched`() throws {
        try scratch.write(
            "sources:\n  - {name: fish-chips, url: 'https://FISH.example/feed?a=1&b=2'}\n", to: "feeds/own.yaml")
        let done = try tellal("sources", "import", "My list.opml", "--to", "feeds/new.yaml")
        #expect(done.exitCode == 0)
        #expect(done.output.contains("skipped https://fish.example/feed?a=1&b=2: feeds/own.yaml:2 has it already"))
        #expect(done.output.contains("3 sources written to feeds/new.yaml, 1 skipped"))
        #expect(try tellal("check").exitCode == 0)
        let again = try tellal("sources", "import", "My list.opml", "--to", "feeds/new.yaml", "--json")
        #expect(again.exitCode == 64)
        #expect((again.error?["message"] as? String)?.contains("feeds/new.yaml is there already") == true)
        let nothing = try tellal("sources", "import", "My list.opml", "--to", "feeds/more.yaml")
        #expect(nothing.exitCode == 0)
        #expect(nothing.output.contains("0 sources, nothing to write, 4 skipped"))
    }

    @Test func `a dry run writes nothing`() throws {
        let done = try tellal("sources", "import", "-", "--dry-run", "--json", input: Self.list)
        #expect(done.exitCode == 0)
        #expect(sources(done).count == 4)
        #expect((done.objects.last?["end"] as? [String: Any])?["file"] as? String == "feeds/reading.yaml")
        let written = try FileManager.default.contentsOfDirectory(atPath: scratch.url.path + "/feeds")
        #expect(written.isEmpty)
    }

    @Test func `of a list that was cut the whole sources are taken, and that is said`() throws {
        let cut = String(Self.list.prefix(Self.list.count / 2))
        let done = try tellal("sources", "import", "-", "--to", "feeds/cut.yaml", "--json", input: cut)
        #expect(done.exitCode == 65)
        #expect(done.error?["code"] as? String == "broken_document")
        #expect((done.objects.last?["end"] as? [String: Any])?["complete"] as? Bool == false)
        #expect(!sources(done).isEmpty)
    }

    @Test func `what is no list is refused`() throws {
        let page = try tellal("sources", "import", "-", "--json", input: "<html><body>Hello</body></html>")
        #expect(page.exitCode == 65)
        #expect(page.error?["code"] as? String == "bad_data")
        #expect((page.error?["message"] as? String)?.contains("web page") == true)
        #expect(try tellal("sources", "import", "nowhere.opml").exitCode == 66)
        #expect(try tellal("sources", "import", "My list.opml", "--to", "feeds/new.txt").exitCode == 64)
    }
}
