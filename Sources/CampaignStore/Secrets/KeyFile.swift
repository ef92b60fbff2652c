package import CampaignModel
import Foundation

/// Where the keys stand that seal the secrets of a database: never in it, so that a copy of it tells none of them.
package struct KeyFile: Sendable {
    package let path: String
    /// Whether it is made when it is not there: only beside a SQLite database of ours.
    let isOurs: Bool

    init(path: String, isOurs: Bool) {
        self.path = path
        self.isOurs = isOurs
    }

    package init(path: String) { self.init(path: path, isOurs: false) }

    /// Finds the file.
    ///
    /// - Parameters:
    ///   - setting: The path of `key_file`, if it is set.
    ///   - database: The address of the database.
    ///   - credentials: The folder of systemd's credentials, if there is one.
    /// - Returns: `key_file`; or the credential `tellal.key`; or the secret `tellal_key`; or the file beside a SQLite
    ///   database. nil for a PostgreSQL database without any of them.
    package static func find(setting: String?, database: String, credentials: String?) -> KeyFile? {
        if let setting { return KeyFile(path: setting, isOurs: false) }
        let given = [credentials.map { $0 + "/tellal.key" }, "/run/secrets/tellal_key"].compactMap(\.self)
        if let path = given.first(where: FileManager.default.fileExists(atPath:)) {
            return KeyFile(path: path, isOurs: false)
        }
        guard !PostgresAddress.isMeant(by: database) else { return nil }
        let path = database.hasPrefix("sqlite:") ? String(database.dropFirst("sqlite:".count)) : database
        return KeyFile(path: path + ".key", isOurs: true)
    }

    /// Reads the keys.
    ///
    /// - Parameter opensSealed: Whether they must open what is sealed already, so that no new ones will do.
    /// - Returns: The keys.
    /// - Throws: ``Problem`` (`settings`) when it cannot be read or holds no keys.
    package func read(opensSealed: Bool = false) throws(Problem) -> SecretKeys {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw Problem(
                .settings, "the key file \(path) cannot be read",
                hint: opensSealed
                    ? "The database is sealed: bring the file with its key back from where you keep it. If it is a copy of "
                        + "another database, set `key_file` to that one's."
                    : "Bring it back from where you keep it; `tellal keys new FILE` makes one for a new database.")
        }
        return try SecretKeys(text)
    }

    package var exists: Bool { FileManager.default.fileExists(atPath: path) }

    /// Writes keys into the file, the first of them seals; whole or not at all, and only for this user to read.
    ///
    /// - Throws: ``Problem``.
    package func write(_ lines: [String], replaces: Bool) throws(Problem) {
        let text =
            (["# Seals the secrets in tellal's database. Keep a copy of this file apart from the backups."] + lines)
            .joined(separator: "\n") + "\n"
        let unfinished = "\(path).\(getpid())"
        do throws(Problem) {
            let descriptor = open(unfinished, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else { throw Self.failure(path) }
            let bytes = Array(text.utf8)
            let isWritten = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) == $0.count }
            let isSafe = isWritten && fsync(descriptor) == 0
            close(descriptor)
            // A link fails where a file is already.
            guard isSafe, replaces ? rename(unfinished, path) == 0 : link(unfinished, path) == 0 else {
                throw Self.failure(path)
            }
            unlink(unfinished)
        } catch {
            unlink(unfinished)
            throw error
        }
    }

    private static func failure(_ path: String) -> Problem {
        Problem(
            .settings, "cannot write the key file \(path): \(String(cString: strerror(errno)))",
            hint: "Check that the folder exists, that this user may write to it, and that no other file is there.")
    }
}
