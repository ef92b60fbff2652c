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

/// The `X-Business-Use-Case-Usage` header: for each business how busy it is, and when it may go on.
struct BusinessUsage {
    /// The longest wait that the header names.
    let wait: Duration?

    init?(_ headers: [HTTPHeader]) {
        guard let value = headers["X-Business-Use-Case-Usage"],
            case .object(let businesses) = JSONValue(reading: Array(value.utf8))
        else { return nil }
        let minutes =
            businesses.values.flatMap { $0.array ?? [] }
            .compactMap { $0["estimated_time_to_regain_access"]?.integer }.max() ?? 0
        // Clamped before the multiplication, which could overflow.
        wait = minutes > 0 ? TransportVerdict.wait(seconds: min(minutes, 10_000) * 60) : nil
    }
}
