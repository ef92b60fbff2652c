/// Goes through one string of a layout: checks its tags and markup, and rewrites each `{{x}}` for its place.
struct LayoutChecker {
    private let characters: [Character]
    private let place: LayoutTemplate.Place
    private let scope: LayoutFields.Scope
    private var position = 0
    private var line = 0
    private var output = ""
    private var sections: [String] = []
    /// Inside `<…>` of the layout's own markup.
    private var isInsideMarkup = false

    private static let maximumSections = 16
    private static let markup: Set<String> = [
        "b", "i", "u", "s", "a", "code", "pre", "blockquote", "br", "p", "ul", "ol", "li",
    ]

    init(_ text: String, place: LayoutTemplate.Place, scope: LayoutFields.Scope) {
        characters = Array(text)
        self.place = place
        self.scope = scope
    }

    mutating func check() throws(LayoutTemplate.Flaw) -> String {
        while position < characters.count {
            if starts(with: "{{") {
                try readTag()
            } else {
                try readCharacter()
            }
        }
        if let open = sections.last {
            throw flaw("{{#\(open)}} is never closed", hint: "Close it with {{/\(open)}}.")
        }
        return output
    }

    private func flaw(_ message: String, hint: String? = nil) -> LayoutTemplate.Flaw {
        LayoutTemplate.Flaw(line: line, message: message, hint: hint)
    }

    private func starts(with text: String) -> Bool { characters[position...].starts(with: text) }

    private mutating func readCharacter() throws(LayoutTemplate.Flaw) {
        let character = characters[position]
        if character.isNewline { line += 1 }
        if place == .rich { try follow(character) }
        output.append(character)
        position += 1
    }

    private mutating func follow(_ character: Character) throws(LayoutTemplate.Flaw) {
        if character == ">" { isInsideMarkup = false }
        guard character == "<" else { return }
        let rest = characters[(position + 1)...].drop { $0 == "/" }
        let name = String(rest.prefix { $0.isLetter || $0.isNumber }).lowercased()
        guard !name.isEmpty else { return }
        guard Self.markup.contains(name) else {
            throw flaw(
                "<\(name)> cannot be shown in a chat", hint: "Use \(Self.markup.sorted().joined(separator: ", "))."
            )
        }
        isInsideMarkup = true
    }

    private mutating func readTag() throws(LayoutTemplate.Flaw) {
        let isTriple = starts(with: "{{{")
        let opening = isTriple ? 3 : 2
        let closing = isTriple ? "}}}" : "}}"
        let start = position + opening
        guard let end = index(of: closing, from: start) else {
            throw flaw("a tag is never closed", hint: "Close it with \(closing).")
        }
        let written = String(characters[start..<end])
        position = end + opening
        let content = written.trimmed
        switch isTriple ? "{" : content.first {
        case "{": try insert(content, isTriple: true)
        case "&": try insert(String(content.dropFirst()).trimmed, isTriple: true)
        case "#", "^": try open(content)
        case "/": try close(String(content.dropFirst()).trimmed)
        case "!": break
        case ">", "<", "$", "=", "%", "*":
            throw flaw(
                "{{\(shown(written))}} is not supported in layouts",
                hint: "Layouts have values {{x}}, sections {{#x}}…{{/x}} and {{^x}}…{{/x}}, and comments {{! … }}."
            )
        default: try insert(content, isTriple: false)
        }
        line += written.count(where: \.isNewline)
    }

    private func index(of text: String, from start: Int) -> Int? {
        let wanted = Array(text)
        guard start <= characters.count - wanted.count else { return nil }
        return (start...(characters.count - wanted.count)).first { characters[$0...].starts(with: wanted) }
    }

    private mutating func insert(_ content: String, isTriple: Bool) throws(LayoutTemplate.Flaw) {
        var parts = Self.pipeline(content)
        let name = parts.removeFirst()
        try requireName(name)
        guard name != "items" else {
            throw flaw("{{items}} is a list", hint: "Go through it with {{#items}} … {{/items}}.")
        }
        let form: String
        switch (place, isTriple) {
        case (.plain, true):
            throw flaw("{{{\(name)}}} inserts HTML, and this is plain text", hint: "Write {{\(name)}}.")
        case (.plain, false): form = "plain"
        case (.rich, false): form = "escaped"
        case (.rich, true):
            guard !isInsideMarkup else {
                throw flaw("{{{\(name)}}} stands inside a tag's < >", hint: "Write {{\(name)}} there.")
            }
            form = "html"
        }
        let isPersonal = scope != .subscriber && LayoutFields.isPersonal(name)
        guard !(isPersonal && isTriple) else {
            throw flaw("{{{\(name)}}} inserts HTML, and this is plain text", hint: "Write {{\(name)}}.")
        }
        var path = name
        var kind = LayoutFields.kind(of: name)
        for (place, part) in parts.enumerated() {
            let helper = try helper(part, name, kind)
            // What a helper makes is words.
            kind = .text
            if case .or(let text) = helper {
                guard place == parts.count - 1 else {
                    throw flaw("or is not the last helper", hint: "Put it at the end.")
                }
                if !isPersonal {
                    output += try self.value(path, form) + self.fallback(text, for: name)
                    return
                }
            }
            path += "." + HelperName.encode(part)
        }
        output += try value(path, form)
    }

    /// With the text behind it, the value stands in a section that is there when it is.
    private func fallback(_ text: String, for name: String) throws(LayoutTemplate.Flaw) -> String {
        guard !text.contains("{{") else { throw flaw("a text behind or cannot hold values", hint: "Write words.") }
        return "{{^\(name)}}\(place == .rich ? FieldValue.escape(text) : text){{/\(name)}}"
    }

    private func value(_ path: String, _ form: String) throws(LayoutTemplate.Flaw) -> String { "{{{\(path).\(form)}}}" }

    private func helper(
        _ text: String, _ name: String, _ kind: LayoutFields.Kind
    ) throws(LayoutTemplate.Flaw) -> FieldHelper {
        let helper: FieldHelper
        do {
            helper = try FieldHelper(text)
        } catch {
            throw flaw("{{\(name) | \(shown(text))}}: \(error.message)", hint: error.hint.isEmpty ? nil : error.hint)
        }
        guard helper.kind == nil || helper.kind == kind else {
            throw flaw(
                "{{\(name) | \(shown(text))}}: \(name) is \(kind.description), not \(helper.kind?.description ?? "")",
                hint: "Look at the list of fields in docs/layouts.md.")
        }
        return helper
    }

    /// The parts between `|`, except where that stands in quotes.
    private static func pipeline(_ content: String) -> [String] {
        var parts = [""]
        var quote: Character?
        for character in content {
            if let open = quote {
                if character == open { quote = nil }
            } else if character == "\"" || character == "'" {
                quote = character
            } else if character == "|" {
                parts.append("")
                continue
            }
            parts[parts.count - 1].append(character)
        }
        return parts.map(\.trimmed)
    }

    private mutating func open(_ content: String) throws(LayoutTemplate.Flaw) {
        let name = String(content.dropFirst()).trimmed
        try requireName(name)
        if scope != .subscriber, LayoutFields.isPersonal(name) {
            throw flaw(
                "{{\(content.prefix(1))\(name)}}: whether somebody has it is known only when it is sent to them",
                hint: "Write {{\(name) | or: \"there\"}}.")
        }
        if content.first == "#", name == "items", sections.contains("items") {
            throw flaw("{{#items}} stands inside {{#items}}")
        }
        guard sections.count < Self.maximumSections else { throw flaw("sections are nested too deeply") }
        sections.append(content.first == "#" ? name : "^" + name)
        output += "{{\(content.prefix(1))\(name)}}"
    }

    private mutating func close(_ name: String) throws(LayoutTemplate.Flaw) {
        guard let open = sections.last, open == name || open == "^" + name else {
            let hint = sections.last.map { "Close {{#\($0)}} first." }
            throw flaw("{{/\(shown(name))}} closes nothing that is open here", hint: hint)
        }
        sections.removeLast()
        output += "{{/\(name)}}"
    }

    private func requireName(_ name: String) throws(LayoutTemplate.Flaw) {
        let isInItem = scope == .item || sections.contains("items")
        let known = Set(
            isInItem
                ? LayoutFields.names(in: .item) + (scope == .digest ? ["items"] : []) : LayoutFields.names(in: scope)
        )
        guard !LayoutFields.isKnown(name, in: known) else { return }
        if scope == .digest, !isInItem, LayoutFields.itemNames.contains(name) {
            throw flaw(
                "{{\(name)}} belongs to one item, and this text is about all of them",
                hint: "Put it between {{#items}} and {{/items}}, or into cards."
            )
        }
        if name == "items" {
            throw flaw("{{items}} exists only in layouts with each: digest, outside cards")
        }
        throw flaw("unknown field \(quoted(name))", hint: Suggestion.hint(for: name, among: known))
    }
}

extension String {
    /// Without white space at both ends.
    var trimmed: String {
        let start = drop(while: \.isWhitespace)
        guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(start[...last])
    }
}
