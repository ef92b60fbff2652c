/// Where a message goes: a person, group or channel by its number, a channel by its `@name`, or, with `/topic` behind
/// either, a topic of a forum.
package struct TelegramTarget: Sendable, Hashable {
    /// `chat_id`: a number, or `@name`.
    package let chat: String
    /// The topic's `message_thread_id`.
    package let topic: Int64?

    package init(_ address: String) {
        if let slash = address.lastIndex(of: "/"), slash != address.startIndex,
            let topic = Int64(address[address.index(after: slash)...]), topic > 0
        {
            chat = String(address[..<slash])
            self.topic = topic
        } else {
            chat = address
            topic = nil
        }
    }

    /// The address when the chat has that number now.
    package func moved(to chat: String) -> String { topic.map { "\(chat)/\($0)" } ?? chat }

    var fields: [String: JSONValue] {
        var fields: [String: JSONValue] = ["chat_id": Int64(chat).map(JSONValue.integer) ?? .string(chat)]
        fields["message_thread_id"] = topic.map(JSONValue.integer)
        return fields
    }
}
