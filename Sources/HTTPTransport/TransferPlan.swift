import CampaignModel

/// Everything the curl thread must know to make one request.
struct TransferPlan: Sendable {
    var request: HTTPRequest
    var address: WebAddress
    var userAgent: String
    /// `nil`: sending to a platform; the answer is taken whole.
    var limits: FetchLimits?
    /// `nil`: an address that the operator chose; every address is fine.
    var policy: AddressPolicy?
    /// `nil`: the system's.
    var trustedCertificates: String?
    /// Whether the answer must tell when the server's certificate ends.
    var asksForCertificate = false

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
