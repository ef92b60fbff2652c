import CampaignModel
import CampaignStore
import Synchronization

/// Times of the last measurements, which are too slow to make for each request.
final class MeasuringTimes: Sendable {
    private let last = Mutex<(quick: Timestamp?, slow: Timestamp?)>((nil, nil))

    /// Least times between two measurements; more frequent requests get the last values.
    private static let quick = Duration.seconds(5)
    private static let slow = Duration.minutes(5)

    /// Which of both measurements are due; they count as made.
    func take(at now: Timestamp) -> (quick: Bool, slow: Bool) {
        last.withLock { last in
            func isOver(_ time: Timestamp?, _ length: Duration) -> Bool {
                // After a clock was set back the measurement is due.
                time.map { now - $0 >= length || now < $0 } ?? true
            }
            let taken = (isOver(last.quick, Self.quick), isOver(last.slow, Self.slow))
            if taken.0 { last.quick = now }
            if taken.1 { last.slow = now }
            return taken
        }
    }
}

extension Engine {
    /// Measures the database and the loops, to bring the metrics up to date. A value that cannot be measured keeps its
    /// last one.
    package func measure() async {
        let now = time.now()
        let due = measuring.take(at: now)
        guard due.quick else { return }
        metrics.set(store.trouble == nil ? 1 : 0, .databaseUp)
        metrics.set(store.takeLongestWrite() / .seconds(1), .longestWrite)
        let writes = store.writeTotals
        metrics.set(Double(writes.commits), .writes)
        metrics.set(writes.within / .seconds(1), .writeSeconds)
        for (loop, silence) in loops.silences(at: time.monotonicNanoseconds()) {
            metrics.set(silence.length / .seconds(1), .loopSilence, loop)
        }
        for (name, since) in webhooks.silences(of: content) { metrics.set(since.seconds, .lastWebhook, name) }
        guard store.trouble == nil else { return }
        if let measures = try? await store.measures(at: now) { set(measures, at: now) }
        if due.slow, let counts = try? await store.activeSubscribers() {
            for entry in content.channels {
                metrics.set(Double(counts[entry.id] ?? 0), .subscribers, entry.channel.fullName)
            }
        }
    }

    private func set(_ measures: StoreMeasures, at now: Timestamp) {
        for source in measures.sources {
            metrics.set(Double(source.items), .items, source.name)
            metrics.set(Double(source.failures), .sourceFailures, source.name)
            metrics.set(source.isHeld ? 1 : 0, .sourceHeld, source.name)
            metrics.set(source.nextPollAt.map { age(of: $0, at: now) } ?? 0, .sourceLag, source.name)
            if let at = source.lastGoodPollAt { metrics.set(at.seconds, .sourceSilence, source.name) }
        }
        for channel in measures.channels {
            metrics.set(channel.isPaused ? 1 : 0, .channelPaused, channel.name)
            metrics.set(
                channel.updatesFailingSince.map { age(of: $0, at: now) } ?? 0, .channelUpdatesFailing, channel.name)
            metrics.set(Double(channel.queued), .queued, channel.name, "queued")
            metrics.set(Double(channel.due), .queued, channel.name, "due")
            metrics.set(Double(channel.held), .queued, channel.name, "held")
            metrics.set(Double(channel.unknown), .queued, channel.name, "unknown")
            metrics.set(channel.oldestDueAt.map { age(of: $0, at: now) } ?? 0, .oldestDue, channel.name)
        }
        for campaign in measures.campaigns {
            metrics.set(campaign.isPaused ? 1 : 0, .campaignPaused, campaign.name)
            if let at = campaign.lastRunAt { metrics.set(at.seconds, .lastRun, campaign.name) }
        }
        metrics.set(Double(measures.inboxWaiting), .inboxWaiting)
        metrics.set(measures.inboxOldestAt.map { age(of: $0, at: now) } ?? 0, .inboxOldest)
        metrics.set(Double(measures.databaseBytes), .databaseBytes)
    }

    private func age(of moment: Timestamp, at now: Timestamp) -> Double { max(now - moment, .zero) / .seconds(1) }
}

extension Timestamp {
    /// Seconds since 1970.
    fileprivate var seconds: Double { Double(milliseconds) / 1000 }
}
