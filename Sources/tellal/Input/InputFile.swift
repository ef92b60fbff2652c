import CampaignModel
import Foundation

/// A file that the owner names on the command line.
enum InputFile {
    static func bytes(_ name: String) throws(Problem) -> Data {
        if name == "-" {
            do {
                return try FileHandle.standardInput.readToEnd() ?? Data()
            } catch {
                throw Problem(
                    .badData, "standard input cannot be read: \(error.localizedDescription)",
                    hint: "Write the file's name instead of -.")
            }
        }
        // A pipe is read, too, which `FileManager.contents` does not do.
        guard let file = FileHandle(forReadingAtPath: name), let data = try? file.readToEnd() ?? Data() else {
            throw Problem(.notFound, "there is no file \(name)", hint: "Check the path; - reads standard input.")
        }
        return data
    }

    static func text(_ name: String) throws(Problem) -> String {
        guard let text = String(data: try bytes(name), encoding: .utf8) else {
            throw Problem(.badData, "\(name) is not UTF-8 text", hint: "Save it as UTF-8 and try again.")
        }
        return text
    }
}
