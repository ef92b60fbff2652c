import Foundation
import Testing

@Suite(.timeLimit(.minutes(5))) struct DatabaseTests {
    private let scratch: Scratch
    private let tellal: Program

    init() throws {
        scratch = try Scratch()
        tellal = Program(folder: scratch.url)
        let item = "<item><title>One</title><link>https://a.example/1</link></item>"
        try scratch.write("<rss version=\"2.0\"><channel><title>a</title>\(item)</channel></rss>", to: "feeds/a.xml")
        try scratch.write("sources: [{name: a, url: a.xml}]\n", to: "feeds/content.yaml")
        #expect(try tellal("poll").exitCode == 0)
    }

    @Test func `a copy says which keys open it, and opens with no others`() throws {
        let copied = try tellal("database", "copy", "--to", "sqlite:copy.db", "--json")
        #expect(copied.exitCode == 0)
        let key = try #require(copied.objects.last?["key_file"] as? String)
        let without = try tellal("poll", "--database", "sqlite:copy.db", "--json")
        #expect(without.exitCode == 78)
        #expect(try #require(without.error?["hint"] as? String).contains("`key_file`"))
        var opening = tellal
        opening.environment["TELLAL_KEY_FILE"] = key
        #expect(try opening("poll", "--database", "sqlite:copy.db").exitCode == 0)
    }

    @Test(arguments: ["mysql://me@db.example.com/tellal", "sqlite:", "postgres://me@[::1/db"])
    func `an address that can be none is found without a database`(address: String) throws {
        let checked = try tellal("check", "--database", address, "--json")
        #expect(checked.exitCode == 78)
        let opened = try tellal("status", "--database", address, "--json")
        #expect(checked.error?["message"] as? String == opened.error?["message"] as? String)
    }

    @Test func `a second copy into the same place is told that it is not empty`() throws {
        #expect(try tellal("database", "copy", "--to", "sqlite:copy.db").exitCode == 0)
        let again = try tellal("database", "copy", "--to", "sqlite:copy.db")
        #expect(again.exitCode == 64)
        #expect(again.errors.contains("the target is not empty"))
    }
}
