/// The categories of a catalog that states them once and lets its products name them by their ids.
struct CategoryTree {
    private static let most = 100_000
    private static let deepest = 16
    /// Bytes of an id, a name and a path; what is longer is no category of a shop.
    private static let longest = 256
    private static let longestPath = 1024
    /// Bytes of all names and paths.
    private static let mostBytes = 16 << 20

    private var bytes = 0
    private var branches: [String: (parent: String?, name: String)] = [:]
    private var paths: [String: String] = [:]

    mutating func add(_ id: String, parent: String?, name: String) {
        guard branches.count < Self.most, bytes < Self.mostBytes, !name.isEmpty, name.utf8.count <= Self.longest,
            id.utf8.count <= Self.longest, parent?.utf8.count ?? 0 <= Self.longest
        else { return }
        bytes += id.utf8.count + name.utf8.count + (parent?.utf8.count ?? 0)
        branches[id] = (parent, name)
    }

    /// The names from the top down to a category, apart by ` > `; nil for an id that is not known (yet). A parent that
    /// is missing, or that leads in a circle, ends the path.
    mutating func path(of id: String) -> String? {
        guard id.utf8.count <= Self.longest else { return nil }
        if let path = paths[id] { return path }
        var names: [String] = []
        var length = 0
        var seen: Set<String> = []
        var next: String? = id
        while let id = next, let branch = branches[id], seen.insert(id).inserted, names.count < Self.deepest {
            length += branch.name.utf8.count + " > ".utf8.count
            guard length <= Self.longestPath else { break }
            names.append(branch.name)
            next = branch.parent
        }
        guard !names.isEmpty else { return nil }
        let path = names.reversed().joined(separator: " > ")
        if paths.count < Self.most, bytes < Self.mostBytes {
            bytes += path.utf8.count
            paths[id] = path
        }
        return path
    }
}
