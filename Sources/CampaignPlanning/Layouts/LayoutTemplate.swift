import Mustache

/// One checked string of a layout.
///
/// Mustache only puts text together here: what a value looks like in its place is decided by ``FieldValue``. While
/// checking, `{{x}}` is rewritten to ask for the form that its place needs, so nothing depends on Mustache's own
/// escaping, which does not know rich text from plain.
struct LayoutTemplate: Sendable {
    enum Place: Sendable {
        /// HTML: text and subtitle.
        case rich
        /// Characters: titles and addresses.
        case plain
    }

    private static let maximumBytes = 16 << 10
    private let template: MustacheTemplate

    /// What is wrong with a string, and on which of its lines, counted from 0.
    struct Flaw: Error, Hashable {
        var line: Int
        var message: String
        var hint: String?
    }

    init(_ text: String, place: Place, scope: LayoutFields.Scope) throws(Flaw) {
        // Mustache's parser measures the rest of the text at each tag, which takes for ever in a huge one.
        guard text.utf8.count <= Self.maximumBytes else {
            throw Flaw(line: 0, message: "the text is longer than 16 KiB", hint: "No chat shows that much.")
        }
        var checker = LayoutChecker(text, place: place, scope: scope)
        let rewritten = try checker.check()
        do {
            template = try MustacheTemplate(string: rewritten)
        } catch let error as MustacheTemplate.ParserError {
            throw Flaw(line: error.context.lineNumber - 1, message: "not valid Mustache", hint: nil)
        } catch {
            throw Flaw(line: 0, message: "not valid Mustache", hint: nil)
        }
    }

    func render(_ fields: FieldGroup) -> String { template.render(fields) }
}
