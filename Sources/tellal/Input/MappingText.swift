import CampaignModel
import CampaignPlanning
import FeedReading

/// Mappings as YAML: read from a file that the command line names, and written for people to copy.
enum MappingText {
    /// - Throws: ``Problem`` (`not_found`, `bad_data`) with file and line of the first mistake.
    static func read(_ path: String) throws(Problem) -> DocumentMapping {
        let file = ContentFile(path: path, text: try InputFile.text(path))
        let (mapping, problems) = DocumentMappingReader.read(
            file: file, mappings: MappingCheck.problems, secrets: ContentLoading.secret)
        guard let mapping else {
            throw Problem(
                .badData, problems.first?.sentence ?? "\(path) holds no mapping",
                hint: problems.first?.hint ?? "docs/feeds.md tells what a mapping holds.")
        }
        return mapping
    }

    /// As it stands in a source of feeds/, or in a file for `--mapping`.
    static func block(_ mapping: DocumentMapping) -> String {
        var lines = ["format:"]
        if !mapping.item.isEmpty { lines.append("  item: \(YAMLText.value(mapping.item))") }
        lines.append("  fields:")
        for name in DocumentMapping.fieldNames {
            if let expression = mapping.fields[name] { lines.append("    \(name): \(YAMLText.value(expression))") }
        }
        return lines.joined(separator: "\n") + "\n"
    }
}

/// Text as a value in YAML, whatever is in it.
enum YAMLText {
    static func value(_ text: String) -> String { isPlain(text) ? text : quoted(text) }

    /// In double quotes, on one line.
    static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\\(scalar)"
            case "\t": quoted += "\\t"
            case "\n": quoted += "\\n"
            case _ where !isPrintable(scalar):
                let code = String(scalar.value, radix: 16)
                quoted += "\\U" + String(repeating: "0", count: 8 - code.count) + code
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }

    /// Words and paths that no reader of YAML takes for anything else.
    private static func isPlain(_ text: String) -> Bool {
        guard let first = text.unicodeScalars.first, first.properties.isAlphabetic || first == "/" else { return false }
        let words: Set = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"]
        return !words.contains(text.lowercased())
            && text.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                    || [UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "/")].contains(byte)
            }
    }

    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned, .privateUse: false
        default: true
        }
    }
}
