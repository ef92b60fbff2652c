package import CampaignModel
package import CampaignStore
import MessageChannels

/// One pass of everything that is due: polls, campaign runs, deliveries. What `tellal run` does.
package struct Pass: Sendable {
    private let engine: Engine
    private let token: String

    package init(_ engine: Engine, token: String) {
        self.engine = engine
        self.token = token
    }

    /// Takes back what a process that ended without a word had begun. Only for the one writing process of a database,
    /// when it starts: whoever held a lease is gone.
    package static func recover(_ engine: Engine) async throws {
        try await tidy(engine, leasesUntil: Timestamp(milliseconds: .max))
    }

    /// - Returns: what went wrong with sources; the rest went on without them.
    package func run() async throws -> [Problem] {
        try await Self.recover(engine)
        let reports = try await pollDue()
        let problems = reports.compactMap(\.problem)
        if engine.stop.isRaised { return problems }
        let polled = Set(reports.map(\.source))
        for campaign in engine.content.campaigns {
            let looked = campaign.sources.contains { polled.contains($0.source.name) }
            _ = try await CampaignRun(engine).run(campaign, takesWaiting: looked)
        }
        _ = try await DeliveryRun(engine, token: token).run()
        return problems
    }

    /// Polls the sources that are due.
    private func pollDue() async throws -> [PollReport] {
        let now = engine.time.now()
        var due: [ProvisionedContent.SourceEntry] = []
        for entry in engine.content.sources where try await PollRun(engine).dueAt(entry) <= now {
            due.append(entry)
        }
        return try await Self.poll(due, engine)
    }

    /// Polls sources, due or not, so many at once as the settings allow; the reports come in the order of `sources`.
    package static func poll(
        _ sources: [ProvisionedContent.SourceEntry], _ engine: Engine
    ) async throws -> [PollReport] {
        try await withThrowingTaskGroup(of: (Int, PollReport)?.self) { group in
            for (index, entry) in sources.enumerated() {
                group.addTask {
                    engine.stop.isRaised ? nil : (index, try await PollRun(engine).poll(entry))
                }
            }
            var reports: [(Int, PollReport)] = []
            for try await report in group { if let report { reports.append(report) } }
            return reports.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    @discardableResult
    static func tidy(_ engine: Engine, leasesUntil: Timestamp) async throws -> Upkeep {
        let now = engine.time.now()
        let upkeep = try await engine.store.tidyOutbox(
            leasesUntil: leasesUntil, windowOpenedAfter: windowOpenedAfter(now), now: now)
        if !upkeep.isEmpty { engine.report(.tidied(upkeep)) }
        return upkeep
    }

    static func windowOpenedAfter(_ now: Timestamp) -> Timestamp {
        now - (Eligibility.current.windowLength(for: .messenger) ?? .hours(24))
    }
}
