import CampaignModel

/// Counts sends against a rate: a bucket that holds `burst` sends and fills again at `perSecond`.
struct RateMeter: Sendable {
    private let perSecond: Double
    private let burst: Double
    private var tokens: Double
    private var updatedAt: Timestamp

    init(perSecond: Double, burst: Double, now: Timestamp) {
        self.perSecond = perSecond
        self.burst = burst
        tokens = burst
        updatedAt = now
    }

    /// Takes one send.
    ///
    /// - Returns: `nil` when it is within the rate, otherwise the whole seconds to wait, at least one.
    mutating func take(at now: Timestamp) -> Int? {
        let elapsed = Double(max(0, (now - updatedAt).milliseconds)) / 1000
        tokens = min(burst, tokens + elapsed * perSecond)
        updatedAt = now
        guard tokens >= 1 else { return max(1, Int(((1 - tokens) / perSecond).rounded(.up))) }
        tokens -= 1
        return nil
    }
}
