/// All that is counted and measured, by the names under which Prometheus finds it. Durations are in seconds, sizes in bytes.
package struct Metric: Sendable, Hashable {
    /// How it moves: a counter only grows while the process lives, a gauge goes up and down, a histogram counts by
    /// bounds.
    package enum Kind: String, Sendable { case counter, gauge, histogram }

    package let name: String
    package let kind: Kind
    /// One sentence.
    package let help: String
    /// Of labels; their values are the owner's names and words from a fixed list, never a stranger's.
    package let labels: [String]

    private init(_ kind: Kind, _ name: String, _ labels: String..., help: String) {
        self.kind = kind
        self.name = "tellal_" + name
        self.labels = labels
        self.help = help
    }
}

extension Metric {
    package static let polls = Metric(
        .counter, "polls_total", "source", "outcome",
        help: "Polls, by what came of them: not_modified, baseline, read, postponed, held, failed.")
    package static let pollSeconds = Metric(
        .histogram, "poll_duration_seconds", "source", help: "How long a poll took, with reading and storing.")
    package static let changes = Metric(
        .counter, "changes_total", "source", "kind", help: "Changes that polls found.")
    package static let items = Metric(
        .gauge, "source_items", "source", help: "Items in the source's last document.")
    package static let sourceFailures = Metric(
        .gauge, "source_failures", "source", help: "Polls that failed in a row.")
    package static let sourceHeld = Metric(
        .gauge, "source_held", "source", help: "1 while a poll of the source waits for the owner's decision.")
    package static let sourceLag = Metric(
        .gauge, "source_lag_seconds", "source",
        help: "For how long the source has been due and not polled; 0 when it is not due.")
    package static let sourceSilence = Metric(
        .gauge, "source_last_good_poll_timestamp_seconds", "source",
        help: "When the source was last read, or was the same as before.")

    package static let runs = Metric(
        .counter, "runs_total", "campaign", "outcome",
        help: "Campaign runs: sent (planned at least one delivery), quiet, approval (waits for the owner).")
    package static let missedRuns = Metric(
        .counter, "runs_missed_total", "campaign", help: "Runs that were missed and are not made up for.")
    package static let campaignPaused = Metric(
        .gauge, "campaign_paused", "campaign", help: "1 while the campaign is paused.")
    package static let lastRun = Metric(
        .gauge, "campaign_last_run_timestamp_seconds", "campaign", help: "When the campaign last ran.")

    package static let deliveries = Metric(
        .counter, "deliveries_total", "channel", "outcome",
        help: "Deliveries by what came of them: sent, failed, unknown, held, suppressed, postponed, expired.")
    package static let queued = Metric(
        .gauge, "deliveries", "channel", "state",
        help: "Deliveries that are not final: queued, due (of the queued), held, unknown.")
    package static let oldestDue = Metric(
        .gauge, "oldest_due_seconds", "channel",
        help: "For how long the delivery that has waited longest could have been sent; 0 when none is due.")
    package static let sendSeconds = Metric(
        .histogram, "send_duration_seconds", "channel", help: "How long the platform took to answer a message.")
    package static let rests = Metric(
        .counter, "channel_rests_total", "channel", "cause",
        help: "Pauses of a whole channel: asked (by the platform), no_answer.")
    package static let channelPaused = Metric(
        .gauge, "channel_paused", "channel", help: "1 while the channel is refused as a whole.")
    package static let channelUpdatesFailing = Metric(
        .gauge, "channel_updates_failing_seconds", "channel",
        help: "For how long it could not be asked what people write to the channel; 0 when it can, or calls.")

    package static let events = Metric(
        .counter, "events_total", help: "Events of platforms that were taken from the inbox.")
    package static let came = Metric(.counter, "subscribed_total", help: "People who subscribed.")
    package static let left = Metric(.counter, "left_total", help: "People who left.")
    package static let subscribers = Metric(
        .gauge, "subscribers", "channel", help: "People who are subscribed; counted every five minutes.")
    package static let inboxWaiting = Metric(
        .gauge, "inbox_waiting", help: "Events that are stored and of which nothing was made yet.")
    package static let inboxOldest = Metric(
        .gauge, "inbox_oldest_seconds", help: "For how long the oldest of them has waited; 0 when none does.")
    package static let lastWebhook = Metric(
        .gauge, "webhook_last_call_timestamp_seconds", "channel",
        help: "When the platform last called for the channel; before its first call, since when it is listened for.")
    package static let clicksLost = Metric(
        .counter, "clicks_lost_total",
        help: "Opened links that could not be counted, for the database was away too long.")

    package static let databaseUp = Metric(
        .gauge, "database_up", help: "0 while the database is away or its disk is full.")
    package static let databaseBytes = Metric(
        .gauge, "database_size_bytes", help: "The database, without its write-ahead log.")
    package static let writes = Metric(
        .counter, "database_commits_total", help: "Transactions that wrote; writes that wait share one.")
    package static let writeSeconds = Metric(
        .counter, "database_commit_seconds_total", help: "Time within them.")
    package static let longestWrite = Metric(
        .gauge, "database_longest_commit_seconds", help: "The longest since this was last asked for.")

    package static let requests = Metric(
        .counter, "http_requests_total", "route", "method", "status", help: "Requests to the web server.")
    package static let requestSeconds = Metric(
        .histogram, "http_request_duration_seconds", "route", help: "From a request's head until it is answered.")

    package static let info = Metric(.gauge, "info", "version", help: "1.")
    package static let started = Metric(.gauge, "start_time_seconds", help: "When the process began.")
    package static let memory = Metric(.gauge, "resident_memory_bytes", help: "Memory of the process that is in use.")
    package static let processor = Metric(
        .counter, "cpu_seconds_total", help: "Processor time of the process.")
    package static let files = Metric(.gauge, "open_files", help: "Files and sockets that the process has open.")
    package static let loopSilence = Metric(
        .gauge, "loop_silence_seconds", "loop", help: "For how long a loop of the process has not come around.")

    /// All of them.
    package static let all = [
        polls, pollSeconds, changes, items, sourceFailures, sourceHeld, sourceLag, sourceSilence, runs, missedRuns,
        campaignPaused, lastRun, deliveries, queued, oldestDue, sendSeconds, rests, channelPaused,
        channelUpdatesFailing,
        events, came, left,
        subscribers, inboxWaiting, inboxOldest, lastWebhook, clicksLost, databaseUp, databaseBytes, writes,
        writeSeconds,
        longestWrite, requests, requestSeconds, info, started, memory, processor, files, loopSilence,
    ]
}
