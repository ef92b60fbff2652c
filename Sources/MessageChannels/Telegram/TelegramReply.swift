import CampaignModel

/// What of the Bot API's answer matters, read leniently: a member of the wrong type counts as absent.
struct TelegramReply {
    let isOK: Bool?
    let errorCode: Int64?
    let description: String?
    let retryAfter: Int64?
    let migratedTo: Int64?
    /// What was sent: one message, or those of an album in their order.
    let messages: [Sent]

    var messageID: Int64? { messages.first?.id }

    /// A message as Telegram has it now.
    struct Sent {
        let id: Int64?
        /// Under which its media can be sent again.
        let fileIDs: [Media.Kind: String]

        init(_ message: JSONValue) {
            id = message["message_id"]?.integer
            func name(of file: JSONValue?) -> String? {
                let name = file?["file_id"]?.string
                return name.flatMap { $0.isEmpty || $0.utf8.count > 1024 ? nil : $0 }
            }
            // A picture comes in several sizes, the largest last. Of the others Telegram makes what it sees in them: a video
            // without sound comes as an animation, WebM as a document, Ogg as a voice. All of these go by the id of each other.
            let other = ["video", "animation", "audio", "voice", "document"].lazy.compactMap { name(of: message[$0]) }
                .first
            var fileIDs: [Media.Kind: String] = [:]
            fileIDs[.image] = name(of: message["photo"]?.array?.last)
            for kind in [Media.Kind.video, .audio, .file] {
                fileIDs[kind] = name(of: message[kind.telegramField]) ?? other
            }
            self.fileIDs = fileIDs
        }
    }

    /// - Returns: `nil` when the body is not a JSON object.
    init?(_ body: [UInt8]) {
        guard let reply = JSONValue(reading: body), reply.isObject else { return nil }
        isOK = reply["ok"]?.bool
        errorCode = reply["error_code"]?.integer
        description = reply["description"]?.string
        retryAfter = reply["parameters"]?["retry_after"]?.integer
        migratedTo = reply["parameters"]?["migrate_to_chat_id"]?.integer
        let result = reply["result"]
        messages = (result?.array ?? result.map { $0.isObject ? [$0] : [] } ?? []).map(Sent.init)
    }
}
