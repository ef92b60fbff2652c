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

    init(_ parameters: RequestParameters) throws(TelegramError) {
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

    private static func button(_ entry: JSON) throws(TelegramError) -> ChatMessage.Button {
        guard entry.isObject else {
            throw .badRequest("can't parse inline keyboard button: InlineKeyboardButton must be an Object")
        }
        guard let title = entry["text"]?.string, title.contains(where: { !$0.isWhitespace }) else {
            throw .badRequest("can't parse inline keyboard button: Field \"text\" must be of type String")
        }
        if let url = entry["url"]?.string {
            if let fault = WebAddress.fault(ofButton: url) {
                throw .badRequest("inline keyboard button URL '\(url)' is invalid: \(fault)")
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
    static func port(of text: String) -> String { place(in: text)?.port.map { String($0) } ?? "" }

    /// `nil` with a user name, where host and port are easily mistaken. The port is `nil` without a colon.
    private static func place(in text: String) -> (host: Substring, port: Substring?)? {
        guard !text.contains("\\"), let colon = text.firstIndex(of: ":") else { return nil }
        let authority = text[colon...].dropFirst(3).prefix { !"/?#".contains($0) }
        guard !authority.contains("@") else { return nil }
        let end = authority.hasPrefix("[") ? authority.firstIndex(of: "]").map(authority.index(after:)) : nil
        let host = authority[..<(end ?? authority.firstIndex(of: ":") ?? authority.endIndex)]
        return (host, host.endIndex == authority.endIndex ? nil : authority[host.endIndex...].dropFirst())
    }

    /// Why a button may not open an address, in Telegram's words (TDLib, `LinkManager::check_link`); `nil` when it may.
    static func fault(ofButton text: String) -> String? {
        guard isWeb(text) else {
            let others = ["tg://", "mailto:", "tel:"]
            return others.contains { text.prefix(8).lowercased().hasPrefix($0) } ? nil : "Wrong HTTP URL"
        }
        guard let place = place(in: text) else { return nil }
        if let port = place.port {
            guard port.allSatisfy(\.isWholeNumber), let number = Int(port), (1...65_535).contains(number) else {
                return "Wrong port number specified in the URL"
            }
        }
        guard !place.host.hasPrefix("[") else { return nil }
        let others = "-._~!$&'()*+,;=%"
        guard place.host.allSatisfy({ !$0.isASCII || $0.isLetter || $0.isNumber || others.contains($0) }) else {
            return "Disallowed character in URL host"
        }
        return place.host.contains(".") ? nil : "Wrong HTTP URL"
    }
}
