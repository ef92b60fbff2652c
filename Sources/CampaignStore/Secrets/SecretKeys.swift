package import CampaignModel
import Crypto
import Foundation

/// The keys that seal what is secret in a database: AES-256-GCM, bound to the place where it stands. The first key seals, all
/// of them open.
package struct SecretKeys: Sendable {
    private struct Key: Sendable {
        /// Names the key without telling anything of it.
        let id: String
        let key: SymmetricKey
        let line: Secret
    }

    private let keys: [Key]

    private static let mark = "sealed:1:"
    private static let bytes = 32

    /// - Parameter text: One key a line, 32 bytes in Base64. Empty lines and those that begin with `#` are passed over.
    /// - Throws: ``Problem`` (`settings`) when there is none or a line is no key.
    package init(_ text: String) throws(Problem) {
        var keys: [Key] = []
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let line = line.trimmingCharacters(in: .whitespacesAndNewlines)
            guard !line.isEmpty, !line.hasPrefix("#") else { continue }
            guard let data = Data(base64Encoded: line), data.count == Self.bytes else {
                throw Problem(
                    .settings, "line \(number + 1) of the key file is no key",
                    hint: "A key is 32 bytes in Base64; `tellal keys new FILE` makes one.")
            }
            let id = SHA256.hash(data: data).prefix(4).hexadecimal
            keys.append(Key(id: id, key: SymmetricKey(data: data), line: Secret(line)))
        }
        guard !keys.isEmpty else {
            throw Problem(.settings, "the key file is empty", hint: "`tellal keys new FILE` makes one.")
        }
        self.keys = keys
    }

    /// A line with a new key.
    package static func newLine() -> String {
        SymmetricKey(size: .bits256).withUnsafeBytes { Data($0).base64EncodedString() }
    }

    /// Names of the keys, the one that seals first.
    package var names: [String] { keys.map(\.id) }

    /// As they stand in a file.
    package var lines: [String] { keys.map { $0.line.reveal() } }

    /// - Parameters:
    ///   - text: What is secret.
    ///   - place: Where it will stand; it opens nowhere else.
    /// - Returns: What may be stored.
    /// - Throws: When there is no random number for it.
    func seal(_ text: String, at place: String) throws -> String {
        let box = try AES.GCM.seal(Data(text.utf8), using: keys[0].key, authenticating: Data(place.utf8))
        // With a nonce of 12 bytes there is always a combined form.
        guard let combined = box.combined else { throw Problem(.internal, "a secret could not be sealed") }
        return "\(Self.mark)\(keys[0].id):\(combined.base64EncodedString())"
    }

    /// - Throws: ``Problem`` when its key is not among these, and when it was changed or moved.
    func open(_ text: String, at place: String) throws(Problem) -> String {
        let parts = text.dropFirst(Self.mark.count).split(separator: ":")
        guard parts.count == 2, let key = keys.first(where: { $0.id == parts[0] }) else {
            throw Problem(
                .settings,
                "a secret in the database is sealed with the key \(parts.first ?? "?"), which is not in the key file",
                hint: "The key file has \(names.joined(separator: ", ")). Add the line of the other key to it.")
        }
        guard let combined = Data(base64Encoded: String(parts[1])),
            let box = try? AES.GCM.SealedBox(combined: combined),
            let data = try? AES.GCM.open(box, using: key.key, authenticating: Data(place.utf8))
        else {
            throw Problem(
                .databaseUnavailable, "a secret in the database (\(place)) was changed or moved, and cannot be opened",
                hint: "Restore a backup of the database.")
        }
        return String(decoding: data, as: UTF8.self)
    }

    static func isSealed(_ text: String) -> Bool { text.hasPrefix(mark) }
}
