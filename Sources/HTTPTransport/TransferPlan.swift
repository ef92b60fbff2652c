import CampaignModel

/// Everything the curl thread must know to make one request. A class, for it is handed on from thread to thread.
final class TransferPlan: Sendable {
    let request: HTTPRequest
    let address: RequestURL
    let userAgent: String
    /// `nil`: sending to a platform; the answer is taken whole.
    let limits: FetchLimits?
    /// `nil`: an address that the operator chose; every address is fine.
    let policy: AddressPolicy?
    /// `nil`: the system's.
    let trustedCertificates: String?
    /// `nil`: the network.
    let unixSocket: String?
    /// Whether the answer must tell when the server's certificate ends.
    let asksForCertificate: Bool

    init(
        request: HTTPRequest, address: RequestURL, userAgent: String, limits: FetchLimits? = nil,
        policy: AddressPolicy? = nil, trustedCertificates: String?, unixSocket: String? = nil,
        asksForCertificate: Bool = false
    ) {
        self.unixSocket = unixSocket
        self.request = request
        self.address = address
        self.userAgent = userAgent
        self.limits = limits
        self.policy = policy
        self.trustedCertificates = trustedCertificates
        self.asksForCertificate = asksForCertificate
    }

    /// - Throws: When a part of the request could not be sent as it is.
    func check() throws(HTTPFailure) {
        let isToken = request.method.utf8.allSatisfy { (0x41...0x5A).contains($0) }
        guard isToken, !request.method.isEmpty else {
            throw HTTPFailure(.other, requestLeft: false, message: "The request's method is not an HTTP method.")
        }
        for header in request.headers {
            let isName = header.name.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != 0x3A }
            let isValue = !header.value.utf8.contains { $0 == 0x0D || $0 == 0x0A || $0 == 0 }
            guard isName, isValue, !header.name.isEmpty else {
                throw HTTPFailure(
                    .other, requestLeft: false,
                    message:
                        "A header of the request to \(address.label) has a line break or a name that is not allowed."
                )
            }
        }
    }
}

/// Who gets the answer.
enum TransferSink: Sendable {
    /// Once, when all is over.
    case whole(CheckedContinuation<HTTPOutcome, Never>)
    /// Piece by piece.
    case stream(BodyChannel)
}
