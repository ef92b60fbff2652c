import CampaignModel
import Foundation

/// What of the Send API's answer matters, read leniently: a member of the wrong type counts as absent.
struct MessengerReply: Decodable {
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

    private enum Key: String, CodingKey {
        case error, code, message
        case messageID = "message_id"
        case recipient
        case trackingID = "marketing_message_tracking_id"
        case attachmentID = "attachment_id"
        case subcode = "error_subcode"
    }

    /// - Returns: `nil` when the body is not a JSON object.
    init?(_ body: [UInt8]) {
        guard let reply = try? JSONDecoder().decode(MessengerReply.self, from: Data(body)) else { return nil }
        self = reply
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        let named = try? container.decode(String.self, forKey: .messageID)
        // The answer to a request for marketing messages has it there (Grow your audience, 21 June 2026).
        let recipient = try? container.nestedContainer(keyedBy: Key.self, forKey: .recipient)
        messageID = named ?? (try? recipient?.decode(String.self, forKey: .messageID))
        trackingID = try? container.decode(String.self, forKey: .trackingID)
        let attachment =
            (try? container.decode(String.self, forKey: .attachmentID))
            ?? container.integer(.attachmentID).map(String.init)
        attachmentID = attachment.flatMap { $0.isEmpty || $0.utf8.count > 1024 ? nil : $0 }
        if let error = try? container.nestedContainer(keyedBy: Key.self, forKey: .error) {
            failure = Failure(
                code: error.integer(.code) ?? 0, subcode: error.integer(.subcode),
                message: (try? error.decode(String.self, forKey: .message)) ?? ""
            )
        } else {
            failure = nil
        }
    }
}

/// The `X-Business-Use-Case-Usage` header: for each business how busy it is, and when it may go on.
struct BusinessUsage: Decodable {
    private struct Entry: Decodable {
        let minutes: Int64?

        private enum Key: String, CodingKey { case minutes = "estimated_time_to_regain_access" }

        init(from decoder: any Decoder) throws {
            minutes = try decoder.container(keyedBy: Key.self).integer(.minutes)
        }
    }

    /// The longest wait that the header names.
    let wait: Duration?

    init?(_ headers: [HTTPHeader]) {
        guard let value = headers["X-Business-Use-Case-Usage"],
            let usage = try? JSONDecoder().decode(BusinessUsage.self, from: Data(value.utf8))
        else { return nil }
        self = usage
    }

    init(from decoder: any Decoder) throws {
        let businesses = try decoder.singleValueContainer().decode([String: [Entry]].self)
        let minutes = businesses.values.joined().compactMap(\.minutes).max() ?? 0
        // Clamped before the multiplication, which could overflow.
        wait = minutes > 0 ? TransportVerdict.wait(seconds: min(minutes, 10_000) * 60) : nil
    }
}
