import Foundation
import Testing

@Suite(.timeLimit(.minutes(5))) struct PreviewTests {
    private let scratch: Scratch
    private let tellal: Program

    init() throws {
        scratch = try Scratch.withBot()
        tellal = Program(folder: scratch.url)
    }

    private func previewed(_ file: String, input: String? = nil) throws -> Program.Finished {
        try tellal("preview", "--layout", "article", "--channel", "bot", "--file", file, "--json", input: input)
    }

    @Test func `a document may come through standard input`() throws {
        let feed = "<rss version='2.0'><channel><title>t</title><item><title>Kettle</title></item></channel></rss>"
        let done = try previewed("-", input: feed)
        #expect(done.exitCode == 0, "\(done.errors)")
        #expect(done.objects.first?["items"] as? [String] == ["Kettle"])
    }

    @Test func `a file that is not there is told in plain words`() throws {
        let done = try previewed("nowhere.xml")
        #expect(done.exitCode == 66)
        #expect(done.error?["message"] as? String == "there is no file nowhere.xml")
        let timed = try tellal("bench", "diff", "nowhere.xml", "--database", "sqlite:bench.db", "--json")
        #expect(timed.exitCode == 66)
        #expect(timed.error?["message"] as? String == "there is no file nowhere.xml")
    }
}
