import CampaignModel
import Mustache

/// A value of an item as a layout may ask for it: `plain`, `escaped` or `html` (see ``LayoutTemplate``), behind any helpers.
struct FieldValue: MustacheParent {
    private enum Content {
        case plain(String)
        case html(RichText)
        case moment(Timestamp)
        case money(Money)
        case number(Int)
    }

    private let content: Content
    private let locale: LayoutLocale

    // No chat shows more of one message.
    private static let longest = 40_000

    private init(_ content: Content, _ locale: LayoutLocale) {
        self.content = content
        self.locale = locale
    }

    /// Absent when there is nothing to see, so that sections can ask.
    init?(plain text: String?, _ locale: LayoutLocale) {
        guard let text = text.map({ PersonalMark.removed(from: $0) }), !text.allSatisfy(\.isWhitespace) else {
            return nil
        }
        self.init(.plain(text.count > Self.longest ? String(text.prefix(Self.longest)) : text), locale)
    }

    init?(html: String?, reading: HTMLReading, _ locale: LayoutLocale) {
        guard let html, !html.allSatisfy(\.isWhitespace) else { return nil }
        let text = PersonalMark.removed(from: reading(html))
        guard !text.isEmpty else { return nil }
        self.init(.html(text.prefix(Self.longest)), locale)
    }

    init?(_ moment: Timestamp?, _ locale: LayoutLocale) {
        guard let moment else { return nil }
        self.init(.moment(moment), locale)
    }

    /// Zero is how shops say that they do not know.
    init?(_ price: Money?, _ locale: LayoutLocale) {
        guard let price, price.amount.digits > 0 else { return nil }
        self.init(.money(price), locale)
    }

    init(_ number: Int, _ locale: LayoutLocale) { self.init(.number(number), locale) }

    func child(named form: String) -> Any? {
        switch form {
        case "plain": return plain
        case "escaped": return Self.escape(plain)
        case "html":
            guard case .html(let text) = content else { return Self.escape(plain) }
            return text.html
        default: return HelperName.decode(form).flatMap(helped)
        }
    }

    private var plain: String {
        switch content {
        case .plain(let text): text
        case .html(let text): text.plainText
        // The day in UTC: `2026-11-22`.
        case .moment(let moment): String(moment.description.prefix { $0 != "T" })
        case .money(let price): price.description
        case .number(let number): String(number)
        }
    }

    private func helped(by helper: FieldHelper) -> FieldValue? {
        switch (helper, content) {
        case (.truncate(let length), _): FieldValue(.plain(plain.onOneLine.truncated(to: length)), locale)
        case (.date(let form), .moment(let moment)): FieldValue(plain: locale.date(moment, form), locale)
        case (.money, .money(let price)): FieldValue(plain: locale.money(price), locale)
        case (.percent, .number(let number)): FieldValue(plain: locale.percent(number), locale)
        case (.plural(let forms), .number(let number)): FieldValue(.plain(locale.plural(number, forms)), locale)
        default: nil
        }
    }

    /// As HTML text or an attribute's value in either kind of quotes; lines stay lines.
    static func escape(_ text: String) -> String {
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
