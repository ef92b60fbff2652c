import Foundation

/// What of the Bot API's answer matters, read leniently: a member of the wrong type counts as absent.
struct TelegramReply: Decodable {
    let isOK: Bool?
    let errorCode: Int64?
    let description: String?
    let retryAfter: Int64?
    let migratedTo: Int64?
    let messageID: Int64?

    private enum Key: String, CodingKey {
        case ok, description, parameters, result
        case errorCode = "error_code"
        case retryAfter = "retry_after"
        case migrateTo = "migrate_to_chat_id"
        case messageID = "message_id"
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
        let result = try? container.nestedContainer(keyedBy: Key.self, forKey: .result)
        messageID = result?.integer(.messageID)
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
