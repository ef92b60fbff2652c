import CampaignModel

/// The time from which each chat may get another message.
struct ChatCooldowns: Sendable {
    private static let tidyAfter = 4096

    /// End of each chat's cooldown, in monotonic nanoseconds.
    private var next: [String: UInt64] = [:]

    /// The rest of the chat's cooldown, in nanoseconds; 0 when there is none.
    func wait(for chat: String, at now: UInt64) -> UInt64 {
        guard let time = next[chat], time > now else { return 0 }
        return time - now
    }

    /// Extends the chat's cooldown to that time, in monotonic nanoseconds.
    mutating func rest(_ chat: String, until time: UInt64, at now: UInt64) {
        if next.count >= Self.tidyAfter { next = next.filter { $0.value > now } }
        next[chat] = max(next[chat] ?? 0, time)
    }
}
