import CampaignModel

/// Stops asking a platform that does not answer, and asks again with one request at a time until it does.
struct PlatformCircuitBreaker: Sendable {
    private static let failuresToOpen = 5
    private static let rests = Backoff(first: .seconds(1), longest: .minutes(5))

    private var failures = 0
    private var opened = 0
    /// One request is out to see whether the platform is back.
    private var isTrying = false

    /// Whether nothing new may leave before the request that is out has been answered.
    var isHolding: Bool { opened > 0 && isTrying }

    mutating func leave() { if opened > 0 { isTrying = true } }

    /// It answered, whatever it said.
    mutating func answered() { self = PlatformCircuitBreaker() }

    /// It could not be reached, did not answer, or failed itself.
    ///
    /// - Parameter chance: 0..<1; spreads the next tries of many channels.
    /// - Returns: How long nothing may leave; nil when it is not that bad yet.
    mutating func failed(chance: Double) -> Duration? {
        isTrying = false
        failures += 1
        guard failures >= Self.failuresToOpen else { return nil }
        opened = min(opened + 1, 20)
        let rest = Self.rests.wait(after: opened)
        return .milliseconds(max(500, Int64(Double(rest.milliseconds) * (0.5 + chance / 2))))
    }
}
