import CampaignModel
import Foundation

/// What of the Bot API's answer matters, read leniently: a member of the wrong type counts as absent.
struct TelegramReply: Decodable {
    let isOK: Bool?
    let errorCode: Int64?
    let description: String?
    let retryAfter: Int64?
    let migratedTo: Int64?
    /// What was sent: one message, or those of an album in their order.
    let messages: [Sent]

    var messageID: Int64? { messages.first?.id }

    /// A message as Telegram has it now.
    struct Sent: Decodable {
        let id: Int64?
        /// Under which its media can be sent again.
        let fileIDs: [Media.Kind: String]

        private struct File: Decodable {
            let id: String

            private enum CodingKeys: String, CodingKey { case id = "file_id" }
        }

        private enum Key: String, CodingKey {
            case photo, video, animation, audio, document
            case messageID = "message_id"
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Key.self)
            id = container.integer(.messageID)
            func file(_ key: Key) -> String? {
                let id = (try? container.decode(File.self, forKey: key))?.id
                return id.flatMap { $0.isEmpty || $0.utf8.count > 1024 ? nil : $0 }
            }
            // A picture comes in several sizes, the largest last; a video without sound comes as an animation.
            let sizes = (try? container.decode([File].self, forKey: .photo)) ?? []
            fileIDs = [
                .image: sizes.last?.id, .video: file(.video) ?? file(.animation), .audio: file(.audio),
                .file: file(.document),
            ].compactMapValues(\.self)
        }
    }

    private enum Key: String, CodingKey {
        case ok, description, parameters, result
        case errorCode = "error_code"
        case retryAfter = "retry_after"
        case migrateTo = "migrate_to_chat_id"
    }

    /// - Returns: `nil` when the body is not a JSON object.
    init?(_ body: [UInt8]) {
        guard let reply = try? JSONDecoder().decode(TelegramReply.self, from: Data(body)) else { return nil }
        self = reply
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        isOK = try? container.decode(Bool.self, forKey: .ok)
        errorCode = container.integer(.errorCode)
        description = try? container.decode(String.self, forKey: .description)
        let parameters = try? container.nestedContainer(keyedBy: Key.self, forKey: .parameters)
        retryAfter = parameters?.integer(.retryAfter)
        migratedTo = parameters?.integer(.migrateTo)
        if let one = try? container.decode(Sent.self, forKey: .result) {
            messages = [one]
        } else {
            messages = (try? container.decode([Sent].self, forKey: .result)) ?? []
        }
    }
}

extension KeyedDecodingContainer {
    /// A whole number, however it is written: `5`, `5.0`, `"5"`; absent when it is none or out of range.
    func integer(_ key: Key) -> Int64? {
        if let value = try? decode(Int64.self, forKey: key) { return value }
        if let value = try? decode(Double.self, forKey: key) { return Int64(exactly: value.rounded()) }
        if let value = try? decode(String.self, forKey: key) { return Int64(value) }
        return nil
    }
}
