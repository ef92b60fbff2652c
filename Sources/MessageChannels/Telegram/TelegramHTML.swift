import CampaignModel

/// Telegram's HTML: a few tags, and three characters to escape (Bot API, formatting options).
extension StyledText {
    var telegramHTML: String {
        var output = ""
        walk(
            open: { output += $0.openingTag },
            close: { output += $0.closingTag },
            text: { output += Self.escaped($0) }
        )
        return output
    }

    fileprivate static func escaped(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 == 0x26 || $0 == 0x3C || $0 == 0x3E }) else { return text }
        var output = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": output += "&amp;"
            case "<": output += "&lt;"
            case ">": output += "&gt;"
            default: output.unicodeScalars.append(scalar)
            }
        }
        return output
    }
}

extension StyledText.Mark {
    fileprivate var tag: String {
        switch self {
        case .quote: "blockquote"
        case .preformatted: "pre"
        case .bold: "b"
        case .italic: "i"
        case .underline: "u"
        case .strikethrough: "s"
        case .code: "code"
        case .link: "a"
        }
    }

    fileprivate var openingTag: String {
        guard case .link(let address) = self else { return "<\(tag)>" }
        return "<a href=\"\(RichText.escapeHTML(address))\">"
    }

    fileprivate var closingTag: String { "</\(tag)>" }
}
