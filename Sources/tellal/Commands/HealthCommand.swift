import ArgumentParser
import CampaignModel
import Foundation
import HTTPTransport

struct HealthCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "health",
        abstract: "Asks the tellal that runs on this machine whether it is well.",
        discussion: """
            Asks /healthz where `metrics.listen` says, or `listen`. Exits 0 when it is well, 69 when it says why not or does \
            not answer. For the health check of a container or a supervisor.

            EXAMPLES:
              tellal health
              tellal health --ready      whether it has begun its work and goes on with it, too
            """)

    @Flag(help: "Ask /readyz: the database, each loop, what platforms have called.")
    var ready = false

    @Option(help: ArgumentHelp("Where the web server listens.", valueName: "host:port"))
    var listen: String?

    @OptionGroup var options: CommonOptions

    func run() async throws {
        try await reportingProblems(json: options.json) {
            let settings = try await options.load()
            let address = try ListenAddress(listen ?? settings.metricsListen ?? settings.listen)
            let url = "http://\(address.asked)/\(ready ? "readyz" : "healthz")"
            let transport = HTTPTransport(HTTPTransport.Settings(userAgent: Version.userAgent(publicURL: nil)))
            let outcome = await transport.send(
                HTTPRequest(url: url, timeout: .seconds(5), connectTimeout: .seconds(2)))
            await transport.shutdown()
            guard case .answered(let answer) = outcome else {
                throw Problem(
                    .unavailable, "no tellal answers at \(address.asked)",
                    hint: "Is `tellal serve` running, with the role web or with `metrics.listen`?")
            }
            let said = String(decoding: answer.body.prefix(4096), as: UTF8.self)
                .trimmingCharacters(in: .whitespacesAndNewlines)
            guard answer.status == 200 else { throw Problem(.unavailable, "it is not well: \(said)") }
            Console.line(Console.printable(said))
        }
    }
}

extension ListenAddress {
    /// Where a server on this machine is asked that listens here: one that listens everywhere is asked on loopback.
    fileprivate var asked: String {
        switch host {
        case "0.0.0.0", "": "127.0.0.1:\(port)"
        case "::", "::1": "[::1]:\(port)"
        default: host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        }
    }
}
