import Foundation
import Glibc
import TestSupport
import Testing

/// What the system tells the program while it works.
@Suite(.timeLimit(.minutes(5))) struct SignalTests {
    private let scratch: Scratch
    private let tellal: Program

    init() throws {
        scratch = try Scratch()
        tellal = Program(folder: scratch.url)
        let item = "<item><title>One</title><link>https://a.example/1</link></item>"
        for name in ["a", "b"] {
            try scratch.write(
                "<rss version=\"2.0\"><channel><title>\(name)</title>\(item)</channel></rss>", to: "feeds/\(name).xml")
        }
        try scratch.write(
            "sources:\n  - {name: a, url: a.xml}\n  - {name: b, url: b.xml}\n", to: "feeds/content.yaml")
    }

    @Test func `who stops reading what is printed does not end the work`() throws {
        #expect(try tellal.unread("poll") == 0)
        let status = try tellal("status").output
        #expect(status.contains("a: 1 item") && status.contains("b: 1 item"))
        #expect(try tellal.unread("status", "--json") == 0)
        #expect(try tellal.unread("help") == 0)
    }

    @Test(arguments: ["> /dev/full", ">&-"])
    func `an output that takes nothing is told of once, and does not end the work`(output: String) throws {
        let done = try tellal.shell("\"$0\" poll \(output)")
        #expect(done.exitCode == 74)
        #expect(done.errors.components(separatedBy: "standard output cannot be written").count == 2)
        let status = try tellal("status").output
        #expect(status.contains("a: 1 item") && status.contains("b: 1 item"))
        let json = try tellal.shell("\"$0\" status --json \(output)")
        #expect(json.exitCode == 74)
        #expect(json.error?["code"] as? String == "output_failed")
        #expect(try tellal.shell("\"$0\" campaign pause nowhere \(output)").exitCode == 66)
    }

    @Test func `a log that tells all names services, and not what is in them`() throws {
        // A port that is taken ends it once the services have begun.
        let server = try LoopbackServer { _ in [.close] }
        var telling = tellal
        telling.environment["TELLAL_LOG_LEVEL"] = "debug"
        let done = try telling("sandbox", "--listen", "127.0.0.1:\(server.port)")
        #expect(done.exitCode == 69)
        #expect(done.errors.contains("SandboxWebhooks"))
        #expect(!done.errors.contains("<html"))
    }

    @Test func `a terminal that ends lets what is under way be finished`() throws {
        // The tests may have been started so as to outlive theirs, and the program would do likewise.
        let before = signal(SIGHUP, SIG_DFL)
        let daemon = try tellal.start("serve", "--listen", "127.0.0.1:0")
        signal(SIGHUP, before)
        #expect(daemon.line(containing: "listening on ") != nil)
        #expect(daemon.hangUp() == 0)
    }
}
