import CampaignModel

/// A circuit breaker for one platform: stops requests after failures in a row, and then probes with one request at a
/// time until one is answered.
struct PlatformCircuitBreaker: Sendable {
    private static let failuresToOpen = 5
    private static let rests = Backoff(first: .seconds(1), longest: .minutes(5))

    private var failures = 0
    private var opened = 0
    /// Whether a probe is in flight.
    private var isTrying = false

    /// Whether new requests must wait for the probe's answer.
    var isHolding: Bool { opened > 0 && isTrying }

    mutating func leave() { if opened > 0 { isTrying = true } }

    /// Closes the breaker: the platform answered, whatever it said.
    mutating func answered() { self = PlatformCircuitBreaker() }

    /// Counts a failure: the platform was not reached, did not answer, or failed itself.
    ///
    /// - Parameter chance: A random number in 0..<1, which spreads the next probes of many channels.
    /// - Returns: How long no request may leave; nil while the breaker stays closed.
    mutating func failed(chance: Double) -> Duration? {
        isTrying = false
        failures += 1
        guard failures >= Self.failuresToOpen else { return nil }
        opened = min(opened + 1, 20)
        let rest = Self.rests.wait(after: opened)
        return .milliseconds(max(500, Int64(Double(rest.milliseconds) * (0.5 + chance / 2))))
    }
}
