import CampaignModel

/// Where the posts of one webhook stand: they go out one after another, a failed one again after a growing pause.
struct WebhookLine: Sendable {
    /// Whose posts they are.
    enum Owner: Sendable, Hashable {
        /// A Telegram bot, by its token.
        case bot(String)
        /// The Messenger app.
        case app
    }

    /// One post on its way.
    struct Post: Sendable {
        var owner: Owner
        var generation: Int
        /// The update's id, or the event's number.
        var number: Int64
        var request: HTTPRequest
    }

    /// Grows when the address changes: what is on its way to an old one no longer counts.
    private(set) var generation = 0
    /// Somebody is posting.
    private(set) var isBusy = false
    /// Failures in a row.
    private(set) var failures = 0
    private(set) var failingSince: Timestamp?
    private(set) var lastErrorAt: Timestamp?
    private(set) var lastError: String?

    mutating func begin() { isBusy = true }
    mutating func rest() { isBusy = false }

    /// Begins anew with another address.
    mutating func reset() {
        self = WebhookLine(generation: generation + 1)
    }

    mutating func succeeded() {
        failures = 0
        failingSince = nil
    }

    mutating func failed(_ reason: String, at now: Timestamp) {
        failures += 1
        failingSince = failingSince ?? now
        lastErrorAt = now
        lastError = reason
    }

    /// The next post is a new one.
    mutating func forgetFailures() { failures = 0 }

    init() {}

    private init(generation: Int) { self.generation = generation }
}

extension HTTPOutcome {
    /// Why a post counts as failed, in the words of Telegram's `getWebhookInfo`; `nil` when it was taken.
    func webhookFailure(isTaken: (Int) -> Bool) -> String? {
        switch self {
        case .answered(let answer):
            isTaken(answer.status)
                ? nil : "Wrong response from the webhook: \(answer.status) \(StatusWords.of(answer.status))"
        case .notSent(let failure) where failure.kind == .refused: "Connection refused"
        case .notSent(let failure) where failure.kind == .timedOut: "Connection timed out"
        case .unanswered(let failure) where failure.kind == .timedOut: "Read timeout expired"
        case .notSent(let failure), .unanswered(let failure): failure.message
        }
    }
}
