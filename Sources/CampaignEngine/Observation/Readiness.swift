package import CampaignModel
import CampaignStore

/// Whether a process has begun its work and goes on with it: what `/readyz` says.
package struct Readiness: Sendable, Encodable {
    /// When a channel's platform called last.
    package struct Webhook: Sendable, Encodable {
        /// Nil when the platform has not called yet, as far as it is stored.
        package var lastCallAt: Timestamp?
        package var secondsAgo: Int?

        private enum CodingKeys: String, CodingKey {
            case lastCallAt = "last_call_at"
            case secondsAgo = "seconds_ago"
        }
    }

    /// What is wrong, in one sentence each.
    package var problems: [String]
    /// For each loop, for how many seconds it has been silent; a loop that waits comes around now and then.
    package var loops: [String: Int]
    /// For each channel whose platform calls us. That nobody calls is no fault: perhaps nobody has written.
    package var webhooks: [String: Webhook]
    /// The channels that have not been heard for long, and why, in one sentence each. The process works: it hears the others.
    package var updatesFailing: [String: String]

    package var isReady: Bool { problems.isEmpty }

    private enum CodingKeys: String, CodingKey {
        case ready, problems, loops, webhooks
        case updatesFailing = "updates_failing"
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(isReady, forKey: .ready)
        try container.encode(problems, forKey: .problems)
        try container.encode(loops, forKey: .loops)
        try container.encode(webhooks, forKey: .webhooks)
        try container.encode(updatesFailing, forKey: .updatesFailing)
    }
}

extension Engine {
    /// Asks the database for an answer, and looks whether each loop comes around.
    package func readiness() async -> Readiness {
        let now = time.now()
        var problems: [String] = []
        var updatesFailing: [String: String] = [:]
        if stop.isRaised { problems.append("it is ending") }
        if let trouble = store.trouble {
            problems.append(trouble.message)
        } else {
            do {
                updatesFailing = try await lastingUpdatesFailures(at: now)
            } catch {
                problems.append("the database does not answer: \(error)")
            }
        }
        let silences = loops.silences(at: time.monotonicNanoseconds())
        for (loop, silence) in silences.sorted(by: { $0.key < $1.key }) where silence.isTooLong {
            problems.append("the loop “\(loop)” has not come around for \(silence.length.components.seconds) s")
        }
        return Readiness(
            problems: problems, loops: silences.mapValues { Int($0.length.components.seconds) },
            webhooks: Dictionary(
                webhooks.times(of: content).map { name, at in
                    let age = at.map { Int(max(now - $0, .zero).components.seconds) }
                    return (name, Readiness.Webhook(lastCallAt: at, secondsAgo: age))
                }
            ) { first, _ in first }, updatesFailing: updatesFailing)
    }

    private func lastingUpdatesFailures(at now: Timestamp) async throws -> [String: String] {
        let failures = try await store.updatesFailures()
        let lasting: [(String, String)] = UpdatesRun.polled(self).compactMap { entry in
            guard let failure = failures[entry.id], failure.isLasting(at: now) else { return nil }
            return (entry.channel.fullName, "since \(failure.since): \(failure.reason)")
        }
        return Dictionary(lasting) { first, _ in first }
    }
}
