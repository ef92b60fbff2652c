import CampaignModel
import Foundation

/// Values that lie in files of their own, one in each: what a container is given, or a service by systemd.
enum Secrets {
    /// Where they lie: in systemd's folder (`LoadCredential=`), where there is one, then in `/run/secrets`.
    static func folders(_ environment: [String: String]) -> [String] {
        [environment["CREDENTIALS_DIRECTORY"] ?? "", "/run/secrets"].filter { !$0.isEmpty }
    }

    /// What the file of that name holds, without white space around it; nil when there is no such file.
    ///
    /// - Throws: ``Problem`` (`settings`) when there is one that cannot be read.
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
