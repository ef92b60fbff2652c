import CampaignModel
import Mustache

/// A value of an item as a layout may ask for it: `plain`, `escaped` or `html` (see ``LayoutTemplate``).
struct FieldValue: MustacheParent {
    private enum Content {
        case plain(String)
        case html(RichText)
    }

    private let content: Content

    /// Absent when there is nothing to see, so that sections can ask.
    init?(plain text: String?) {
        guard let text, !text.allSatisfy(\.isWhitespace) else { return nil }
        content = .plain(text)
    }

    init?(html: String?, reading: HTMLReading) {
        guard let html, !html.allSatisfy(\.isWhitespace) else { return nil }
        let text = reading(html)
        guard !text.isEmpty else { return nil }
        content = .html(text)
    }

    func child(named form: String) -> Any? {
        switch (form, content) {
        case ("plain", .plain(let text)): text
        case ("plain", .html(let text)): text.plainText
        case ("escaped", .plain(let text)), ("html", .plain(let text)): Self.escape(text)
        case ("escaped", .html(let text)): Self.escape(text.plainText)
        case ("html", .html(let text)): text.html
        default: nil
        }
    }

    /// As HTML text or an attribute's value in either kind of quotes; lines stay lines.
    private static func escape(_ text: String) -> String {
        var output = ""
        for character in RichText.escapeHTML(text) {
            if character.isNewline {
                output += "<br>"
            } else if character == "'" {
                output += "&#39;"
            } else {
                output.append(character)
            }
        }
        return output
    }
}

/// Names with values or further groups below them.
struct FieldGroup: MustacheParent {
    var children: [String: Any] = [:]
    /// Values that cost something to find out, for layouts that ask.
    var costly: [String: () -> FieldValue?] = [:]

    func child(named name: String) -> Any? { children[name] ?? costly[name]?() }
}
