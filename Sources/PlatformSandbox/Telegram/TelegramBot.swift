import CampaignModel

/// What the platform remembers of one bot.
struct TelegramBot: Sendable {
    struct Update: Sendable {
        var id: Int64
        var json: JSON
        var at: Timestamp
    }

    /// Updates that nobody fetches are dropped beyond this many, the oldest first.
    private static let keptUpdates = 1000
    /// Updates that nobody takes are dropped after this time.
    private static let updatesLast = Duration.hours(24)
    /// Kinds that come only when `allowed_updates` names them.
    private static let unaskedKinds: Set<String> = ["chat_member", "message_reaction", "message_reaction_count"]
    /// Callback queries that can still be answered.
    private static let keptQueries = 1000

    let id: Int64
    var lastMessageID: Int64 = 0
    var webhook: TelegramWebhook?
    /// Outlives the webhook, so that what is still on its way to an old one is known as such.
    var webhookLine = WebhookLine()
    var profile = TelegramProfile()
    /// `nil`: all but those that are sent only when they are asked for.
    var allowedUpdates: [String]?
    private var queries: [String] = []
    private var queriesAsked = 0
    /// Counts `getUpdates` calls: a newer one ends an older one that still waits.
    var polls = 0
    private(set) var updates: [Update] = []
    private var lastUpdateID: Int64
    private var meter: RateMeter
    private var chatMeters: [String: RateMeter] = [:]

    init(token: String, now: Timestamp) {
        let digits = token.prefix { $0 != ":" }
        id = Int64(digits).flatMap { $0 > 0 ? $0 : nil } ?? Int64(FNV1a.hash(token) % 9_000_000_000 + 1_000_000_000)
        lastUpdateID = 100_000_000
        meter = RateMeter(perSecond: 30, burst: 30, now: now)
    }

    var user: JSON {
        ["id": .integer(id), "is_bot": true, "first_name": .string(profile.name("")), "username": "sandbox_bot"]
    }

    mutating func nextMessageID() -> Int64 {
        lastMessageID += 1
        return lastMessageID
    }

    /// Whether there is an update for a webhook that can be called.
    var canPost: Bool { !updates.isEmpty && webhook?.isReachable ?? false }

    /// Remembers `allowed_updates`; without it everything stays as it was, an empty list is the default again.
    mutating func allow(_ kinds: JSON?) {
        guard let kinds = kinds?.array else { return }
        allowedUpdates = kinds.isEmpty ? nil : kinds.compactMap(\.string)
    }

    /// Makes an update, when the bot wants that kind.
    mutating func add(_ kind: String, _ content: JSON, at now: Timestamp) {
        guard allowedUpdates?.contains(kind) ?? !Self.unaskedKinds.contains(kind) else { return }
        lastUpdateID += 1
        updates.append(
            Update(id: lastUpdateID, json: ["update_id": .integer(lastUpdateID), "\(kind)": content], at: now)
        )
        if updates.count > Self.keptUpdates { updates.removeFirst() }
    }

    mutating func expire(at now: Timestamp) {
        while let first = updates.first, now - first.at > Self.updatesLast { updates.removeFirst() }
    }

    /// The id of a new callback query.
    mutating func nextQueryID() -> String {
        let id = String(UInt64(bitPattern: self.id) &* 1_000_003 &+ UInt64(queriesAsked))
        queriesAsked += 1
        queries.append(id)
        if queries.count > Self.keptQueries { queries.removeFirst() }
        return id
    }

    /// - Returns: False when there is no such query, or it has been answered.
    mutating func answerQuery(_ id: String) -> Bool {
        guard let index = queries.firstIndex(of: id) else { return false }
        queries.remove(at: index)
        return true
    }

    /// A positive offset confirms everything before it; a negative one keeps only that many of the newest.
    mutating func confirm(offset: Int64) {
        if offset > 0 {
            updates.removeAll { $0.id < offset }
        } else if offset < 0 {
            let kept = Int(min(Int64(updates.count), offset == .min ? .max : -offset))
            updates = Array(updates.suffix(kept))
        }
    }

    mutating func dropUpdates() { updates = [] }

    /// About 30 messages a second for the bot; one a second to one person, where a few in a row are let through; 20 a
    /// minute to one group.
    mutating func secondsToWait(chat: Conversation, now: Timestamp) -> Int? {
        if chatMeters.count > 10_000 { chatMeters = [:] }
        let isPerson = chat.kind == .person
        let chat = chat.address
        var chatMeter =
            chatMeters[chat]
            ?? RateMeter(perSecond: isPerson ? 1 : 20.0 / 60, burst: isPerson ? 3 : 20, now: now)
        defer { chatMeters[chat] = chatMeter }
        return chatMeter.take(at: now) ?? meter.take(at: now)
    }
}
