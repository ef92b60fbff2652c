import CampaignModel
import Foundation

/// Telegram says why in words, so this table knows the words of the send methods. They are the Bot API
/// server's own (its source and years of users' reports); the first row that fits decides.
enum TelegramErrorTable {
    private enum Class { case gone, content, formatting, media, rights, channel, unchanged }

    private struct Row {
        var phrases: [String]
        var means: Class
        var name: String
        var message: String
    }

    static func verdict(code: Int64, description: String) -> SendVerdict {
        switch code {
        case 401, 404:
            // 404 is the answer to a token that does not even look like one.
            return .channelBroken(
                DeliveryReason(
                    code: "telegram_\(code)",
                    message: "Telegram does not know this bot token: take the current one from @BotFather."
                )
            )
        case 409:
            return .channelBroken(
                DeliveryReason(
                    code: "telegram_409", message: "Another program holds this bot: \(described(description))")
            )
        default: break
        }
        let words = description.lowercased()
        if words.contains(albumError) { return verdict(onAlbum: words, code: code, description: description) }
        if let row = rows.first(where: { $0.phrases.contains(where: words.contains) }) {
            return verdict(row, code: code, description: description)
        }
        let reason = DeliveryReason(code: "telegram_\(code)", message: "Telegram refused it: \(described(description))")
        // A new wording of "this person does not want us" must not be tried on them again and again.
        return code == 403 ? .subscriberGone(as: .blocked, reason) : .contentRefused(reason)
    }

    /// How an album is refused for one of its pictures, with Telegram's raw words. Others of it may have gone out: only where the
    /// picture could not even be fetched, or the person is gone, did nothing.
    private static let albumError = "failed to send message #"

    private static func verdict(onAlbum words: String, code: Int64, description: String) -> SendVerdict {
        if words.contains("too many requests") {
            let wait = words.split(whereSeparator: { !$0.isNumber }).last.flatMap { Int64($0) }
            return .retryLater(
                after: TransportVerdict.wait(seconds: wait), scope: .channel,
                reason: TransportVerdict.tooMany("telegram_429"))
        }
        if let row = rows.first(where: { $0.phrases.contains(where: words.contains) }),
            row.means == .media || row.means == .gone
        {
            return verdict(row, code: code, description: description)
        }
        return .unknown(
            DeliveryReason(
                code: "telegram_\(code)_album",
                message: "Telegram refused a part of an album, and others may have gone out: \(described(description))")
        )
    }

    /// Which picture of an album was refused, from 0.
    static func refusedPicture(in description: String) -> Int? {
        guard let mark = description.lowercased().range(of: albumError) else { return nil }
        let digits = description[mark.upperBound...].prefix(while: \.isNumber)
        return Int(digits).flatMap { $0 > 0 ? $0 - 1 : nil }
    }

    private static func verdict(_ row: Row, code: Int64, description: String) -> SendVerdict {
        let reason = DeliveryReason(code: "telegram_\(code)_\(row.name)", message: row.message)
        switch row.means {
        case .gone: return .subscriberGone(as: .blocked, reason)
        case .channel: return .channelBroken(reason)
        case .media: return .mediaRefused(explained(reason, description))
        case .formatting: return .formattingRefused(explained(reason, description))
        case .content: return .contentRefused(explained(reason, description))
        case .rights: return .refused(explained(reason, description))
        case .unchanged: return .unchanged(reason)
        }
    }

    private static func explained(_ reason: DeliveryReason, _ description: String) -> DeliveryReason {
        DeliveryReason(code: reason.code, message: "\(reason.message) Telegram said: \(described(description))")
    }

    private static func described(_ description: String) -> String {
        description.isEmpty ? "no reason was given." : "“\(description)”."
    }

    private static let rows = [
        Row(
            phrases: ["message is not modified", "message_not_modified"], means: .unchanged, name: "not_modified",
            message: "The message is so already."
        ),
        Row(
            phrases: [
                "message to edit not found", "message can't be edited", "message_id_invalid",
                "there is no text in the message to edit", "there is no caption in the message to edit",
                "there is no media in the message to edit", "message_edit_time_expired",
            ],
            means: .rights, name: "not_editable", message: "This message cannot be changed any more."
        ),
        Row(
            phrases: ["bot was blocked by the user", "user_is_blocked"], means: .gone, name: "blocked",
            message: "This person blocked the bot."
        ),
        Row(
            phrases: ["user is deactivated", "input_user_deactivated"], means: .gone, name: "deactivated",
            message: "This person's account no longer exists."
        ),
        Row(
            phrases: ["bot was kicked", "bot is not a member"], means: .gone, name: "kicked",
            message: "The bot was removed from this chat."
        ),
        Row(
            phrases: ["can't initiate conversation"], means: .rights, name: "never_started",
            message: "This person never pressed Start, so the bot may not write to them."
        ),
        Row(
            phrases: ["bots can't send messages to bots", "can't send messages to bots"], means: .gone, name: "is_bot",
            message: "This address belongs to another bot."
        ),
        Row(
            phrases: ["chat was deleted", "chat was deactivated", "group is deactivated"], means: .gone,
            name: "chat_deleted", message: "This chat no longer exists."
        ),
        Row(
            // The token of another bot makes every chat unknown: that must not look like an audience that left.
            phrases: ["chat not found", "user not found", "peer_id_invalid", "chat_id_invalid", "channel_invalid"],
            means: .rights, name: "chat_not_found",
            message: "Telegram knows no such chat for this bot; the person must press Start first."
        ),
        Row(
            phrases: ["chat_id is empty", "chat identifier is not specified"], means: .rights, name: "no_address",
            message: "This subscriber has no address."
        ),
        Row(
            phrases: ["upgraded to a supergroup"], means: .rights, name: "migrated_unnamed",
            message: "The group became a supergroup, and Telegram did not name its new address."
        ),
        Row(
            phrases: [
                "failed to get http url content", "wrong file identifier", "wrong type of the web page content",
                "wrong remote file", "webpage_curl_failed", "webpage_media_empty", "photo_invalid_dimensions",
                "photo_save_file_invalid", "photo_content_url_empty", "photo_content_type_invalid", "photo_ext_invalid",
                "image_process_failed", "media_empty", "file is too big", "file of size 0", "invalid file http url",
                "media_invalid", "unsupported url protocol", "group send failed", "request entity too large",
                "file must be non-empty", "wrong http url specified", "external_url_invalid", "wc_convert_url_invalid",
                "can't upload file by url", "can't use file of type",
            ],
            means: .media, name: "media", message: "Telegram could not fetch or use the picture."
        ),
        Row(
            phrases: [
                "have no rights to send", "not enough rights", "need administrator rights", "chat_write_forbidden",
                "chat_admin_required", "chat_restricted", "_forbidden", "topic_closed", "message thread not found",
                "user_banned_in_channel",
                "voice_messages_forbidden",
            ],
            means: .rights, name: "rights", message: "The bot may not write in this chat."
        ),
        Row(
            phrases: ["can't parse entities", "entity_bounds_invalid", "can't find end of the entity"],
            means: .formatting,
            name: "markup", message: "Telegram could not read the text's formatting."
        ),
        Row(
            phrases: ["message is too long", "message_too_long", "caption is too long", "caption_too_long"],
            means: .content, name: "too_long", message: "The text is longer than Telegram takes."
        ),
        Row(
            phrases: ["text is empty", "message must be non-empty", "message_empty"], means: .content, name: "empty",
            message: "The message has no text."
        ),
        Row(
            phrases: ["button", "reply_markup", "keyboard", "wrong http url"], means: .content, name: "buttons",
            message: "Telegram refused the buttons."
        ),
        Row(
            phrases: ["logged out", "bot_domain", "token_invalid"], means: .channel, name: "logged_out",
            message: "The bot is logged out of this Bot API server: check the channel's `api`."
        ),
    ]
}
