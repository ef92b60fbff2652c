/// One mistake in the owner's files: where it is, what is wrong, and what to do.
package struct ContentProblem: Error, Sendable, Hashable, Codable, CustomStringConvertible {
    /// As it was handed in.
    package var file: String
    /// Counted from 1.
    package var line: Int
    /// The path within the file: `campaigns[0].layout`; nil when the file as a whole is meant.
    package var field: String?
    package var message: String
    package var hint: String?

    package init(file: String, line: Int, field: String? = nil, message: String, hint: String? = nil) {
        self.file = file
        self.line = line
        self.field = field
        self.message = message
        self.hint = hint
    }

    /// `feeds/blog.yaml:12: campaigns[0].layout: there is no layout …`
    package var sentence: String {
        let place = field.map { "\(file):\(line): \($0): " } ?? "\(file):\(line): "
        return place + message
    }

    /// The sentence, and the hint on a line of its own.
    package var description: String { hint.map { "\(sentence)\n  \($0)" } ?? sentence }
}

/// A file of feeds/ or templates/layouts/ whose text has been read.
package struct ContentFile: Sendable, Hashable {
    /// As the owner should see it in messages; paths inside the file are relative to its folder.
    package var path: String
    /// The whole file, as it is.
    package var text: String

    package init(path: String, text: String) {
        self.path = path
        self.text = text
    }
}

/// Collects the problems of one file while it is read, so that the owner sees all of them at once.
final class ProblemCollector {
    let file: String
    let secrets: (String) -> String?
    let mappings: MappingChecking
    private(set) var problems: [ContentProblem] = []
    /// A broken file of a mebibyte should not print a million lines.
    private static let limit = 100

    init(
        file: String, secrets: @escaping (String) -> String? = { _ in nil },
        mappings: @escaping MappingChecking = { _ in [] }
    ) {
        self.file = file
        self.secrets = secrets
        self.mappings = mappings
    }

    func report(line: Int, field: String?, _ message: String, hint: String? = nil) {
        guard problems.count < Self.limit else { return }
        problems.append(ContentProblem(file: file, line: line, field: field, message: message, hint: hint))
    }
}

/// A piece of the owner's text as it may stand in a one-line message: short and without control characters.
func quoted(_ text: String) -> String { "“\(shown(text))”" }

func shown(_ text: String) -> String {
    var shown = ""
    for (index, scalar) in text.unicodeScalars.enumerated() {
        if index == 60 {
            shown += "…"
            break
        }
        shown.unicodeScalars.append(scalar.properties.generalCategory == .control ? " " : scalar)
    }
    return shown
}
