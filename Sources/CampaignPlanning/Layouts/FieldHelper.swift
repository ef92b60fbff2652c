import CampaignModel
import Foundation

/// What a layout does with a value before it shows it: `{{item.title | truncate: 80}}`.
enum FieldHelper: Sendable, Hashable {
    case truncate(Int)
    case date(String)
    case money
    case percent
    /// One form for each of the numbers that the locale's language tells apart.
    case plural([String])
    /// What stands there when there is no value.
    case or(String)

    struct Flaw: Error, Hashable {
        var message: String
        var hint: String
    }

    private static let names = ["truncate", "date", "money", "percent", "plural", "or"]
    private static let longestText = 200

    /// As it is written behind the `|`.
    init(_ text: String) throws(Flaw) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(parts[0]).trimmed
        let arguments = parts.count > 1 ? try Self.arguments(String(parts[1])) : []
        guard arguments.allSatisfy({ $0.count <= Self.longestText }) else {
            throw Flaw(message: "\(name) is given more than \(Self.longestText) characters", hint: "Write it beside.")
        }
        switch (name, arguments.count) {
        case ("truncate", 1):
            guard let length = Int(arguments[0]), (1...4096).contains(length) else {
                throw Flaw(
                    message: "\(quoted(arguments[0])) is no length",
                    hint: "Write 1 to 4096: {{item.title | truncate: 80}}.")
            }
            self = .truncate(length)
        case ("date", 1):
            guard DateForm(arguments[0]) != nil else {
                throw Flaw(
                    message: "\(quoted(arguments[0])) is no form of a date",
                    hint: "Write short, medium, long, full, time, or a pattern such as \"d MMMM\".")
            }
            self = .date(arguments[0])
        case ("money", 0): self = .money
        case ("percent", 0): self = .percent
        case ("plural", 2...4): self = .plural(arguments)
        case ("or", 1): self = .or(arguments[0])
        default:
            throw Flaw(
                message: Self.names.contains(name) ? "\(name) is not used like that" : "unknown helper \(quoted(name))",
                hint: Self.names.contains(name)
                    ? "Write truncate: 80, date: \"d MMMM\", money, percent, plural: \"article\", \"articles\", or: \"you\"."
                    : Suggestion.hint(for: name, among: Self.names) ?? "")
        }
    }

    /// Words, or texts in quotes, with commas between.
    private static func arguments(_ text: String) throws(Flaw) -> [String] {
        var arguments: [String] = []
        var rest = Substring(text.trimmed)
        while true {
            if let quote = rest.first, quote == "\"" || quote == "'" {
                let behind = rest.dropFirst()
                guard let end = behind.firstIndex(of: quote) else {
                    throw Flaw(message: "a text is not closed", hint: "Close it with \(quote).")
                }
                arguments.append(String(behind[..<end]))
                rest = behind[behind.index(after: end)...]
            } else {
                let word = rest.prefix { $0 != "," }
                arguments.append(String(word).trimmed)
                rest = rest[word.endIndex...]
            }
            rest = rest.drop(while: \.isWhitespace)
            guard let next = rest.first else { return arguments }
            guard next == "," else {
                throw Flaw(message: "\(quoted(String(rest))) is behind a text", hint: "Put commas between texts.")
            }
            rest = rest.dropFirst().drop(while: \.isWhitespace)
        }
    }

    /// Values of which kind it is for; nil for any.
    var kind: LayoutFields.Kind? {
        switch self {
        case .date: .moment
        case .money: .money
        case .percent, .plural: .number
        case .truncate, .or: nil
        }
    }
}

/// Helpers in the name of a value, for Mustache knows no such thing: a part of the name that is `h` and the helper's text
/// in hexadecimal digits.
enum HelperName {
    static func encode(_ text: String) -> String {
        "h" + text.utf8.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    static func decode(_ name: String) -> FieldHelper? {
        guard name.first == "h", name.utf8.count % 2 == 1 else { return nil }
        let digits = Array(name.utf8.dropFirst())
        var bytes: [UInt8] = []
        for place in stride(from: 0, to: digits.count, by: 2) {
            guard let byte = UInt8(String(decoding: digits[place...(place + 1)], as: UTF8.self), radix: 16) else {
                return nil
            }
            bytes.append(byte)
        }
        return try? FieldHelper(String(decoding: bytes, as: UTF8.self))
    }
}
