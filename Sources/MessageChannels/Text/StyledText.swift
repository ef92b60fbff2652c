import CampaignModel

/// Text as a row of runs, each with the marks that hold over it: a form that can be measured and cut anywhere, because
/// tags exist only in what is written from it.
struct StyledText: Sendable, Hashable {
    enum Mark: Sendable, Hashable {
        /// Blocks are numbered, so that two that touch stay two.
        case quote(Int)
        case preformatted(Int)
        case bold, italic, underline, strikethrough, code
        case link(String)

        /// Blocks are outside of everything else.
        var isBlock: Bool {
            switch self {
            case .quote, .preformatted: true
            default: false
            }
        }
    }

    struct Run: Sendable, Hashable {
        var text: String
        var marks: [Mark]
    }

    private(set) var runs: [Run] = []

    var hasLink: Bool {
        runs.contains { $0.marks.contains { if case .link = $0 { true } else { false } } }
    }

    init(runs: [Run] = []) {
        for run in runs { append(run.text, marks: run.marks) }
    }

    var plain: String { runs.lazy.map(\.text).joined() }
    /// In UTF-16 units.
    var length: Int { runs.reduce(0) { $0 + $1.text.utf16.count } }
    var isEmpty: Bool { runs.isEmpty }

    /// True when a reader would see nothing.
    var isBlank: Bool {
        runs.allSatisfy { run in
            run.text.unicodeScalars.allSatisfy {
                $0.properties.isWhitespace || $0.properties.isDefaultIgnorableCodePoint
            }
        }
    }

    mutating func append(_ text: String, marks: [Mark]) {
        guard !text.isEmpty else { return }
        if let last = runs.indices.last, runs[last].marks == marks {
            runs[last].text += text
        } else {
            runs.append(Run(text: text, marks: marks))
        }
    }

    /// The first so many UTF-16 units, and the rest. The place must be between two scalars.
    func divided(at place: Int) -> (head: StyledText, tail: StyledText) {
        var head = StyledText()
        var tail = StyledText()
        var left = place
        for run in runs {
            let length = run.text.utf16.count
            if left >= length {
                head.append(run.text, marks: run.marks)
            } else if left <= 0 {
                tail.append(run.text, marks: run.marks)
            } else {
                let index = run.text.utf16.index(run.text.startIndex, offsetBy: left)
                head.append(String(run.text[..<index]), marks: run.marks)
                tail.append(String(run.text[index...]), marks: run.marks)
            }
            left -= length
        }
        return (head, tail)
    }

    /// Without white space at both ends, which platforms remove as well.
    var trimmed: StyledText {
        guard runs.first?.text.first?.isSpace == true || runs.last?.text.last?.isSpace == true else { return self }
        let text = plain
        let start = text.prefix(while: \.isSpace).utf16.count
        let end = text.reversed().prefix(while: \.isSpace).reduce(0) { $0 + $1.utf16.count }
        guard start + end < text.utf16.count else { return StyledText() }
        return divided(at: text.utf16.count - end).head.divided(at: start).tail
    }

    /// Visits the text as nested tags: each `open` has its `close`, and no two overlap.
    func walk(open: (Mark) -> Void, close: (Mark) -> Void, text: (String) -> Void) {
        var stack: [Mark] = []
        for (place, run) in runs.enumerated() {
            var kept = stack.prefix { run.marks.contains($0) }.count
            if run.marks.contains(where: { $0.isBlock && !stack.prefix(kept).contains($0) }) {
                kept = min(kept, stack.prefix { $0.isBlock }.count)
            }
            while stack.count > kept, let mark = stack.popLast() { close(mark) }
            let missing = run.marks.filter { !stack.contains($0) }
                .map { mark in (mark: mark, extent: runs[place...].prefix { $0.marks.contains(mark) }.count) }
            // The stable order of marks decides between two of the same extent.
            for (mark, _) in missing.filter({ $0.mark.isBlock })
                + missing.filter({ !$0.mark.isBlock }).sorted(by: { $0.extent > $1.extent })
            {
                open(mark)
                stack.append(mark)
            }
            text(run.text)
        }
        while let mark = stack.popLast() { close(mark) }
    }

    /// How many tags a walk opens.
    var entityCount: Int {
        var count = 0
        walk(open: { _ in count += 1 }, close: { _ in }, text: { _ in })
        return count
    }
}
