import CampaignModel
import CampaignPlanning
import Synchronization

/// State that the sources of one host share: pauses by `Retry-After`, and the end of the host's certificate.
final class HostStates: Sendable {
    private struct State {
        var rests = HostBackoffs()
        /// Time of the last look at a host's certificate, and the certificate's end.
        var certificates: [HostKey: (askedAt: Timestamp, endsAt: Timestamp?)] = [:]
    }

    private let state = Mutex(State())

    var rests: HostBackoffs { state.withLock { $0.rests } }

    /// Pauses a host after `Retry-After`.
    func rest(_ host: HostKey, for wait: Duration, from now: Timestamp) {
        state.withLock { $0.rests.rest(host, for: wait, from: now) }
    }

    /// Whether to look at a host's certificate with the next request: once a day for all its sources, since that takes
    /// a separate connection.
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

    /// The end of a host's certificate; nil when not seen.
    func certificateEnd(of host: HostKey) -> Timestamp? { state.withLock { $0.certificates[host]?.endsAt } }
}
