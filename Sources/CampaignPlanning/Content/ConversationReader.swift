import CampaignModel

/// Reads how a channel talks with those who write to it.
enum ConversationReader {
    static let keys = ["title", "events", "presentation", "languages", "updates"]
    /// The keys of `events`; what is not `none` names a layout.
    static let events = ["welcome", "unsubscribe", "default_reply"]
    static let none = "none"

    private static let longestTitle = 64

    static func read(_ reader: MappingReader, into channel: inout Channel) {
        if let title = reader.string("title") {
            let words = title.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            if words.isEmpty || words.count > longestTitle {
                reader.report("title", "the title is empty or longer than \(longestTitle) characters")
            }
            channel.title = words
        }
        if let events = reader.group("events", keys: events) {
            channel.conversation.welcome = reply(events, "welcome")
            channel.conversation.goodbye = reply(events, "unsubscribe")
            channel.conversation.defaultReply = reply(events, "default_reply")
        }
        channel.conversation.presentation = presentation(reader, platform: channel.platform)
        channel.conversation.languages = languages(reader) ?? channel.conversation.languages
        if reader.has("updates") {
            if channel.platform == .messenger {
                reader.report("updates", "only Telegram channels have it", hint: "Messenger always calls a webhook.")
            }
            channel.conversation.updates =
                reader.choice("updates", of: Conversation.Updates.self) ?? channel.conversation.updates
        }
    }

    private static func reply(_ events: MappingReader, _ key: String) -> Conversation.Reply {
        guard let text = events.string(key) else { return .builtIn }
        return text == none ? .none : .layout(text)
    }

    private static func presentation(_ reader: MappingReader, platform: Platform) -> Conversation.Presentation? {
        guard let group = reader.group("presentation", keys: ["description", "short_description"]),
            let description = group.required("description", hint: "Say in a sentence or two what people get here.")
        else { return nil }
        check(description, of: platform == .telegram ? 512 : 160, group, "description")
        let short = group.string("short_description")
        if let short {
            check(short, of: 120, group, "short_description")
            if platform == .messenger {
                group.report("short_description", "only Telegram channels have it", hint: "Leave it out.")
            }
        }
        return Conversation.Presentation(description: description, shortDescription: short)
    }

    /// setMyDescription: 512, setMyShortDescription: 120 (Bot API 10.1). Messenger's greeting: 160.
    private static func check(_ text: String, of limit: Int, _ reader: MappingReader, _ key: String) {
        guard text.utf16.count > limit else { return }
        reader.report(
            key, "the text has \(text.utf16.count) characters; the platform takes \(limit)", hint: "Shorten it.")
    }

    private static func languages(_ reader: MappingReader) -> [Language]? {
        guard let texts = reader.strings("languages") else { return nil }
        let known = Language.allCases.map(\.rawValue)
        var languages: [Language] = []
        for text in texts {
            guard let language = Language(rawValue: text) else {
                reader.report(
                    "languages", "unknown language \(quoted(text))",
                    hint: "The languages are \(known.joined(separator: ", ")).")
                continue
            }
            if !languages.contains(language) { languages.append(language) }
        }
        if texts.isEmpty { reader.report("languages", "empty", hint: "Leave it out for all, or write [en, tr].") }
        return languages
    }
}
