import ArgumentParser
import CampaignModel
import Foundation
import HTTPTransport
import Hummingbird
import Logging
import PlatformSandbox
import ServiceLifecycle
import WebInterface

struct SandboxCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sandbox",
        abstract: "A local stand-in for Telegram's Bot API and Facebook's Graph API.",
        discussion: """
            Any client can be pointed at it; it takes any token, calls nothing but webhooks on this machine and forgets \
            everything when it ends. The chats are shown at /sandbox. docs/sandbox.md tells how to script it.

            EXAMPLES:
              tellal sandbox
              tellal sandbox --listen 127.0.0.1:8081 --subscribers 50
            """
    )

    @Option(help: ArgumentHelp("Where to listen; port 0 takes a free one.", valueName: "host:port"))
    var listen = "127.0.0.1:8081"

    @Option(help: "How many people each platform has.")
    var subscribers = 3

    @Flag(help: "Refuse what is faster than the platforms' published rates, as they do.")
    var enforceRates = false

    @Flag(help: "Answer like a Bot API before 10.1, which knows no sendRichMessage.")
    var withoutRichMessages = false

    @Option(help: ArgumentHelp("How long a campaign of marketing messages cannot send yet.", valueName: "seconds"))
    var campaignWait = 600

    @Option(help: ArgumentHelp("The folder with web/sandbox.mustache.", valueName: "folder"))
    var templates: String?

    func validate() throws {
        guard (0...1_000_000).contains(subscribers) else {
            throw ValidationError("--subscribers must be from 0 to 1000000")
        }
        guard (0...86_400).contains(campaignWait) else {
            throw ValidationError("--campaign-wait must be from 0 to 86400")
        }
    }

    func run() async throws {
        try await reportingProblems(json: false) {
            let address = try ListenAddress(listen)
            let settings = try await Settings.load(
                flags: ["templates": templates].compactMapValues(\.self),
                environment: ProcessInfo.processInfo.environment, file: "tellal.yaml")
            let logger = Logs.libraries(settings)
            let transport = try Installation.transport(settings)
            let sandbox = try PlatformSandbox(
                SandboxSettings(
                    subscribers: subscribers, enforceRates: enforceRates, knowsRichMessages: !withoutRichMessages,
                    campaignPreparation: .seconds(campaignWait)),
                time: SystemTime(),
                templates: settings.templates, logger: logger, sender: transport)
            let router = Router(context: SandboxRequestContext.self)
            HealthRoutes.add(to: router)
            sandbox.addRoutes(to: router)
            let server = WebServer(router, host: address.host, port: address.port, logger: logger) { port in
                Console.line(
                    "sandbox: both APIs at http://\(address.host):\(port), the chats at http://\(address.host):\(port)/sandbox"
                )
            }
            try await Daemon.run([SandboxWebhooks(sandbox: sandbox), server], logger: logger)
            await transport.shutdown()
        }
    }
}

/// Posts what a sandbox has for webhooks, as long as the process runs.
struct SandboxWebhooks: Service {
    let sandbox: PlatformSandbox

    func run() async throws {
        await cancelWhenGracefulShutdown { await sandbox.postWebhooks() }
    }
}
