/// Names of people in feeds: `mail@example.com (Name)`, `Name <mail@example.com>`, or just the name.
enum AuthorText {
    static func name(_ text: String) -> String? {
        let text = text.collapsed
        if text.hasSuffix(")"), let open = text.lastIndex(of: "("), text[..<open].contains("@") {
            let name = String(text[text.index(after: open)...].dropLast())
            if let name = name.trimmedOrNil { return name }
            return String(text[..<open]).trimmedOrNil
        }
        if text.hasSuffix(">"), let open = text.lastIndex(of: "<"), text[open...].contains("@"),
            let name = String(text[..<open]).trimmedOrNil
        {
            return name
        }
        return text.trimmedOrNil
    }
}
