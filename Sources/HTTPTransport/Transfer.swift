import CCurl
import CampaignModel
import Glibc

/// One request under way: what libcurl's callbacks write to.
///
/// The use of `@unchecked Sendable` is safe because a transfer is made by its caller, given once through the lock of
/// `TransferQueue`, and from then on touched by the curl thread only; libcurl calls its callbacks on that thread.
final class Transfer: @unchecked Sendable {
    /// An answer to a sent request may be this long.
    static let wholeAnswerLimit = 1024 * 1024
    private static let ratioFrom: Int64 = 1024 * 1024
    /// What libcurl reads at once, unless told otherwise.
    private static let receiveBuffer: Int64 = 16 * 1024

    let id: UInt64
    let plan: TransferPlan
    /// What the limit per host counts by.
    let place: Place
    private let sink: TransferSink

    private var bodyOffset = 0
    private var headerBytes = 0
    private var headerLines = 0
    private var headers: [HTTPHeader] = []
    private var head: ResponseHead?
    private var answer: [UInt8] = []
    private var decodedBytes: Int64 = 0
    /// Why a callback ended the transfer; says more than libcurl's code.
    private var verdict: HTTPFailure.Kind?
    private var verdictText = ""

    struct Place: Hashable {
        var host: String
        var port: Int
    }

    init(id: UInt64, plan: TransferPlan, sink: TransferSink) {
        place = Place(host: plan.address.host, port: plan.address.port)
        self.id = id
        self.plan = plan
        self.sink = sink
    }

    var isSend: Bool { if case .whole = sink { true } else { false } }

    /// Wakes whoever waits for what has come.
    func handOver() { if case .stream(let channel) = sink { channel.handOver() } }

    var mustPause: Bool { if case .stream(let channel) = sink { channel.pauseIfFull() } else { false } }

    /// Ends the transfer for its caller. Called exactly once.
    func finish(_ failure: HTTPFailure?) {
        switch sink {
        case .stream(let channel): channel.finish(failure)
        case .whole(let continuation):
            if let failure {
                continuation.resume(returning: failure.requestLeft ? .unanswered(failure) : .notSent(failure))
            } else if let head {
                let whole = HTTPAnswer(status: head.status, headers: head.headers, body: answer)
                continuation.resume(returning: .answered(whole))
            }
        }
    }

    /// What came of it, when libcurl says that it is over.
    func failure(_ code: CURLcode, requestLeft: Bool, verification: Int = 0) -> HTTPFailure? {
        if let verdict { return HTTPFailure(verdict, requestLeft: requestLeft, message: verdictText) }
        if code == CURLE_OK, head != nil { return nil }
        let explanation = FailureText.explain(
            code, plan: plan, isBeforeHead: requestLeft && head == nil, verification: verification)
        return HTTPFailure(explanation.kind, requestLeft: requestLeft, message: explanation.message)
    }

    func cancelled(requestLeft: Bool, because reason: String = "was cancelled") -> HTTPFailure {
        let message = "The request to \(plan.address.label) \(reason)."
        return HTTPFailure(.cancelled, requestLeft: requestLeft, message: message)
    }

    private func refuse(_ kind: HTTPFailure.Kind, _ message: String) {
        guard verdict == nil else { return }
        verdict = kind
        verdictText = message
    }
}

// What the callbacks do.
extension Transfer {
    func fill(_ target: UnsafeMutableRawBufferPointer) -> Int {
        let count = min(target.count, plan.request.body.count - bodyOffset)
        guard count > 0 else { return 0 }
        plan.request.body.withUnsafeBytes { body in
            target.copyMemory(from: UnsafeRawBufferPointer(rebasing: body[bodyOffset..<(bodyOffset + count)]))
        }
        bodyOffset += count
        return count
    }

    /// One line of the head; the empty one ends it. Trailers after the body are counted and dropped.
    func receive(headerLine line: UnsafeRawBufferPointer, of handle: EasyHandle) -> Bool {
        guard isWithinHeaderLimits(line.count) else { return false }
        guard head == nil else { return true }
        if line.starts(with: "HTTP/".utf8) {
            headers = []
        } else if line.first == 0x0D || line.first == 0x0A, line.allSatisfy({ $0 == 0x0D || $0 == 0x0A }) {
            let status = handle.status
            guard status >= 200 else { return true }
            let expiry = plan.asksForCertificate ? handle.certificateExpiresAt : nil
            let complete = ResponseHead(status: status, headers: headers, certificateExpiresAt: expiry)
            head = complete
            if case .stream(let channel) = sink { channel.deliver(complete) }
            handle.noteReceived()
        } else {
            append(headerLine: line)
        }
        return true
    }

    func receive(body bytes: UnsafeRawBufferPointer, wireBytes: () -> Int64) -> Bool {
        decodedBytes += Int64(bytes.count)
        switch sink {
        case .whole:
            guard decodedBytes <= Int64(Self.wholeAnswerLimit) else {
                refuse(.tooLarge, "\(plan.address.label) answered with more than \(Self.wholeAnswerLimit) bytes.")
                return false
            }
            answer.append(contentsOf: bytes)
        case .stream(let channel):
            guard isWithinLimits(wireBytes) else { return false }
            channel.deliver(bytes)
        }
        return true
    }

    private func isWithinHeaderLimits(_ more: Int) -> Bool {
        headerBytes += more
        headerLines += 1
        let limits = plan.limits ?? .feed
        if headerBytes > limits.maxHeaderBytes {
            refuse(.tooLarge, "\(plan.address.label) sent more than \(limits.maxHeaderBytes) bytes of headers.")
        } else if headerLines > limits.maxHeaderLines {
            refuse(.tooLarge, "\(plan.address.label) sent more than \(limits.maxHeaderLines) lines of headers.")
        } else {
            return true
        }
        return false
    }

    private func isWithinLimits(_ wireBytes: () -> Int64) -> Bool {
        guard let limits = plan.limits else { return true }
        guard decodedBytes <= limits.maxBytes else {
            refuse(
                .tooLarge,
                "The document of \(plan.address.label) is larger than the limit of \(limits.maxBytes) bytes; "
                    + "fetch.max_bytes raises it."
            )
            return false
        }
        guard decodedBytes > Self.ratioFrom else { return true }
        // libcurl counts a chunked body only once a buffer of it is decoded, so the count may lag by one.
        guard decodedBytes / (wireBytes() + Self.receiveBuffer) < limits.maxRatio else {
            refuse(
                .tooLarge,
                "The document of \(plan.address.label) expands to more than \(limits.maxRatio) times its compressed size; "
                    + "it is refused as a decompression bomb."
            )
            return false
        }
        return true
    }

    /// Judges the address that libcurl is about to connect to, or is about to use again.
    func permits(_ address: IPAddress?) -> Bool {
        guard let policy = plan.policy else { return true }
        let place = plan.address
        guard let address else {
            refuse(.addressRefused, "\(place.label) is not reached over the Internet protocol.")
            return false
        }
        let own = OwnAddresses.ofMachine
        if policy.permits(address, host: place.host, port: place.port, isOwn: own.contains(address)) { return true }
        refuse(.addressRefused, FailureText.refused(address, place: place, isOwn: own.contains(address)))
        return false
    }

    /// What has left once must not leave again: only its caller may decide that.
    func permitsRequest(hasLeft: Bool) -> Bool {
        guard hasLeft else { return true }
        refuse(.cut, FailureText.unanswered(plan.address))
        return false
    }

    /// An address that was refused does not matter once another one of the same name is connected to.
    func isConnected() { verdict = nil }

    private func append(headerLine line: UnsafeRawBufferPointer) {
        if line.first == 0x20 || line.first == 0x09, let last = headers.indices.last {
            headers[last].value += " " + Self.text(line[...])
        } else if let colon = line.firstIndex(of: UInt8(ascii: ":")) {
            headers.append(HTTPHeader(Self.text(line[..<colon]), Self.text(line[(colon + 1)...])))
        }
    }

    /// Without blanks and ends of lines around it.
    private static func text(_ bytes: Slice<UnsafeRawBufferPointer>) -> String {
        let isBlank: (UInt8) -> Bool = { $0 <= 0x20 && ($0 == 0x20 || (0x09...0x0D).contains($0)) }
        var bytes = bytes
        while let first = bytes.first, isBlank(first) { bytes.removeFirst() }
        while let last = bytes.last, isBlank(last) { bytes.removeLast() }
        return String(decoding: UnsafeRawBufferPointer(rebasing: bytes), as: UTF8.self)
    }
}
