import CCurl
package import CampaignModel
import Foundation
import Glibc

/// HTTP by libcurl: one multi handle on one thread of its own. Callers wait by suspension; no thread of the
/// cooperative pool is ever blocked.
package final class HTTPTransport: HTTPSending, Sendable {
    /// What a transport may do, and as whom; it stays so for its life.
    package struct Settings: Sendable, Hashable {
        /// Names product, version and a page or address where the operator can be reached: `tellal/1.0 (+https://…)`.
        package var userAgent: String
        /// Of documents and media, and apart from them of what is sent: neither waits for the other.
        package var fetches: TransferLimit
        package var sends: TransferLimit
        /// For fetching only; a platform's address is the operator's own choice.
        package var addressPolicy: AddressPolicy
        /// A PEM file with the certificates to trust; `nil`: the system's.
        package var trustedCertificates: String?
        /// A Unix domain socket that all connections go to, whatever the address says; `nil`: the network.
        package var unixSocket: String?

        package init(
            userAgent: String, fetches: TransferLimit = TransferLimit(total: 64, perHost: 2),
            sends: TransferLimit = TransferLimit(total: 32, perHost: 32), addressPolicy: AddressPolicy = .publicOnly,
            trustedCertificates: String? = nil, unixSocket: String? = nil
        ) {
            self.unixSocket = unixSocket
            self.userAgent = userAgent
            self.fetches = fetches
            self.sends = sends
            self.addressPolicy = addressPolicy
            self.trustedCertificates = trustedCertificates
        }
    }

    private let settings: Settings
    private let queue: TransferQueue

    /// Starts the thread. It ends with `shutdown`, or when the transport is dropped.
    package init(_ settings: Settings) {
        self.settings = settings
        // After a failure (out of memory) every request ends as "not made".
        let queue = TransferQueue(multi: Self.libraryIsReady ? curl_multi_init() : nil)
        self.queue = queue
        let thread = Thread {
            // libcurl leaves SIGPIPE to its user when it may use no signals; here a broken pipe is a return code.
            var signals = sigset_t()
            sigemptyset(&signals)
            sigaddset(&signals, SIGPIPE)
            pthread_sigmask(SIG_BLOCK, &signals, nil)
            // By the thread's character set libcurl reads host names outside ASCII.
            uselocale(Self.utf8)
            TransferLoop(queue: queue, sends: settings.sends, fetches: settings.fetches)?.run()
        }
        thread.name = "tellal-http"
        thread.start()
    }

    deinit { queue.post(.stop(nil)) }

    /// Makes a request that must not be repeated: at most one copy leaves, and what became of it is always told.
    ///
    /// The answer is taken whole, up to 1 MiB; redirects are answers. A task that is cancelled before the call sends
    /// nothing; later cancellation changes nothing, because the answer must be known. The request's time starts when
    /// its turn has come (`Settings.sends`).
    package func send(_ request: HTTPRequest) async -> HTTPOutcome {
        do throws(HTTPFailure) {
            let address = try RequestURL(request.url)
            let plan = TransferPlan(
                request: request, address: address, userAgent: settings.userAgent,
                trustedCertificates: settings.trustedCertificates, unixSocket: settings.unixSocket
            )
            try plan.check()
            if Task.isCancelled { throw HTTPFailure.unmade(address, "was cancelled") }
            return await withCheckedContinuation { continuation in
                let transfer = Transfer(id: queue.newID(), plan: plan, sink: .whole(continuation))
                if !queue.post(.start(transfer)) { transfer.finish(.unmade(address, "came after the transport's end")) }
            }
        } catch {
            return .notSent(error)
        }
    }

    /// Fetches: returns when the head is there and leaves the body to be read as it comes.
    ///
    /// Redirects are followed by hand, each hop judged like the first address; each hop has the request's whole time.
    /// Cancelling the task aborts the transfer, before and after the return. Any status is an answer.
    ///
    /// - Parameters:
    ///   - request: What to ask for; its credentials stay with the origin that they are for.
    ///   - limits: What the answer may cost.
    ///   - policy: Which addresses may be asked; nil for what `Settings.addressPolicy` says.
    ///   - asksForCertificate: Fills `HTTPResponse.certificateExpiresAt`. This costs a connection of its own with a whole
    ///     TLS handshake for each hop, so ask now and then, not at every poll.
    /// - Returns: The answer that is no redirect, or one that leads nowhere.
    /// - Throws: Also when a redirect leads back (`redirectLoop`), through more hops than the limits allow, or with a body
    ///   from https to http.
    package func open(
        _ request: HTTPRequest, limits: FetchLimits, policy: AddressPolicy? = nil, asksForCertificate: Bool = false
    ) async throws(HTTPFailure) -> HTTPResponse {
        var address = try RequestURL(request.url)
        var request = request
        request.url = address.url
        var redirects: [HTTPRedirect] = []
        var made: Set<HTTPRequest> = []
        while true {
            let plan = TransferPlan(
                request: request, address: address, userAgent: settings.userAgent, limits: limits,
                policy: policy ?? settings.addressPolicy, trustedCertificates: settings.trustedCertificates,
                asksForCertificate: asksForCertificate && address.scheme == "https"
            )
            let (head, reader) = try await openOnce(plan)
            guard let location = RedirectRule.location(of: head) else {
                return HTTPResponse(
                    status: head.status, headers: head.headers, url: address.url, redirects: redirects,
                    certificateExpiresAt: head.certificateExpiresAt, body: HTTPBody(reader)
                )
            }
            reader.abort()
            let next = try address.following(location)
            made.insert(request)
            request = RedirectRule.request(request, after: head.status, from: address, to: next)
            guard request.body.isEmpty || address.scheme == next.scheme || next.scheme == "https" else {
                throw RedirectRule.downgrade(address)
            }
            guard !made.contains(request) else { throw RedirectRule.circle(address) }
            guard redirects.count < limits.redirects else { throw RedirectRule.tooMany(address, limits.redirects) }
            redirects.append(RedirectRule.hop(head.status, from: address, to: next))
            address = next
        }
    }

    /// Ends the transport: fetches are aborted, sends that have left are waited for (as long as their own time runs),
    /// all others end as "not sent". Returns when the thread has ended; may be called more than once.
    package func shutdown() async {
        await withCheckedContinuation { continuation in
            if !queue.post(.stop(continuation)) { continuation.resume() }
        }
    }

    private func openOnce(_ plan: TransferPlan) async throws(HTTPFailure) -> (ResponseHead, BodyReader) {
        try plan.check()
        let channel = BodyChannel()
        let id = queue.newID()
        channel.onResume { [queue] in queue.post(.resume(id)) }
        let reader = BodyReader(channel: channel) { [queue] in queue.post(.cancel(id)) }
        if !queue.post(.start(Transfer(id: id, plan: plan, sink: .stream(channel)))) {
            channel.finish(.unmade(plan.address, "came after the transport's end"))
        }
        let head = try await channel.head(abort: reader.abort).get()
        return (head, reader)
    }

    // Safe because it is neither changed nor freed.
    private static nonisolated(unsafe) let utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", nil)

    /// libcurl's global state, made once for the process.
    private static let libraryIsReady = tellal_curl_global_init() == CURLE_OK
}

extension HTTPFailure {
    fileprivate static func unmade(_ address: RequestURL, _ reason: String) -> HTTPFailure {
        HTTPFailure(.cancelled, requestLeft: false, message: "The request to \(address.label) \(reason).")
    }
}
