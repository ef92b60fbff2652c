/// What a bot says of itself: name, descriptions, commands and the menu button, for each language and scope.
///
/// Limits from https://core.telegram.org/bots/api#setmycommands and the methods beside it.
struct TelegramProfile: Sendable {
    private static let maximumCommands = 100
    /// Languages and scopes of one bot.
    private static let maximumEntries = 10_000

    private struct CommandKey: Sendable, Hashable {
        var scope: String
        var language: String
    }

    private var names: [String: String] = [:]
    private var descriptions: [String: String] = [:]
    private var shortDescriptions: [String: String] = [:]
    private var commands: [CommandKey: JSON] = [:]
    /// By chat; `""` for all.
    private var menuButtons: [String: JSON] = [:]

    /// Falls back to the one without a language, as the platform does.
    func name(_ language: String) -> String { names[language] ?? names[""] ?? "Sandbox bot" }

    /// Answers the profile's methods, their names in small letters.
    ///
    /// - Returns: `nil` for any other method.
    mutating func answer(_ method: String, _ parameters: RequestParameters) throws(TelegramError) -> JSON? {
        let language = parameters.text("language_code") ?? ""
        guard language.isEmpty || language.utf8.count == 2 && language.utf8.allSatisfy({ (0x61...0x7A).contains($0) })
        else { throw .badRequest("invalid language code specified") }
        switch method {
        case "setmyname":
            return try Self.set(&names, language, parameters.text("name"), upTo: 64, "BOT_TITLE_INVALID")
        case "getmyname": return ["name": .string(name(language))]
        case "setmydescription":
            return try Self.set(
                &descriptions, language, parameters.text("description"), upTo: 512, "description is too long"
            )
        case "getmydescription": return ["description": .string(descriptions[language] ?? descriptions[""] ?? "")]
        case "setmyshortdescription":
            return try Self.set(
                &shortDescriptions, language, parameters.text("short_description"), upTo: 120,
                "short description is too long"
            )
        case "getmyshortdescription":
            return ["short_description": .string(shortDescriptions[language] ?? shortDescriptions[""] ?? "")]
        case "setmycommands", "getmycommands", "deletemycommands":
            return try commands(method, CommandKey(scope: Self.scope(parameters), language: language), parameters)
        case "setchatmenubutton":
            let chat = parameters.text("chat_id") ?? ""
            menuButtons[chat] = try Self.menuButton(parameters.structure("menu_button"))
            if menuButtons.count > Self.maximumEntries { menuButtons = [:] }
            return true
        case "getchatmenubutton":
            return menuButtons[parameters.text("chat_id") ?? ""] ?? menuButtons[""] ?? ["type": "commands"]
        default: return nil
        }
    }

    /// An empty text takes the one of that language away.
    private static func set(
        _ texts: inout [String: String], _ language: String, _ text: String?, upTo limit: Int, _ refusal: String
    ) throws(TelegramError) -> JSON {
        let text = text ?? ""
        guard text.utf16.count <= limit else { throw .badRequest(refusal) }
        texts[language] = text.isEmpty ? nil : text
        return true
    }

    private mutating func commands(_ method: String, _ key: CommandKey, _ parameters: RequestParameters)
        throws(TelegramError) -> JSON
    {
        switch method {
        case "getmycommands": return commands[key] ?? []
        case "deletemycommands": commands[key] = nil
        default:
            guard let list = parameters.structure("commands")?.array else {
                throw .badRequest("can't parse commands JSON object")
            }
            for command in list { try Self.check(command) }
            guard list.count <= Self.maximumCommands else { throw .badRequest("BOT_COMMANDS_TOO_MUCH") }
            commands[key] = list.isEmpty ? nil : .array(list)
            if commands.count > Self.maximumEntries { commands = [:] }
        }
        return true
    }

    private static func check(_ command: JSON) throws(TelegramError) {
        guard let name = command["command"]?.string, TelegramNames.isCommand(name) else {
            throw .badRequest("BOT_COMMAND_INVALID")
        }
        guard (1...256).contains((command["description"]?.string ?? "").utf16.count) else {
            throw .badRequest("BOT_COMMAND_DESCRIPTION_INVALID")
        }
    }

    private static func scope(_ parameters: RequestParameters) throws(TelegramError) -> String {
        guard let scope = parameters.structure("scope") else { return "default" }
        let type = scope["type"]?.string ?? ""
        switch type {
        case "default", "all_private_chats", "all_group_chats", "all_chat_administrators": return type
        case "chat", "chat_administrators", "chat_member":
            guard let chat = scope["chat_id"]?.identifier else { throw .badRequest("chat_id is empty") }
            return "\(type):\(chat):\(scope["user_id"]?.identifier ?? "")"
        default: throw .badRequest("can't parse BotCommandScope: Unknown type specified")
        }
    }

    private static func menuButton(_ button: JSON?) throws(TelegramError) -> JSON {
        guard let button else { return ["type": "commands"] }
        switch button["type"]?.string {
        case "commands", "default": return ["type": "commands"]
        case "web_app":
            guard let text = button["text"]?.string, !text.isEmpty,
                let url = button["web_app"]?["url"]?.string, url.lowercased().hasPrefix("https://")
            else { throw .badRequest("can't parse menu button: Web App URL must use HTTPS") }
            return button
        default: throw .badRequest("can't parse menu button: Unknown type specified")
        }
    }
}
