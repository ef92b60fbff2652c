/// One owner's world: its sources, channels, campaigns and subscribers; nothing is shared across workspaces.
package struct Workspace: Sendable, Hashable {
    /// The workspace of a file that names none.
    package static let defaultName = "default"
    package var name: String

    package init(name: String) { self.name = name }
}

/// The file and line of feeds/ that declare a thing; shown where it can be changed only there.
package struct Provenance: Sendable, Hashable, Codable, CustomStringConvertible {
    /// Path of the file, as passed to the reader.
    package var file: String
    /// Line, from 1.
    package var line: Int

    package init(file: String, line: Int) {
        self.file = file
        self.line = line
    }

    package var description: String { "\(file):\(line)" }
}
