import CCurl
import CampaignModel

/// libcurl's handle of one transfer, set up. Used on the curl thread only; it can be set up again for the next one.
final class EasyHandle {
    let raw: UnsafeMutableRawPointer
    private var headerList: UnsafeMutablePointer<curl_slist>?
    /// What is in the list.
    private var headerLines: [String]?
    private(set) var transfer: Transfer?
    private var standing: Standing?
    let watch: SocketWatch
    private let receivers: Receivers
    private var hasReceived = false

    init?(_ watch: SocketWatch, _ receivers: Receivers) {
        guard let raw = curl_easy_init() else { return nil }
        self.raw = raw
        self.watch = watch
        self.receivers = receivers
    }

    /// The handles to which a head or a piece of a body came since they were last taken.
    final class Receivers {
        private var handles: [EasyHandle] = []

        fileprivate func add(_ handle: EasyHandle) { handles.append(handle) }

        func take() -> [EasyHandle] {
            defer { handles = [] }
            for handle in handles { handle.hasReceived = false }
            return handles
        }
    }

    func noteReceived() {
        guard !hasReceived else { return }
        hasReceived = true
        receivers.add(self)
    }

    deinit {
        curl_easy_cleanup(raw)
        curl_slist_free_all(headerList)
    }

    /// Forgets the transfer, and all options that the next one might not share; connections and names stay known to the
    /// multi handle.
    func reset() {
        transfer = nil
        guard standing == nil else { return }
        curl_easy_reset(raw)
        dropHeaders()
    }

    private func dropHeaders() {
        curl_slist_free_all(headerList)
        headerList = nil
        headerLines = nil
    }

    /// Whether a byte of the request may have left this machine, in any of a transfer's tries. libcurl counts what it wrote
    /// to the connection, the head and the body each on its own; what TLS holds back for a moment it does not count, so the
    /// time at which a request was begun to be written counts as well.
    var requestLeft: Bool {
        var size = 0
        var uploaded: curl_off_t = 0
        var begun: curl_off_t = 0
        return tellal_curl_get_long(raw, CURLINFO_REQUEST_SIZE, &size) != CURLE_OK || size > 0
            || tellal_curl_get_int64(raw, CURLINFO_SIZE_UPLOAD_T, &uploaded) != CURLE_OK || uploaded > 0
            || tellal_curl_get_int64(raw, CURLINFO_PRETRANSFER_TIME_T, &begun) != CURLE_OK || begun > 0
    }

    var status: Int {
        var status = 0
        return tellal_curl_get_long(raw, CURLINFO_RESPONSE_CODE, &status) == CURLE_OK ? status : 0
    }

    var wireBytes: Int64 {
        var size: curl_off_t = 0
        return tellal_curl_get_int64(raw, CURLINFO_SIZE_DOWNLOAD_T, &size) == CURLE_OK ? Int64(size) : 0
    }

    /// What OpenSSL found wrong with the server's certificate, as its number; 0 for nothing.
    var verification: Int {
        var result = 0
        return tellal_curl_get_long(raw, CURLINFO_SSL_VERIFYRESULT, &result) == CURLE_OK ? result : 0
    }

    /// When the certificate ends that this connection's server has shown.
    var certificateExpiresAt: Timestamp? {
        var line = tellal_curl_certificate(raw)
        while let entry = line {
            if let data = entry.pointee.data, let end = CertificateDate.expiry(String(cString: data)) { return end }
            line = UnsafePointer(entry.pointee.next)
        }
        return nil
    }

    /// The handle that was prepared around libcurl's own.
    static func owner(of raw: UnsafeMutableRawPointer) -> EasyHandle? {
        guard let context = tellal_curl_get_private(raw) else { return nil }
        return Unmanaged<EasyHandle>.fromOpaque(context).takeUnretainedValue()
    }

    /// Options that stay as they are from one plain fetch, or call of a platform, to the next, for they are most of the work.
    private struct Standing: Hashable {
        /// nil for a call of a platform, which posts something.
        var limits: FetchLimits?
        var isJudged: Bool
        var userAgent: String
        var trustedCertificates: String?
        var timeout: Duration
        var connectTimeout: Duration

        /// Everything else is set up anew.
        init?(_ plan: TransferPlan) {
            let request = plan.request
            let isPlain = plan.limits == nil ? request.method == "POST" : request.method == "GET"
            guard isPlain, request.body.isEmpty == (plan.limits != nil), !plan.asksForCertificate else { return nil }
            limits = plan.limits
            isJudged = plan.policy != nil
            userAgent = plan.userAgent
            trustedCertificates = plan.trustedCertificates
            timeout = request.timeout
            connectTimeout = request.connectTimeout
        }
    }

    func prepare(_ transfer: Transfer) {
        self.transfer = transfer
        let plan = transfer.plan
        let wanted = Standing(plan)
        if wanted == nil || wanted != standing { setAll(plan) }
        standing = wanted
        set(CURLOPT_URL, plan.address.url)
        setBody(plan.request.body)
        setHeaders(plan.request)
    }

    private func setAll(_ plan: TransferPlan) {
        if standing != nil {
            curl_easy_reset(raw)
            dropHeaders()
        }
        // The handle owns the transfer and outlives its callbacks: `reset` comes after `curl_multi_remove_handle`.
        let context = Unmanaged.passUnretained(self).toOpaque()
        set(CURLOPT_PRIVATE, context)
        setLimits(plan)
        setSecurity(plan, context)
        setRequest(plan, context)
        tellal_curl_set_header(raw, TransferCallbacks.receiveHeader, context)
        tellal_curl_set_write(raw, TransferCallbacks.receiveBody, context)
    }

    private func setLimits(_ plan: TransferPlan) {
        set(CURLOPT_NOSIGNAL, 1)
        _ = tellal_curl_set_quick_exit(raw)
        set(CURLOPT_TIMEOUT_MS, Self.milliseconds(plan.request.timeout))
        set(CURLOPT_CONNECTTIMEOUT_MS, Self.milliseconds(plan.request.connectTimeout))
        set(CURLOPT_TCP_KEEPALIVE, 1)
        guard let limits = plan.limits else {
            // HTTP/1.1 on purpose: one request a connection, so that "a byte has left" is a fact about this request alone.
            set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
            return
        }
        // Where TLS agrees on it; plain http stays as it is.
        set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_2TLS))
        set(CURLOPT_LOW_SPEED_LIMIT, limits.lowSpeedBytesPerSecond)
        set(CURLOPT_LOW_SPEED_TIME, Int(clamping: max(1, limits.lowSpeedTime.components.seconds)))
        // Refuses early what announces itself; the callbacks count what does not.
        tellal_curl_set_int64(raw, CURLOPT_MAXFILESIZE_LARGE, curl_off_t(limits.maxBytes))
        // Whatever this libcurl can undo.
        set(CURLOPT_ACCEPT_ENCODING, "")
    }

    private func setSecurity(_ plan: TransferPlan, _ context: UnsafeMutableRawPointer) {
        set(CURLOPT_PROTOCOLS_STR, "http,https")
        set(CURLOPT_REDIR_PROTOCOLS_STR, "http,https")
        set(CURLOPT_FOLLOWLOCATION, 0)
        set(CURLOPT_PROXY, "")
        if let path = plan.unixSocket { set(CURLOPT_UNIX_SOCKET_PATH, path) }
        _ = tellal_curl_ignore_netrc(raw)
        set(CURLOPT_SSL_VERIFYPEER, 1)
        set(CURLOPT_SSL_VERIFYHOST, 2)
        set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        // With a certificate directory set, libcurl reads all certificates anew for each connection (42 ms measured);
        // the bundle alone is read once. A libcurl without a bundle needs its directory.
        var bundle: UnsafePointer<CChar>?
        if tellal_curl_get_string(raw, CURLINFO_CAINFO, &bundle) == CURLE_OK, bundle != nil {
            set(CURLOPT_CAPATH, nil as String?)
        }
        if let file = plan.trustedCertificates {
            set(CURLOPT_CAINFO, file)
            set(CURLOPT_CAPATH, nil as String?)
        }
        if plan.asksForCertificate {
            set(CURLOPT_CERTINFO, 1)
            // A kept connection and a resumed session show no certificate, or the one of days ago.
            set(CURLOPT_FRESH_CONNECT, 1)
            set(CURLOPT_SSL_SESSIONID_CACHE, 0)
        }
        tellal_curl_set_prerequest(raw, TransferCallbacks.approveRequest, context)
        guard plan.policy != nil else { return }
        tellal_curl_set_open_socket(raw, TransferCallbacks.openSocket, context)
        tellal_curl_set_close_socket(
            raw, TransferCallbacks.closeSocket, Unmanaged.passUnretained(watch).toOpaque())
    }

    private func setRequest(_ plan: TransferPlan, _ context: UnsafeMutableRawPointer) {
        let request = plan.request
        set(CURLOPT_USERAGENT, plan.userAgent)
        tellal_curl_set_read(raw, TransferCallbacks.readBody, context)
        if !request.body.isEmpty || ["POST", "PUT", "PATCH"].contains(request.method) {
            set(CURLOPT_POST, 1)
            tellal_curl_set_int64(raw, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(request.body.count))
            if request.method != "POST" { set(CURLOPT_CUSTOMREQUEST, request.method) }
        } else if request.method == "HEAD" {
            set(CURLOPT_NOBODY, 1)
        } else {
            set(CURLOPT_HTTPGET, 1)
            if request.method != "GET" { set(CURLOPT_CUSTOMREQUEST, request.method) }
        }
    }

    // With its head it fits into one TLS record, which leaves as a whole or not at all.
    private static let shortBody = 8 * 1024

    /// A short body leaves in one piece with the head; a long one comes by the callback, which needs no copy of it.
    private func setBody(_ body: [UInt8]) {
        guard !body.isEmpty else { return }
        tellal_curl_set_int64(raw, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count))
        body.withUnsafeBytes { tellal_curl_copy_body(raw, body.count < Self.shortBody ? $0.baseAddress : nil) }
    }

    private func setHeaders(_ request: HTTPRequest) {
        var lines = request.headers.map { $0.value.isEmpty ? "\($0.name);" : "\($0.name): \($0.value)" }
        if request.method != "GET" || !request.body.isEmpty {
            // Without a value a line takes libcurl's own header away.
            lines.append("Expect:")
            if request.headers["Content-Type"] == nil { lines.append("Content-Type:") }
        }
        guard lines != headerLines else { return }
        dropHeaders()
        headerLines = lines
        for line in lines {
            guard let longer = curl_slist_append(headerList, line) else { break }
            headerList = longer
        }
        tellal_curl_set_list(raw, CURLOPT_HTTPHEADER, headerList)
    }

    private func set(_ option: CURLoption, _ value: Int) { tellal_curl_set_long(raw, option, value) }
    private func set(_ option: CURLoption, _ value: String?) { tellal_curl_set_string(raw, option, value) }
    private func set(_ option: CURLoption, _ value: UnsafeMutableRawPointer) {
        tellal_curl_set_pointer(raw, option, value)
    }

    private static func milliseconds(_ duration: Duration) -> Int {
        // Zero would mean "without limit" to libcurl.
        Int(min(max(duration.milliseconds, 1), Int64(Int32.max)))
    }
}
