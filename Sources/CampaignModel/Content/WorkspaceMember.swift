/// A named thing within a workspace: a source, a channel, a campaign.
package protocol WorkspaceMember {
    /// The name of its workspace.
    var workspace: String { get }
    /// Its name, unique among its kind within the workspace.
    var name: String { get }
}

extension WorkspaceMember {
    /// The name across workspaces, which commands accept: `workspace/name`, or the name alone in the default workspace.
    package var fullName: String { workspace == Workspace.defaultName ? name : "\(workspace)/\(name)" }
}

extension Source: WorkspaceMember {}
extension Channel: WorkspaceMember {}
extension Campaign: WorkspaceMember {}

extension Collection where Element: WorkspaceMember {
    /// Finds an element by name, or by `workspace/name`, which is needed where several workspaces have that name.
    ///
    /// - Parameters:
    ///   - name: The name as the owner wrote it.
    ///   - kind: The kind of the elements, for the message: `channel`.
    /// - Returns: The element.
    /// - Throws: ``Problem`` (`notFound`) that lists the existing names, or (`usage`) when the name is ambiguous.
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
    /// The problem with an ambiguous name.
    ///
    /// - Parameters:
    ///   - kind: The kind of thing: `channel`.
    ///   - name: The name as the owner wrote it.
    ///   - workspaces: The workspaces that have one of that name.
    /// - Returns: The problem (`usage`), which lists all the names to choose from.
    package static func ambiguous(_ kind: String, _ name: String, in workspaces: [String]) -> Problem {
        let names = workspaces.map { "\($0)/\(name)" }.joined(separator: ", ")
        return Problem(.usage, "several workspaces have a \(kind) \(name)", hint: "Say which one: \(names).")
    }
}
