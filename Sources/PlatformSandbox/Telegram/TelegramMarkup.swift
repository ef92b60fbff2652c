/// `reply_markup` of the Bot API (https://core.telegram.org/bots/api#inlinekeyboardmarkup).
struct TelegramMarkup: Sendable, Hashable {
    /// What a Message object shows: only inline keyboards come back.
    var json: JSON?
    var buttons: [[ChatMessage.Button]] = []

    private static let maximumButtons = 100
    private static let otherActions = [
        "web_app", "login_url", "switch_inline_query", "switch_inline_query_current_chat",
        "switch_inline_query_chosen_chat", "copy_text", "callback_game", "pay",
    ]

    init() {}

    init(_ parameters: RequestParameters) throws(TelegramRefusal) {
        guard let given = parameters["reply_markup"], given != .string("") else { return }
        guard let markup = parameters.structure("reply_markup"), markup.isObject else {
            throw .badRequest("can't parse reply keyboard markup JSON object")
        }
        guard let keyboard = markup["inline_keyboard"] else { return }
        guard let rows = keyboard.array else {
            throw .badRequest("field \"inline_keyboard\" of the InlineKeyboardMarkup must be an Array of Arrays")
        }
        for row in rows {
            guard let entries = row.array else {
                throw .badRequest("field \"inline_keyboard\" of the InlineKeyboardMarkup must be an Array of Arrays")
            }
            var line: [ChatMessage.Button] = []
            for entry in entries { line.append(try Self.button(entry)) }
            if !line.isEmpty { buttons.append(line) }
        }
        guard buttons.joined().count <= Self.maximumButtons else { throw .badRequest("reply markup is too long") }
        json = buttons.isEmpty ? nil : ["inline_keyboard": keyboard]
    }

    private static func button(_ entry: JSON) throws(TelegramRefusal) -> ChatMessage.Button {
        guard entry.isObject else {
            throw .badRequest("can't parse inline keyboard button: InlineKeyboardButton must be an Object")
        }
        guard let title = entry["text"]?.string, title.contains(where: { !$0.isWhitespace }) else {
            throw .badRequest("can't parse inline keyboard button: Field \"text\" must be of type String")
        }
        if let url = entry["url"]?.string {
            guard WebAddress.isLink(url) else {
                throw .badRequest("inline keyboard button URL '\(url)' is invalid: Wrong HTTP URL")
            }
            return ChatMessage.Button(title: title, action: .link(url))
        }
        if let data = entry["callback_data"]?.string {
            guard (1...64).contains(data.utf8.count) else { throw .badRequest("BUTTON_DATA_INVALID") }
            return ChatMessage.Button(title: title, action: .callback(data))
        }
        guard otherActions.contains(where: { entry[$0] != nil }) else {
            throw .badRequest("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
        }
        return ChatMessage.Button(title: title, action: .other)
    }
}

/// What counts as an address here.
enum WebAddress {
    /// An absolute http(s) address with a host.
    static func isWeb(_ text: String) -> Bool {
        let lowercased = text.prefix(8).lowercased()
        let host: Substring
        if lowercased.hasPrefix("https://") {
            host = text.dropFirst(8)
        } else if lowercased.hasPrefix("http://") {
            host = text.dropFirst(7)
        } else {
            return false
        }
        return host.first.map { $0.isLetter || $0.isNumber || $0 == "[" } ?? false
            && text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F }
    }

    /// An address on this machine: the only kind that the sandbox calls.
    static func isLoopback(_ text: String) -> Bool {
        guard isWeb(text), let place = place(in: text) else { return false }
        let host = place.host.lowercased()
        if host == "localhost" || host == "[::1]" { return true }
        let numbers = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        return numbers.count == 4 && numbers.first == 127 && !numbers.contains(nil)
    }

    /// An address on Facebook: the only kind that a media template takes.
    static func isFacebook(_ text: String) -> Bool {
        guard isWeb(text), let host = place(in: text)?.host.lowercased() else { return false }
        return host == "facebook.com" || host.hasSuffix(".facebook.com")
    }

    /// The port as it is written; empty when it is not.
    static func port(of text: String) -> String { place(in: text).map { String($0.port) } ?? "" }

    /// `nil` with a user name, where host and port are easily mistaken.
    private static func place(in text: String) -> (host: Substring, port: Substring)? {
        guard !text.contains("\\"), let colon = text.firstIndex(of: ":") else { return nil }
        let authority = text[colon...].dropFirst(3).prefix { !"/?#".contains($0) }
        guard !authority.contains("@") else { return nil }
        if authority.hasPrefix("["), let end = authority.firstIndex(of: "]") {
            return (authority[...end], authority[authority.index(after: end)...].drop { $0 == ":" })
        }
        let host = authority.prefix { $0 != ":" }
        return (host, authority.dropFirst(host.count).drop { $0 == ":" })
    }

    /// An address that a button or link may open.
    static func isLink(_ text: String) -> Bool {
        let lowercased = text.prefix(8).lowercased()
        return isWeb(text) || lowercased.hasPrefix("tg://") || lowercased.hasPrefix("mailto:")
            || lowercased.hasPrefix("tel:")
    }
}
