import CCurl
import CampaignModel

/// libcurl's result codes in plain sentences. They name host and port, never the path: a bot's token is inside it.
enum FailureText {
    // isBeforeHead: the request has left and the answer's head is not complete; verification: `EasyHandle.verification`.
    static func explain(
        _ code: CURLcode, plan: TransferPlan, isBeforeHead: Bool, verification: Int
    ) -> (kind: HTTPFailure.Kind, message: String) {
        let place = plan.address.label
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST:
            return (.unresolved, "The name of \(place) cannot be found; check its spelling and this machine's DNS.")
        case CURLE_COULDNT_CONNECT:
            return (.refused, "\(place) cannot be connected to; check that it is up and that the port is right.")
        case CURLE_OPERATION_TIMEDOUT:
            return (.timedOut, "\(place) did not answer in time; it may be slow or out of reach.")
        case CURLE_PEER_FAILED_VERIFICATION:
            return (.tls, "The TLS certificate of \(place) \(certificate(verification)).")
        case CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER, CURLE_SSL_ISSUER_ERROR,
            CURLE_SSL_INVALIDCERTSTATUS:
            return (.tls, "No secure connection to \(place) could be made; TLS 1.2 or newer is needed.")
        case CURLE_SSL_CACERT_BADFILE:
            return (.tls, "This machine's list of trusted certificates cannot be read; install ca-certificates.")
        case CURLE_GOT_NOTHING:
            return (.cut, unanswered(plan.address))
        case CURLE_PARTIAL_FILE, CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_SEND_FAIL_REWIND, CURLE_HTTP2_STREAM,
            CURLE_OK:
            return (.cut, "The connection to \(place) ended before the answer was complete.")
        case CURLE_BAD_CONTENT_ENCODING, CURLE_WRITE_ERROR:
            return (.cut, "The compressed answer of \(place) is broken.")
        // A line that is longer than libcurl's own bound (100 KiB and more) never gets to our count of headers.
        case CURLE_OUT_OF_MEMORY where isBeforeHead, tellal_curl_too_large:
            return (.tooLarge, "\(place) sent a header that is longer than can be taken.")
        case CURLE_FILESIZE_EXCEEDED:
            let limit = plan.limits.map(\.maxBytes) ?? Int64(Transfer.wholeAnswerLimit)
            return (.tooLarge, "\(place) announces more than the limit of \(limit) bytes.")
        case CURLE_UNSUPPORTED_PROTOCOL, CURLE_WEIRD_SERVER_REPLY, CURLE_HTTP2:
            return (.other, "\(place) does not answer as a web server does.")
        case CURLE_URL_MALFORMAT:
            return (.badURL, "The address is not a complete http:// or https:// URL; check its spelling.")
        default:
            return (.other, "The request to \(place) failed: \(String(cString: curl_easy_strerror(code))).")
        }
    }

    /// The numbers are OpenSSL's (X509_V_ERR_…); another TLS library gives none of them.
    private static func certificate(_ verification: Int) -> String {
        switch verification {
        case 9: "is not valid yet; check this machine's clock"
        case 10: "has expired"
        case 18: "is signed by nobody but itself"
        case 19, 20, 21: "is from an authority that this machine does not trust"
        // libcurl compares the names by itself, once OpenSSL is content.
        case 0, 1: "is for another name, or cannot be verified"
        default: "cannot be verified"
        }
    }

    static func unanswered(_ place: RequestURL) -> String { "\(place.label) closed the connection without an answer." }

    static func refused(_ address: IPAddress, place: RequestURL, isOwn: Bool) -> String {
        let literal = address.description
        let subject = place.host == literal ? literal : "\(place.label) leads to \(literal), which"
        if AddressPolicy.isPublic(address) {
            guard !isOwn else {
                return "\(subject) is an address of this machine; "
                    + "add \(place.label) to fetch.allow_addresses to allow it."
            }
            return "Port \(place.port) of \(place.label) is not one of the web's; "
                + "add \(place.label) to fetch.allow_addresses to allow it."
        }
        return "\(subject) is a private address; add it to fetch.allow_addresses to allow it."
    }
}
