import CampaignModel

/// What of the Send API's answer matters, read leniently: a member of the wrong type counts as absent.
struct MessengerReply {
    struct Failure {
        var code: Int64
        var subcode: Int64?
        var message: String
    }

    let messageID: String?
    /// What a paid message is called; it has no other name.
    let trackingID: String?
    /// Under which the medium of the request is kept.
    let attachmentID: String?
    let failure: Failure?

    /// - Returns: `nil` when the body is not a JSON object.
    init?(_ body: [UInt8]) {
        guard let reply = JSONValue(reading: body), reply.isObject else { return nil }
        // The answer to a request for marketing messages has it there (Grow your audience, 21 June 2026).
        messageID = reply["message_id"]?.string ?? reply["recipient"]?["message_id"]?.string
        trackingID = reply["marketing_message_tracking_id"]?.string
        attachmentID = reply["attachment_id"]?.identifier.flatMap { $0.utf8.count > 1024 ? nil : $0 }
        failure = reply["error"].flatMap { error in
            guard error.isObject else { return nil }
            return Failure(
                code: error["code"]?.integer ?? 0, subcode: error["error_subcode"]?.integer,
                message: error["message"]?.string ?? "")
        }
    }
}

/// The usage headers (Graph API, rate limiting): how busy the app, the Page and each business are, and when a busy one may
/// go on.
struct MessengerUsage {
    /// The longest wait that they name.
    let wait: Duration?
    /// The busiest of them, in percent; at 100 the platform refuses.
    let load: Double?

    init(_ headers: [HTTPHeader]) {
        var (minutes, load): (Int64, Double?) = (0, nil)
        for name in ["X-App-Usage", "X-Page-Usage", "X-Business-Use-Case-Usage"] {
            guard let value = headers[name], case .object(let members) = JSONValue(reading: Array(value.utf8)) else {
                continue
            }
            let entries = [.object(members)] + members.values.flatMap { $0.array ?? [] }
            for entry in entries {
                minutes = max(minutes, entry["estimated_time_to_regain_access"]?.integer ?? 0)
                for key in ["call_count", "total_cputime", "total_time"] {
                    guard let percent = entry[key]?.integer else { continue }
                    load = max(load ?? 0, Double(percent))
                }
            }
        }
        // Clamped before the multiplication, which could overflow.
        wait = minutes > 0 ? TransportVerdict.wait(seconds: min(minutes, 10_000) * 60) : nil
        self.load = load
    }
}
