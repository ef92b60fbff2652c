import CampaignModel

/// What the platform remembers of one bot.
struct TelegramBot: Sendable {
    struct Update: Sendable {
        var id: Int64
        var json: JSON
    }

    /// Updates that nobody fetches are dropped beyond this many, the oldest first.
    private static let keptUpdates = 1000

    let id: Int64
    var lastMessageID: Int64 = 0
    var webhook: JSON?
    var commands: JSON = []
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
        ["id": .integer(id), "is_bot": true, "first_name": "Sandbox bot", "username": "sandbox_bot"]
    }

    mutating func nextMessageID() -> Int64 {
        lastMessageID += 1
        return lastMessageID
    }

    mutating func add(_ kind: String, _ content: JSON) {
        lastUpdateID += 1
        updates.append(Update(id: lastUpdateID, json: ["update_id": .integer(lastUpdateID), "\(kind)": content]))
        if updates.count > Self.keptUpdates { updates.removeFirst() }
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

    /// About 30 messages a second for the bot; one a second to one chat, where a few in a row are let through.
    mutating func secondsToWait(chat: String, now: Timestamp) -> Int? {
        if chatMeters.count > 10_000 { chatMeters = [:] }
        var chatMeter = chatMeters[chat] ?? RateMeter(perSecond: 1, burst: 3, now: now)
        defer { chatMeters[chat] = chatMeter }
        return chatMeter.take(at: now) ?? meter.take(at: now)
    }
}
