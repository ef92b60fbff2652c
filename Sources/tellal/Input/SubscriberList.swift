import CampaignModel
import CampaignStore
import MessageChannels

/// A CSV file of subscribers, as `tellal subscribers import` takes it.
enum SubscriberList {
    private static let columns = [
        "address", "first_name", "last_name", "language", "tags", "consent_at", "consent_source", "last_active_at",
    ]

    /// All or nothing: one bad line refuses the file, so that nobody is left out unseen.
    ///
    /// - Throws: ``Problem`` (`badData`) that names the line and the column.
    static func read(
        _ text: String, name: String, platform: Platform, now: Timestamp
    ) throws(Problem) -> [Subscriber] {
        var rows = try CSVText.rows(text, name: name)[...]
        guard let header = rows.popFirst() else {
            throw Problem(.badData, "\(name) is empty", hint: "The first line names the columns: \(list).")
        }
        let names = header.fields.map { $0.trimmed.lowercased() }
        if let unknown = names.first(where: { !columns.contains($0) && !isField($0) }) {
            throw Problem(
                .badData, "\(name):\(header.line): there is no column `\(unknown.prefix(60))`",
                hint: "The columns are \(list).")
        }
        guard names.contains("address") else {
            throw Problem(
                .badData, "\(name):\(header.line): the column `address` is missing", hint: "The columns are \(list).")
        }
        var subscribers: [Subscriber] = []
        for row in rows where row.fields.contains(where: { !$0.trimmed.isEmpty }) {
            subscribers.append(try subscriber(row, names, name, platform, now))
        }
        return subscribers
    }

    private static func subscriber(
        _ row: CSVText.Row, _ names: [String], _ file: String, _ platform: Platform, _ now: Timestamp
    ) throws(Problem) -> Subscriber {
        guard row.fields.count <= names.count else {
            throw Problem(
                .badData, "\(file):\(row.line): \(row.fields.count) fields, but the header names \(names.count)",
                hint: "Put a field that holds a comma between quotes.")
        }
        var values: [String: String] = [:]
        for (column, field) in zip(names, row.fields) where !field.trimmed.isEmpty {
            values[column] = CSVText.unguarded(field.trimmed)
        }
        guard let given = values["address"] else {
            throw Problem(.badData, "\(file):\(row.line): the address is missing")
        }
        guard let address = Self.address(given, on: platform) else {
            throw Problem(
                .badData, "\(file):\(row.line): \(given.prefix(60)) is no address on \(platform.rawValue)",
                hint: platform == .telegram
                    ? "Write a chat id or @name of a channel; for a topic of a forum, with /topic behind it."
                    : "Write the person's page-scoped id, digits only.")
        }
        func time(_ column: String) throws(Problem) -> Timestamp? {
            guard let text = values[column] else { return nil }
            guard let moment = Timestamp(iso8601: text) else {
                throw Problem(
                    .badData, "\(file):\(row.line): `\(column)`: \(text.prefix(60)) is no time",
                    hint: "Write it as 2026-11-22T09:00:00Z.")
            }
            return moment
        }
        let lastActiveAt = try time("last_active_at")
        // It would open Messenger's window now, though nobody wrote. Another machine's clock may be a little ahead.
        guard lastActiveAt.map({ $0 <= now + .minutes(5) }) ?? true else {
            throw Problem(
                .badData,
                "\(file):\(row.line): `last_active_at`: \(values["last_active_at"]?.prefix(60) ?? "") is in the future",
                hint: "Write when they last wrote to you, or leave it empty.")
        }
        return Subscriber(
            address: address, firstName: values["first_name"], lastName: values["last_name"],
            // As tags are written, whoever exported them with Meta's underscore.
            language: values["language"]?.replacing("_", with: "-"),
            tags: (values["tags"] ?? "").split(separator: ";").map { String($0).trimmed }.filter { !$0.isEmpty },
            fields: fields(values), consentAt: try time("consent_at"), consentSource: values["consent_source"],
            lastActiveAt: lastActiveAt)
    }

    /// One spelling for one chat, so that nobody is in the audience twice.
    private static func address(_ text: String, on platform: Platform) -> String? {
        switch platform {
        case .messenger: return text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? text : nil
        case .telegram:
            let target = TelegramTarget(text)
            if let id = Int64(target.chat) { return id == 0 ? nil : target.moved(to: String(id)) }
            guard target.chat.hasPrefix("@"), target.chat.utf8.count > 1, !target.chat.contains("/") else { return nil }
            return target.moved(to: target.chat.lowercased())
        }
    }

    private static let fieldPrefix = "field."

    /// A column of the owner's own: `field.city`.
    private static func isField(_ name: String) -> Bool {
        name.hasPrefix(fieldPrefix) && name.count > fieldPrefix.count && name.count <= 64
    }

    private static func fields(_ values: [String: String]) -> [String: String] {
        Dictionary(
            values.filter { isField($0.key) }.map { (String($0.key.dropFirst(fieldPrefix.count)), $0.value) }
        ) { first, _ in first }
    }

    private static var list: String { columns.joined(separator: ", ") + ", and your own as field.NAME" }
}

extension SubscriberList {
    /// The first line of a file that ``read(_:name:platform:now:)`` takes.
    static func header(fields: [String]) -> String {
        (columns + fields.map { CSVText.field(fieldPrefix + $0) }).joined(separator: ",")
    }

    /// One line of it.
    static func row(_ listed: ListedSubscriber, fields: [String]) -> String {
        let subscriber = listed.subscriber
        let values: [String?] = [
            subscriber.address, subscriber.firstName, subscriber.lastName, subscriber.language,
            subscriber.tags.joined(separator: ";"), listed.agreed?.at.description, listed.agreed?.origin,
            subscriber.lastActiveAt?.description,
        ]
        let own = fields.map { subscriber.fields[$0] }
        // Names come from strangers, and a spreadsheet takes what begins like a formula for one.
        let guarded = [values[0]] + (values.dropFirst() + own).map { $0.map(CSVText.guarded) }
        return guarded.map { CSVText.field($0 ?? "") }.joined(separator: ",")
    }
}

extension CSVText {
    private static let formula: Set<Character> = ["=", "+", "-", "@", "\t", "\r"]

    /// A text that no spreadsheet calculates.
    static func guarded(_ text: String) -> String { text.first.map(formula.contains) ?? false ? "'" + text : text }

    /// What ``guarded(_:)`` was given.
    static func unguarded(_ text: String) -> String {
        text.first == "'" && text.dropFirst().first.map(formula.contains) ?? false ? String(text.dropFirst()) : text
    }

    /// Quoted where it must be.
    static func field(_ text: String) -> String {
        guard text.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return text }
        return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}

/// RFC 4180: fields between commas, quoted where they hold commas, quotes or line breaks.
enum CSVText {
    struct Row {
        var line: Int
        var fields: [String]
    }

    /// - Throws: ``Problem`` (`badData`) when a quote is opened and never closed: what follows it would be lost unseen.
    static func rows(_ text: String, name: String) throws(Problem) -> [Row] {
        var rows: [Row] = []
        var field = ""
        var fields: [String] = []
        var line = 1
        var start = 1
        var quoted = false
        var characters = text.unicodeScalars.drop { $0 == "\u{FEFF}" }
        func endRow() {
            fields.append(field)
            if fields != [""] { rows.append(Row(line: start, fields: fields)) }
            (field, fields, start) = ("", [], line)
        }
        while let character = characters.popFirst() {
            if character == "\n" { line += 1 }
            switch (character, quoted) {
            case ("\"", true):
                if characters.first == "\"" {
                    characters.removeFirst()
                    field.unicodeScalars.append("\"")
                } else {
                    quoted = false
                }
            case ("\"", false) where field.isEmpty: quoted = true
            case (",", false):
                fields.append(field)
                field = ""
            case ("\n", false): endRow()
            case ("\r", false) where characters.first == "\n" || characters.first == nil: break
            default: field.unicodeScalars.append(character)
            }
        }
        guard !quoted else {
            throw Problem(
                .badData, "\(name):\(start): a quote is opened and never closed",
                hint: "Close it, or write \"\" for a quote inside a field.")
        }
        if !field.isEmpty || !fields.isEmpty { endRow() }
        return rows
    }
}

extension String {
    fileprivate var trimmed: String {
        let start = drop { $0.isWhitespace }
        return String(start.reversed().drop { $0.isWhitespace }.reversed())
    }
}
