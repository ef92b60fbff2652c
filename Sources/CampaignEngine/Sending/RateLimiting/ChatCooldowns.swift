import CampaignModel

/// When each chat may hear from a channel again.
struct ChatCooldowns: Sendable {
    private static let tidyAfter = 4096

    /// In monotonic nanoseconds.
    private var next: [String: UInt64] = [:]

    /// How long a message to the chat has to wait, in nanoseconds.
    func wait(for chat: String, at now: UInt64) -> UInt64 {
        guard let time = next[chat], time > now else { return 0 }
        return time - now
    }

    /// Nothing goes to the chat before.
    mutating func rest(_ chat: String, until time: UInt64, at now: UInt64) {
        if next.count >= Self.tidyAfter { next = next.filter { $0.value > now } }
        next[chat] = max(next[chat] ?? 0, time)
    }
}
