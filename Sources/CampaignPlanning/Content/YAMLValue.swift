import Yams

/// A YAML value with the line it starts on; scalars stay the text that was written, so that `99.90` is not rounded
/// and `on` is not taken for true.
struct YAMLValue {
    indirect enum Kind {
        case null
        case scalar(String)
        case list([YAMLValue])
        case mapping([Entry])
    }

    struct Entry {
        var key: String
        var line: Int
        var value: YAMLValue
    }

    var kind: Kind
    var line: Int
    /// Where the characters of a scalar begin: one line further when they stand below a `|` or `>`.
    var textLine: Int

    var isNull: Bool {
        if case .null = kind { return true }
        return false
    }

    /// What kind of value it is, in the words of a message.
    var kindName: String {
        switch kind {
        case .null: "nothing"
        case .scalar: "a single value"
        case .list: "a list"
        case .mapping: "a group of keys"
        }
    }
}

extension YAMLValue {
    static let maximumBytes = 1 << 20

    /// Reads one document. Problems of syntax go to the collector.
    ///
    /// - Returns: nil for an empty document and for one that cannot be read.
    static func read(_ text: String, into collector: ProblemCollector) -> YAMLValue? {
        guard text.utf8.count <= maximumBytes else {
            collector.report(line: 1, field: nil, "the file is larger than 1 MiB", hint: "Split it into several files.")
            return nil
        }
        // Aliases can make a small file mean a huge one, and reading it would already take for ever. libyaml allows
        // 1000 levels of nesting, so without them the size of the file bounds everything.
        if let name = aliasName(in: text) {
            collector.report(
                line: 1, field: nil, "YAML anchors and aliases (&\(name), *\(name)) are not supported",
                hint: "Write the value out at each place, or put the text in quotes if none was meant."
            )
            return nil
        }
        do {
            guard let node = try Yams.compose(yaml: text) else { return nil }
            let value = YAMLValue(node, parentLine: 1, collector: collector)
            return value.isNull ? nil : value
        } catch let error as YamlError {
            let (line, message) = describe(error)
            collector.report(line: line, field: nil, "not valid YAML: \(message)")
        } catch {
            collector.report(line: 1, field: nil, "not valid YAML")
        }
        return nil
    }

    private init(_ node: Node, parentLine: Int, collector: ProblemCollector) {
        line = node.mark?.line ?? parentLine
        textLine = line
        switch node {
        case .scalar(let scalar):
            let isPlain = scalar.style == .plain || scalar.style == .any
            let isNull = isPlain && ["", "~", "null", "Null", "NULL"].contains(scalar.string)
            if scalar.style == .literal || scalar.style == .folded { textLine += 1 }
            kind = isNull ? .null : .scalar(scalar.string)
        case .sequence(let sequence):
            let start = line
            kind = .list(sequence.map { YAMLValue($0, parentLine: start, collector: collector) })
        case .mapping(let mapping):
            var entries: [Entry] = []
            for (key, value) in mapping {
                let keyLine = key.mark?.line ?? line
                guard let name = key.scalar?.string else {
                    collector.report(line: keyLine, field: nil, "a key must be a single word")
                    continue
                }
                entries.append(
                    Entry(
                        key: name, line: keyLine,
                        value: YAMLValue(value, parentLine: keyLine, collector: collector)
                    )
                )
            }
            kind = .mapping(entries)
        case .alias:
            kind = .null
        }
    }

    /// A name that stands both behind `&` and behind `*`; wherever they stand, which errs on the safe side.
    private static func aliasName(in text: String) -> String? {
        var anchors: Set<String> = []
        var aliases: Set<String> = []
        let bytes = Array(text.utf8)
        for (index, byte) in bytes.enumerated() where byte == UInt8(ascii: "&") || byte == UInt8(ascii: "*") {
            let name = bytes[(index + 1)...].prefix { byte in
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                    || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
            }
            guard !name.isEmpty, name.count <= 1024 else { continue }
            let text = String(decoding: name, as: UTF8.self)
            if byte == UInt8(ascii: "&") { anchors.insert(text) } else { aliases.insert(text) }
        }
        return anchors.intersection(aliases).min()
    }

    private static func describe(_ error: YamlError) -> (line: Int, message: String) {
        switch error {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            let start = context.map { $0.text + " " } ?? ""
            return (max(1, mark.line), start + problem)
        case .duplicatedKeysInMapping(let duplicates, let context):
            let names = duplicates.map(quoted).joined(separator: ", ")
            return (max(1, context.mark.line), "the key \(names) stands twice in the same group")
        case .reader(let problem, _, _, _): return (1, problem)
        case .memory: return (1, "it is nested too deeply")
        default: return (1, "it cannot be read")
        }
    }
}
