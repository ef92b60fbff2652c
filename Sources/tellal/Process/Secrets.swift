import CampaignModel
import Foundation

/// Secret values in files, one in each, as containers and systemd provide them.
enum Secrets {
    /// The folders to search: systemd's (`LoadCredential=`), if there is one, then `/run/secrets`.
    static func folders(_ environment: [String: String]) -> [String] {
        [environment["CREDENTIALS_DIRECTORY"] ?? "", "/run/secrets"].filter { !$0.isEmpty }
    }

    /// The content of the file of that name, without white space around it; nil when there is no such file.
    ///
    /// - Throws: ``Problem`` (`settings`) when the file cannot be read.
    static func value(_ name: String, in folders: [String]) throws(Problem) -> String? {
        guard !name.contains("/"),
            let path = folders.map({ "\($0)/\(name)" }).first(where: FileManager.default.fileExists(atPath:))
        else { return nil }
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw Problem(
                .settings, "cannot read \(path)", hint: "It must be a UTF-8 text that this user may read.")
        }
        return text.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
