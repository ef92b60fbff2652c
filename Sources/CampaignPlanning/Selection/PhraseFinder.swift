import CampaignModel

/// Finds any of many words and phrases in a text in one pass, whose time does not depend on their number
/// (Aho-Corasick).
///
/// `swift` is found as a whole word; `swift*` where a word begins so, `*swift` where one ends so. A phrase may end or begin
/// with `*` as well.
struct PhraseFinder: Sendable {
    /// The findings by kind of phrase.
    struct Findings: Sendable, Hashable {
        var include: Int?
        var exclude: Int?
    }

    /// The output of a state: indices into the given lists; -1 for none.
    private struct Output {
        var include: Int32 = -1
        var exclude: Int32 = -1
    }

    private static let mark: Int32 = 1 << 30

    /// The class of each byte; bytes that occur in no phrase share one class.
    private let classes: [UInt8]
    private let width: Int
    /// The next state by state and class, marked where a phrase ends.
    private let next: [Int32]
    private let outputs: [Output]
    private let hasInclude: Bool
    private let hasExclude: Bool

    init(include: [String], exclude: [String]) {
        let phrases =
            include.enumerated().map { (Self.pattern($1), true, Int32($0)) }
            + exclude.enumerated().map { (Self.pattern($1), false, Int32($0)) }
        hasInclude = !include.isEmpty
        hasExclude = !exclude.isEmpty
        var classes = [UInt8](repeating: 0, count: 256)
        // A byte is enough for the number of classes, since thirteen bytes never occur in UTF-8.
        var count: UInt8 = 0
        for byte in phrases.flatMap(\.0) where classes[Int(byte)] == 0 {
            count += 1
            classes[Int(byte)] = count
        }
        let width = Int(count) + 1
        var next = [Int32](repeating: -1, count: width)
        var outputs = [Output()]
        for (pattern, isInclude, place) in phrases where !pattern.isEmpty {
            var state = 0
            for byte in pattern {
                let edge = state * width + Int(classes[Int(byte)])
                if next[edge] < 0 {
                    next[edge] = Int32(outputs.count)
                    outputs.append(Output())
                    next.append(contentsOf: repeatElement(-1, count: width))
                }
                state = Int(next[edge])
            }
            if isInclude, outputs[state].include < 0 { outputs[state].include = place }
            if !isInclude, outputs[state].exclude < 0 { outputs[state].exclude = place }
        }
        Self.complete(&next, &outputs, width)
        self.classes = classes
        self.width = width
        self.next = next
        self.outputs = outputs
    }

    /// Fills in the transitions for bytes that continue none of a state's phrases, breadth first.
    private static func complete(_ next: inout [Int32], _ outputs: inout [Output], _ width: Int) {
        var fallback = [Int32](repeating: 0, count: outputs.count)
        var line: [Int] = [0]
        var place = 0
        while place < line.count {
            let state = line[place]
            place += 1
            for symbol in 0..<width {
                let edge = state * width + symbol
                let onward = state == 0 ? 0 : next[Int(fallback[state]) * width + symbol]
                guard next[edge] >= 0 else {
                    next[edge] = onward
                    continue
                }
                let child = Int(next[edge])
                fallback[child] = onward
                line.append(child)
                let behind = outputs[Int(onward)]
                if outputs[child].include < 0 { outputs[child].include = behind.include }
                if outputs[child].exclude < 0 { outputs[child].exclude = behind.exclude }
            }
        }
        for edge in next.indices {
            let output = outputs[Int(next[edge])]
            if output.include >= 0 || output.exclude >= 0 { next[edge] |= mark }
        }
    }

    /// The folded bytes of a phrase; empty for one without a letter or digit.
    private static func pattern(_ phrase: String) -> ArraySlice<UInt8> {
        let folded = FoldedText(phrase)
        guard !folded.isEmpty else { return [] }
        let written = phrase.trimmed
        var bytes = folded.bytes[...]
        if written.hasPrefix("*") { bytes = bytes.dropFirst() }
        if written.hasSuffix("*") { bytes = bytes.dropLast() }
        return bytes
    }

    /// The reason why a phrase cannot be searched for; nil if it can: it has a letter or digit, and `*` only at its
    /// ends.
    static func flaw(in phrase: String) -> String? {
        if FoldedText(phrase).isEmpty { return "has no letter or digit to look for" }
        let inner = phrase.trimmed.dropFirst().dropLast()
        return inner.contains("*") ? "has a * in it, which can stand at its beginning and at its end only" : nil
    }

    /// Searches a text until the result is certain: an excluded phrase ends the search, and so does an included one
    /// where nothing is excluded.
    func search(_ text: String, _ findings: inout Findings) {
        guard findings.exclude == nil, hasExclude || findings.include == nil else { return }
        var found = findings
        var isSeparated = true
        next.withUnsafeBufferPointer { next in
            classes.withUnsafeBufferPointer { classes in
                var state = Int(next[Int(classes[Int(FoldedText.separator)])] & (Self.mark - 1))
                func step(_ byte: UInt8) -> Bool {
                    let target = next[state &* width &+ Int(classes[Int(byte)])]
                    state = Int(target & (Self.mark - 1))
                    return target & Self.mark == 0 || note(outputs[state], in: &found)
                }
                FoldedText.fold(text) { byte in
                    if byte == FoldedText.separator {
                        if isSeparated { return true }
                        isSeparated = true
                    } else {
                        isSeparated = false
                    }
                    return step(byte)
                }
                if !isSeparated { _ = step(FoldedText.separator) }
            }
        }
        findings = found
    }

    /// - Returns: Whether there is more to look for.
    private func note(_ output: Output, in findings: inout Findings) -> Bool {
        if findings.include == nil, output.include >= 0 { findings.include = Int(output.include) }
        if output.exclude >= 0 { findings.exclude = Int(output.exclude) }
        return findings.exclude == nil && (hasExclude || findings.include == nil)
    }
}
