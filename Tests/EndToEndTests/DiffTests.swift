import Foundation
import Testing

@Suite(.timeLimit(.minutes(5))) struct DiffTests {
    private let scratch: Scratch
    private let tellal: Program

    init() throws {
        scratch = try Scratch()
        tellal = Program(folder: scratch.url)
        try scratch.write(earlier, to: "old.csv")
    }

    private let earlier = """
        id,title,price,link
        1,Lamp,10.00 EUR,https://a.example/1
        2,Table,20.00 EUR,https://a.example/2
        3,Chair,30.00 EUR,https://a.example/3

        """

    private func end(_ done: Program.Finished) throws -> [String: Any] {
        try #require(done.objects.last?["end"] as? [String: Any], "\(done.errors)")
    }

    @Test func `what has another price is told with the one before`() throws {
        try scratch.write(earlier.replacing("20.00", with: "15.00"), to: "new.csv")
        let done = try tellal("diff", "old.csv", "new.csv", "--json")
        #expect(done.exitCode == 0, "\(done.errors)")
        let change = try #require(done.objects.first?["change"] as? [String: Any])
        #expect(change["kind"] as? String == "price_drop")
        #expect((change["before"] as? [String: Any])?["title"] as? String == "Table")
        #expect(try end(done)["complete"] as? Bool == true)
    }

    @Test func `a table that ends within a row is cut where the earlier one ended with a line break`() throws {
        try scratch.write(String(earlier.prefix(while: { $0 != "3" })) + "2,Tab", to: "stump.csv")
        try scratch.write(String(earlier.dropLast(40)), to: "cut.csv")
        for cut in ["stump.csv", "cut.csv"] {
            let done = try tellal("diff", "old.csv", cut, "--json")
            #expect(done.exitCode == 65)
            #expect(done.objects.count == 1, "\(done.output)")
            #expect(try end(done)["complete"] as? Bool == false)
            #expect(done.error?["code"] as? String == "broken_document")
        }
    }

    @Test func `a table that always ends without a line break is whole`() throws {
        try scratch.write(String(earlier.dropLast()), to: "old.csv")
        try scratch.write(String(earlier.dropLast()).replacing("Chair", with: "Armchair"), to: "new.csv")
        let done = try tellal("diff", "old.csv", "new.csv", "--json")
        #expect(done.exitCode == 0, "\(done.errors)")
        #expect(try end(done)["complete"] as? Bool == true)
    }

    @Test(arguments: ["-", "/dev/stdin"]) func `either version may come through a pipe`(pipe: String) throws {
        let later = earlier.replacing("20.00", with: "15.00")
        try scratch.write(later, to: "new.csv")
        for done in [
            try tellal("diff", pipe, "new.csv", "--json", input: earlier),
            try tellal("diff", "old.csv", pipe, "--json", input: later),
        ] {
            #expect(done.exitCode == 0, "\(done.errors)")
            let change = try #require(done.objects.first?["change"] as? [String: Any])
            #expect(change["kind"] as? String == "price_drop")
            #expect((change["before"] as? [String: Any])?["title"] as? String == "Table")
        }
    }

    @Test func `standard input cannot be both versions`() throws {
        #expect(try tellal("diff", "-", "-", input: earlier).exitCode == 64)
    }
}
