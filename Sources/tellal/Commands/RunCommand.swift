import ArgumentParser
import CampaignEngine
import CampaignModel
import CampaignStore
import Dispatch
import ServiceLifecycle

struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "One pass of everything that is due: polls, campaign runs, deliveries.",
        discussion: """
            Goes on until nothing is left that may be sent now, then exits. A source that fails does not hold up the \
            others; the exit code then says what was wrong with the first that failed.

            EXAMPLES:
              tellal run
              */10 * * * * cd /srv/tellal && tellal run     in a crontab
              tellal run --json                             a line for each step
            """
    )

    @OptionGroup var options: CommonOptions

    func run() async throws {
        try await options.working { settings, lines in
            let content = try ContentLoading.load(feeds: settings.feeds, templates: settings.templates)
            let stop = StopSignal()
            // Begins nothing new and lets finish what is on the wire.
            let signals = StopRequests.listen { stop.raise() }
            defer { for signal in signals { signal.cancel() } }
            let installation = try await Installation.open(settings, content: content, stop: stop, json: lines.json) {
                lines($0)
            }
            let token = installation.engine.worker
            let services: [any Service] =
                try installation.controlSocket(settings, polling: .later) {} + [
                    ProgressService(installation.engine, worker: token)
                ]
            var problems = try await Daemon.beside(services, logger: Logs.libraries(settings)) {
                try await Pass(installation.engine, token: token).run()
            }
            let status = try await installation.store.status()
            problems += status.channels.filter { !$0.isWithdrawn }.flatMap {
                Self.problems($0, at: installation.engine.time.now())
            }
            try await installation.close()
            if !lines.json { Console.line(StatusLines.waiting(status)) }
            for problem in problems { Console.tell(problem, json: lines.json) }
            if let problem = problems.first { throw ExitCode(problem.code.exitCode) }
        }
    }

    private static func problems(_ channel: StatusReport.ChannelLine, at now: Timestamp) -> [Problem] {
        let paused = channel.pausedReason.map { reason in
            Problem(
                .unavailable, "channel \(channel.name) is paused: \(reason)",
                hint: "What it should send waits. Mend its entry in feeds/; the next start tries it again.")
        }
        // What may pass by itself is told by the pass.
        let failure = channel.updatesFailing.flatMap { $0.holdsBack(at: now) ? $0 : nil }.map { failure in
            Problem(
                .unavailable,
                "since \(failure.since) nobody hears what people write to channel \(channel.name): \(failure.reason)",
                hint: "Its campaigns wait, for nobody can say who has left. `tellal doctor` says what to do.")
        }
        return [paused, failure].compactMap(\.self)
    }
}
