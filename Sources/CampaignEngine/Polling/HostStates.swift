import CampaignModel
import CampaignPlanning
import Synchronization

/// What the sources of one server share: when it wants to be left alone, and when its certificate ends.
final class HostStates: Sendable {
    private struct State {
        var rests = HostBackoffs()
        /// When a host's certificate was last asked for, and when it ends.
        var certificates: [HostKey: (askedAt: Timestamp, endsAt: Timestamp?)] = [:]
    }

    private let state = Mutex(State())

    var rests: HostBackoffs { state.withLock { $0.rests } }

    /// A host said `Retry-After`.
    func rest(_ host: HostKey, for wait: Duration, from now: Timestamp) {
        state.withLock { $0.rests.rest(host, for: wait, from: now) }
    }

    /// Whether to look at a host's certificate with the next request: once a day for all its sources, for it takes a
    /// connection of its own.
    func looksAtCertificate(of host: HostKey, now: Timestamp) -> Bool {
        state.withLock { state in
            let last = state.certificates[host]
            if let last, now - last.askedAt < .hours(24), last.askedAt <= now { return false }
            state.certificates[host] = (now, last?.endsAt)
            return true
        }
    }

    func note(certificateEnd: Timestamp, of host: HostKey, now: Timestamp) {
        state.withLock { $0.certificates[host] = (now, certificateEnd) }
    }

    /// When a host's certificate ends, if that was seen.
    func certificateEnd(of host: HostKey) -> Timestamp? { state.withLock { $0.certificates[host]?.endsAt } }
}
