/// What has a name of its own within a workspace: a source, a channel, a campaign.
package protocol WorkspaceMember {
    /// The name of the workspace that it belongs to.
    var workspace: String { get }
    /// No other of its kind has it in the workspace.
    var name: String { get }
}

extension WorkspaceMember {
    /// How it is called where things of several workspaces are shown: `workspace/name`, and by its name alone in the default
    /// one. Commands take it.
    package var fullName: String { workspace == Workspace.defaultName ? name : "\(workspace)/\(name)" }
}

extension Source: WorkspaceMember {}
extension Channel: WorkspaceMember {}
extension Campaign: WorkspaceMember {}

extension Collection where Element: WorkspaceMember {
    /// The one that an owner means by its name, or by `workspace/name` where several workspaces have one of that name.
    ///
    /// - Parameters:
    ///   - name: What the owner wrote.
    ///   - kind: What they are: `channel`.
    /// - Returns: It.
    /// - Throws: ``Problem`` (`notFound`) that lists the names there are, or (`usage`) when the name is not enough.
    package func one(called name: String, kind: String) throws(Problem) -> Element {
        let found = filter { $0.name == name || "\($0.workspace)/\($0.name)" == name }
        guard let one = found.first else {
            throw Problem(
                .notFound, "there is no \(kind) \(name)",
                hint: isEmpty
                    ? "No file of feeds/ has one." : "The \(kind)s are \(map(\.fullName).joined(separator: ", ")).")
        }
        guard found.count == 1 else {
            throw Problem.ambiguous(kind, name, in: found.map(\.workspace))
        }
        return one
    }
}

extension Problem {
    /// What an owner hears whose name for something is not enough.
    ///
    /// - Parameters:
    ///   - kind: What it is a name of: `channel`.
    ///   - name: What the owner wrote.
    ///   - workspaces: Those that have one.
    /// - Returns: The problem (`usage`), which lists all the names to choose from.
    package static func ambiguous(_ kind: String, _ name: String, in workspaces: [String]) -> Problem {
        let names = workspaces.map { "\($0)/\(name)" }.joined(separator: ", ")
        return Problem(.usage, "several workspaces have a \(kind) \(name)", hint: "Say which one: \(names).")
    }
}
