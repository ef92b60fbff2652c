/// An HTTP request as a value, which can be built, compared and previewed without a network.
package struct HTTPRequest: Sendable, Hashable {
    package var method: String
    /// The absolute address.
    package var url: String
    package var headers: [HTTPHeader]
    package var body: [UInt8]
    /// Longest time from the start of the connection to the last byte of the answer.
    package var timeout: Duration
    /// Longest time until the connection is established, TLS included.
    package var connectTimeout: Duration

    package init(
        method: String = "GET", url: String, headers: [HTTPHeader] = [], body: [UInt8] = [],
        timeout: Duration = .seconds(60), connectTimeout: Duration = .seconds(10)
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.timeout = timeout
        self.connectTimeout = connectTimeout
    }
}

/// One header field of a request or an answer.
package struct HTTPHeader: Sendable, Hashable {
    package var name: String
    package var value: String

    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

extension [HTTPHeader] {
    /// The last value of that name, ignoring case.
    package subscript(name: String) -> String? { last { $0.isNamed(name) }?.value }

    /// All values of that name, in their order.
    package func values(of name: String) -> [String] { filter { $0.isNamed(name) }.map(\.value) }
}

extension HTTPHeader {
    fileprivate func isNamed(_ name: String) -> Bool {
        self.name.utf8.count == name.utf8.count && self.name.utf8.elementsEqual(name.utf8, by: Self.isAlike)
    }

    /// Header names are ASCII (RFC 9110, 5.1).
    private static func isAlike(_ one: UInt8, _ other: UInt8) -> Bool {
        one == other || (one ^ other == 0x20 && (0x61...0x7A).contains(one | 0x20))
    }
}

/// A whole answer.
package struct HTTPAnswer: Sendable, Hashable {
    package var status: Int
    package var headers: [HTTPHeader]
    package var body: [UInt8]

    package init(status: Int, headers: [HTTPHeader] = [], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}

/// The reason why no whole answer came.
package struct HTTPFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of failure. `addressRefused` is our own address policy, `refused` a server that accepts no connection,
    /// `cut` a truncated answer.
    package enum Kind: String, Sendable, Hashable {
        case addressRefused, unresolved, refused, tls, timedOut, cut, tooLarge, badURL, redirectLoop, cancelled, other
    }

    package var kind: Kind
    /// Whether a byte of the request left this machine. If none did, the request was certainly not received.
    package var requestLeft: Bool
    /// One plain sentence, without the address's query or a secret.
    package var message: String

    package init(_ kind: Kind, requestLeft: Bool, message: String) {
        self.kind = kind
        self.requestLeft = requestLeft
        self.message = message
    }

    package var description: String { message }
}

/// The outcome of one request.
package enum HTTPOutcome: Sendable, Hashable {
    case answered(HTTPAnswer)
    /// No byte of the request left: trying again is safe.
    case notSent(HTTPFailure)
    /// The request left, wholly or in part, and no whole answer came: it may have been received.
    case unanswered(HTTPFailure)
}

/// Sends requests without automatic retries: at most one copy reaches the other side.
package protocol HTTPSending: Sendable {
    /// Makes one try. The outcome contains any failure, also the cancellation of the task.
    func send(_ request: HTTPRequest) async -> HTTPOutcome
}
