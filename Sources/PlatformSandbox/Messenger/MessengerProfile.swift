/// A Page's Messenger Profile: what people see before and beside a conversation.
///
/// https://developers.facebook.com/docs/messenger-platform/reference/messenger-profile-api
struct MessengerProfile: Sendable {
    private static let known = [
        "greeting", "get_started", "persistent_menu", "ice_breakers", "commands", "whitelisted_domains",
        "account_linking_url", "home_url", "target_audience",
    ]
    private static let maximumItems = 20
    private static let maximumQuestions = 4

    private var properties: [String: JSON] = [:]

    /// The payload of the Get Started button.
    var getStarted: String? { properties["get_started"]?["payload"]?.string }

    /// `{"data":[{…}]}` of the properties asked for, all when none are named.
    func json(fields: String?) -> JSON {
        let wanted = fields.map { $0.split(separator: ",").map { String($0) } } ?? Self.known
        let members = wanted.compactMap { name in properties[name].map { JSON.Member(key: name, value: $0) } }
        return ["data": members.isEmpty ? [] : [.object(members)]]
    }

    /// Sets what the parameters hold; nothing is changed when one of them is wrong.
    mutating func set(_ parameters: RequestParameters) throws(MessengerError) -> JSON {
        var new = self
        var isEmpty = true
        for name in Self.known {
            guard let value = parameters.structure(name) ?? parameters[name] else { continue }
            try Self.check(name, value)
            new.properties[name] = value
            isEmpty = false
        }
        guard !isEmpty else { throw .parameter("Requires one of the params: \(Self.known.joined(separator: ","))") }
        try new.checkMenu()
        self = new
        return ["result": "success"]
    }

    mutating func remove(_ fields: [String]) throws(MessengerError) -> JSON {
        guard !fields.isEmpty, fields.allSatisfy({ Self.known.contains($0) }) else {
            throw .parameter("Param fields must be a list of {\(Self.known.joined(separator: ", "))}")
        }
        var new = self
        for field in fields { new.properties[field] = nil }
        try new.checkMenu()
        self = new
        return ["result": "success"]
    }

    /// The title of the menu's item or the ice breaker that sends this payload.
    func title(ofPayload payload: String) -> String? {
        for locale in properties["persistent_menu"]?.array ?? [] {
            for item in locale["call_to_actions"]?.array ?? [] where item["payload"]?.string == payload {
                return item["title"]?.string
            }
        }
        for entry in properties["ice_breakers"]?.array ?? [] {
            for question in entry["call_to_actions"]?.array ?? [entry] where question["payload"]?.string == payload {
                return question["question"]?.string
            }
        }
        return nil
    }

    private func checkMenu() throws(MessengerError) {
        guard properties["persistent_menu"] == nil || getStarted != nil else {
            throw MessengerError(
                code: 100, subcode: 2_018_145,
                message: "(#100) You must set a Get Started button if you also wish to use persistent menu"
            )
        }
    }

    private static func check(_ name: String, _ value: JSON) throws(MessengerError) {
        switch name {
        case "greeting":
            let entries = try localized(value, name)
            for entry in entries {
                try MessengerTemplate.check(entry["text"]?.string ?? "", "greeting[text]", upTo: 160)
            }
        case "get_started":
            try MessengerTemplate.check(value["payload"]?.string ?? "", "get_started[payload]", upTo: 1000)
        case "persistent_menu":
            for entry in try localized(value, name) {
                let items = entry["call_to_actions"]?.array ?? []
                guard items.count <= maximumItems else {
                    throw .parameter("Param persistent_menu[call_to_actions] has too many elements.")
                }
                for item in items { try checkItem(item) }
            }
        case "ice_breakers": try checkQuestions(value)
        case "commands":
            for entry in try localized(value, name) {
                for command in entry["commands"]?.array ?? [] {
                    try MessengerTemplate.check(command["name"]?.string ?? "", "commands[name]", upTo: 32)
                    try MessengerTemplate.check(command["description"]?.string ?? "", "commands[description]", upTo: 64)
                }
            }
        default: return
        }
    }

    private static func localized(_ value: JSON, _ name: String) throws(MessengerError) -> [JSON] {
        guard let entries = value.array, entries.contains(where: { $0["locale"]?.string == "default" }) else {
            throw .parameter("Param \(name) must have an entry with locale default")
        }
        return entries
    }

    private static func checkItem(_ item: JSON) throws(MessengerError) {
        try MessengerTemplate.check(item["title"]?.string ?? "", "call_to_actions[title]", upTo: 30)
        switch item["type"]?.string {
        case "postback":
            try MessengerTemplate.check(item["payload"]?.string ?? "", "call_to_actions[payload]", upTo: 1000)
        case "web_url":
            guard let url = item["url"]?.string, WebAddress.isWeb(url) else {
                throw .parameter("Param call_to_actions[url] should represent a valid URL")
            }
        default: throw .parameter("Param call_to_actions[type] must be one of {WEB_URL, POSTBACK}")
        }
    }

    private static func checkQuestions(_ value: JSON) throws(MessengerError) {
        for entry in value.array ?? [] where entry["call_to_actions"] != nil {
            try checkQuestions(entry["call_to_actions"] ?? [])
        }
        let questions = (value.array ?? []).filter { $0["call_to_actions"] == nil }
        guard questions.count <= maximumQuestions else { throw .parameter("Param ice_breakers has too many elements.") }
        for question in questions {
            try MessengerTemplate.check(question["question"]?.string ?? "", "ice_breakers[question]", upTo: 80)
            try MessengerTemplate.check(question["payload"]?.string ?? "", "ice_breakers[payload]", upTo: 1000)
        }
    }
}
