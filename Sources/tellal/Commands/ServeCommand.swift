import ArgumentParser
import CampaignEngine
import CampaignModel
import CampaignStore
import Foundation
import WebInterface

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Polls, runs campaigns and sends, as a daemon with a web server.",
        discussion: """
            Takes commands of the owner while it runs (`tellal campaign pause`, `tellal deliveries resolve` and others), \
            through a socket beside the database that only its user can open.

            SIGTERM, Ctrl-C or the end of its terminal: begins nothing new, finishes what is on the wire, exits 0 within 20 seconds.

            EXAMPLES:
              tellal serve
              tellal serve --demo                a sample shop, blog and sandbox
              tellal serve --roles poll,send     without the web server
            """
    )

    enum Role: String, CaseIterable { case poll, send, web }

    @Option(help: "What this process does: any of poll, send, web.")
    var roles = "poll,send,web"

    @Flag(help: "Show the main job with sample feeds and the sandbox. Nothing leaves this machine.")
    var demo = false

    @Option(help: ArgumentHelp("Where the web server listens.", valueName: "host:port"))
    var listen: String?

    @OptionGroup var options: CommonOptions

    func validate() throws { _ = try chosenRoles() }

    private func chosenRoles() throws -> Set<Role> {
        let words = roles.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
        let chosen = words.compactMap(Role.init(rawValue:))
        guard !chosen.isEmpty, chosen.count == words.count else {
            throw ValidationError("--roles takes any of poll, send, web, separated by commas")
        }
        return Set(chosen)
    }

    func run() async throws {
        try await options.working(listen: listen) { settings, lines in
            if demo {
                try await Demo(settings: settings, usesOwnDatabase: options.database != nil, lines: lines).run()
            } else {
                try await serve(settings, lines)
            }
        }
    }

    private func serve(_ settings: Settings, _ lines: EventLines) async throws {
        let roles = try chosenRoles()
        // Before anything begins: an address that is wrong is told at once.
        _ = try ListenAddress(settings.listen)
        let content = try ContentLoading.load(feeds: settings.feeds, templates: settings.templates)
        var timed = lines
        timed.clock = SystemTime()
        let stop = StopSignal()
        let registry = MetricsRegistry(version: Version.number)
        let installation = try await Installation.open(
            settings, content: content, receivesHubCallbacks: roles.contains(.web) && settings.publicURL != nil,
            stop: stop, onOutage: .wait(unless: { stop.isRaised }), json: lines.json, metrics: registry
        ) { [timed] in timed($0) }
        if settings.keyFile == nil {
            Console.remark(
                "the secrets in the database are not sealed: `tellal keys new`, then set `key_file`", json: lines.json)
        }
        // Whoever held a lease is gone, if this is the only writing process, or was silent for too long.
        try await Pass.recover(installation.engine)
        let services = try await ServeServices(
            installation, settings, roles: roles, registry: registry, json: lines.json
        ).all()
        try await Daemon.run(services, stop: stop, logger: Logs.libraries(settings))
        try await installation.close()
        if !lines.json { Console.line("ended") }
    }
}
