import CampaignModel
import Foundation
import Yams

/// `tellal.yaml`, flattened: `fetch: {per_host: 2}` is `fetch.per_host`.
enum SettingsFile {
    /// - Throws: ``Problem`` (`settings`) that names the line of the first thing that is wrong.
    static func read(_ path: String, isRequired: Bool) throws(Problem) -> [String: String] {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            guard isRequired || FileManager.default.fileExists(atPath: path) else { return [:] }
            throw Problem(.settings, "cannot read \(path)", hint: "Check its name, and that this user may read it.")
        }
        let root: Node?
        do {
            root = try Yams.compose(yaml: text)
        } catch {
            throw Problem(.settings, "\(path) is no valid YAML: \(error)", hint: "Write `key: value` lines.")
        }
        var values: [String: String] = [:]
        if let root, root.scalar?.string.isEmpty != true { try flatten(root, under: "", of: path, into: &values) }
        return values
    }

    private static func flatten(
        _ node: Node, under prefix: String, of path: String, into values: inout [String: String]
    ) throws(Problem) {
        guard let mapping = node.mapping else {
            throw Problem(.settings, "\(place(path, node)): expected `key: value` here", hint: known)
        }
        for (keyNode, value) in mapping {
            let key = prefix + (keyNode.string ?? "?")
            if Settings.keys.contains(key) {
                values[key] = try scalar(value, key: key, of: path)
            } else if Settings.keys.contains(where: { $0.hasPrefix(key + ".") }) {
                try flatten(value, under: key + ".", of: path, into: &values)
            } else {
                throw Problem(.settings, "\(place(path, keyNode)): there is no setting `\(key)`", hint: known)
            }
        }
    }

    private static func scalar(_ node: Node, key: String, of path: String) throws(Problem) -> String {
        if let text = node.scalar?.string { return text }
        if let sequence = node.sequence {
            let texts = sequence.compactMap(\.scalar?.string)
            if texts.count == sequence.count { return texts.joined(separator: ",") }
        }
        throw Problem(.settings, "\(place(path, node)): `\(key)` holds one value, or a list of values")
    }

    private static func place(_ path: String, _ node: Node) -> String {
        node.mark.map { "\(path):\($0.line)" } ?? path
    }

    private static var known: String { "The settings are \(Settings.keys.joined(separator: ", "))." }
}
