/// The parts that Messenger's templates are made of, with their limits.
enum MessengerTemplate {
    private static let buttonTypes: Set<String> = [
        "web_url", "postback", "phone_number", "account_link", "account_unlink", "game_play",
    ]

    /// 1 to `limit` characters.
    static func check(_ text: String, _ name: String, upTo limit: Int) throws(MessengerError) {
        guard text.contains(where: { !$0.isWhitespace }) else { throw .parameter("Param \(name) must be non-empty") }
        guard text.unicodeScalars.count <= limit else {
            throw .parameter("Length of param \(name) must be less than or equal to \(limit)")
        }
    }

    static func check(_ text: String, _ name: String, below limit: Int) throws(MessengerError) {
        try check(text, name, upTo: limit - 1)
    }

    static func quickReplies(_ value: JSON?) throws(MessengerError) -> [ChatMessage.Button] {
        let entries = value?.array ?? []
        guard entries.count <= 13 else { throw .parameter("Param message[quick_replies] has too many elements.") }
        var replies: [ChatMessage.Button] = []
        for entry in entries {
            switch entry["content_type"]?.string {
            case "text":
                let title = entry["title"]?.string ?? ""
                try check(title, "quick_replies[title]", upTo: 20)
                let payload = entry["payload"]?.string ?? ""
                guard payload.unicodeScalars.count <= 1000 else {
                    throw .parameter("Length of param quick_replies[payload] must be less than or equal to 1000")
                }
                replies.append(ChatMessage.Button(title: title, action: .callback(payload)))
            case "user_phone_number"?: replies.append(ChatMessage.Button(title: "Send phone number", action: .other))
            case "user_email"?: replies.append(ChatMessage.Button(title: "Send e-mail", action: .other))
            default: throw .parameter("Param quick_replies[content_type] is invalid")
            }
        }
        return replies
    }

    /// At most three buttons.
    static func buttons(_ value: JSON?, atLeast minimum: Int) throws(MessengerError) -> [ChatMessage.Button] {
        let entries = value?.array ?? []
        guard entries.count >= minimum else { throw .parameter("Param payload[buttons] must be non-empty") }
        guard entries.count <= 3 else { throw .parameter("Param payload[buttons] has too many elements.") }
        var buttons: [ChatMessage.Button] = []
        for entry in entries { buttons.append(try button(entry)) }
        return buttons
    }

    private static func button(_ entry: JSON) throws(MessengerError) -> ChatMessage.Button {
        guard let type = entry["type"]?.string, buttonTypes.contains(type) else {
            throw .parameter("Param buttons[type] is invalid")
        }
        if type.hasPrefix("account_") || type == "game_play" {
            return ChatMessage.Button(title: "Log in", action: .other)
        }
        let title = entry["title"]?.string ?? ""
        try check(title, "buttons[title]", upTo: 20)
        switch type {
        case "web_url":
            guard let url = entry["url"]?.string, WebAddress.isWeb(url) else {
                throw .parameter("Param buttons[url] should represent a valid URL")
            }
            return ChatMessage.Button(title: title, action: .link(url))
        case "postback":
            let payload = entry["payload"]?.string ?? ""
            try check(payload, "buttons[payload]", upTo: 1000)
            return ChatMessage.Button(title: title, action: .callback(payload))
        default: return ChatMessage.Button(title: title, action: .other)
        }
    }

    /// One to ten elements of a generic template.
    static func cards(_ value: JSON?) throws(MessengerError) -> [ChatMessage.Card] {
        let elements = value?.array ?? []
        guard !elements.isEmpty else { throw .parameter("Param payload[elements] must be non-empty") }
        guard elements.count <= 10 else { throw .parameter("Param payload[elements] has too many elements.") }
        var cards: [ChatMessage.Card] = []
        for element in elements { cards.append(try card(element)) }
        return cards
    }

    private static func card(_ element: JSON) throws(MessengerError) -> ChatMessage.Card {
        let title = element["title"]?.string ?? ""
        try check(title, "elements[title]", upTo: 80)
        let subtitle = element["subtitle"]?.string
        if let subtitle { try check(subtitle, "elements[subtitle]", upTo: 80) }
        let image = element["image_url"]?.string
        if let image, !WebAddress.isWeb(image) {
            throw .parameter("Param elements[image_url] should represent a valid URL")
        }
        let buttons = try buttons(element["buttons"], atLeast: 0)
        var link: String?
        if let action = element["default_action"] {
            guard action["type"]?.string == "web_url", let url = action["url"]?.string, WebAddress.isWeb(url) else {
                throw .parameter("Param elements[default_action][url] should represent a valid URL")
            }
            guard action["title"] == nil else {
                throw .parameter("Param elements[default_action] must not have a title")
            }
            link = url
        }
        guard subtitle != nil || image != nil || link != nil || !buttons.isEmpty else {
            throw .parameter("Param elements must have at least one property besides title")
        }
        return ChatMessage.Card(title: title, subtitle: subtitle, image: image, link: link, buttons: buttons)
    }
}
