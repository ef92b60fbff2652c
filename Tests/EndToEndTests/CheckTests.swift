import Foundation
import Testing

@Suite(.timeLimit(.minutes(5))) struct CheckTests {
    private let scratch: Scratch
    private let tellal: Program

    init() throws {
        scratch = try Scratch()
        tellal = Program(folder: scratch.url)
    }

    private func warnings() throws -> [String] {
        let done = try tellal("check", "--json")
        #expect(done.exitCode == 0, "\(done.output)")
        let warnings = try #require(done.objects.first?["warnings"] as? [[String: Any]])
        return warnings.map { "\($0["file"] ?? ""):\($0["line"] ?? ""): \($0["message"] ?? "")" }
    }

    @Test func `a source whose file is not there is a warning`() throws {
        try scratch.write("sources:\n  - {name: shop, url: shop.csv}\n", to: "feeds/shop.yaml")
        #expect(try warnings() == ["feeds/shop.yaml:2: source shop: there is no file shop.csv"])
        try scratch.write("id\n1\n", to: "feeds/shop.csv")
        #expect(try warnings().isEmpty)
    }

    @Test func `a bot of two workspaces is a warning`() throws {
        let channels = "channels:\n  - {name: bot, platform: telegram, token: '1:x'}\n"
        try scratch.write(channels, to: "feeds/a.yaml")
        try scratch.write("workspace: second\n\(channels)", to: "feeds/b.yaml")
        #expect(
            try warnings() == ["feeds/b.yaml:3: channel second/bot is the same bot as bot (feeds/a.yaml:2)"])
    }
}
