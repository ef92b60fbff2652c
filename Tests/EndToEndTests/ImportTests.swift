import Foundation
import Testing

@Suite(.timeLimit(.minutes(5))) struct ImportTests {
    private let scratch: Scratch
    private let tellal: Program

    init() throws {
        scratch = try Scratch.withBot()
        tellal = Program(folder: scratch.url)
    }

    private func imported(_ text: String) throws -> Program.Finished {
        try scratch.write(text, to: "readers.csv")
        return try tellal("subscribers", "import", "--channel", "bot", "readers.csv", "--json")
    }

    @Test func `one chat is one subscriber, however its number is written`() throws {
        let report = try #require(try imported("address\n5\n05\n+5\n").objects.first)
        #expect(report["added"] as? Int == 1)
        #expect(report["updated"] as? Int == 2)
    }

    @Test func `a name whose number Telegram does not tell adds nobody`() throws {
        let done = try imported("address\n5\n@News\n")
        #expect(done.exitCode == 69)
        #expect((done.error?["message"] as? String)?.contains("@news") == true)
        #expect(try tellal("subscribers", "list", "--json").objects.isEmpty)
    }

    @Test(arguments: [
        ("address,first_name\n1,A\n2,\"Bob\n3,C\n", "readers.csv:3"), ("address\n1\n1.23E+09\n", "readers.csv:3"),
        ("address,nick\n1,x\n", "nick"), ("address\n1,2\n", "readers.csv:2"), ("name\nAda\n", "name"), ("", "empty"),
        ("address,consent_at\n1,yesterday\n", "consent_at"),
        ("address,last_active_at\n1,2026-01-01T00:00:00Z\n2,2999-01-01T00:00:00Z\n", "readers.csv:3"),
    ])
    func `a file with one mistake changes nothing and says where it is`(text: String, place: String) throws {
        let done = try imported(text)
        #expect(done.exitCode == 65)
        #expect((done.error?["message"] as? String)?.contains(place) == true)
        #expect(try tellal("subscribers", "list").exitCode == 66, "not even a database was made")
    }

    @Test func `a topic of a forum is an address of its own`() throws {
        let report = try #require(try imported("address\n-100123\n-100123/7\n-100123/07\n").objects.first)
        #expect(report["added"] as? Int == 2)
        let listed = try tellal("subscribers", "list", "--json").objects.compactMap { $0["address"] as? String }
        #expect(Set(listed) == ["-100123", "-100123/7"])
        #expect(try imported("address\n-100123/x\n").exitCode == 65)
        #expect(try imported("address\n@/7\n").exitCode == 65)
    }

    @Test func `a group's address, which begins with a minus, is no option`() throws {
        #expect(try imported("address\n-100123\n").exitCode == 0)
        let all = try tellal("subscribers", "export", "--channel", "bot", "--address", "-100123")
        #expect(all.exitCode == 0 && all.output.contains("-100123"), "\(all.errors)")
    }

    @Test func `quotes keep commas, quotes and line breaks together`() throws {
        let text = "address,first_name,tags\r\n7,\"Ada, the \"\"first\"\"\",news; sale\r\n"
        #expect(try imported(text).exitCode == 0)
        let listed = try #require(try tellal("subscribers", "list", "--json").objects.first)
        #expect(listed["first_name"] as? String == "Ada, the \"first\"")
    }

    @Test func `a language with an underscore is the tag that audiences ask for`() throws {
        #expect(try imported("address,language\n7,pt_BR\n").exitCode == 0)
        #expect(try tellal("subscribers", "list", "--json").objects.first?["language"] as? String == "pt-BR")
    }

    @Test func `a list that ends before its end says so`() throws {
        #expect(try imported("address\n7\n8\n9\n").exitCode == 0)
        let short = try tellal("subscribers", "list", "--limit", "2")
        #expect(short.output.split(separator: "\n").count == 2 && short.errors.contains("there are more than these 2"))
        #expect(try !tellal("subscribers", "list", "--limit", "3").errors.contains("more"))
    }
}
