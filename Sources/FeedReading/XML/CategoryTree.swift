/// The categories of a catalog that states them once and lets its products name them by their ids.
struct CategoryTree {
    private static let most = 100_000
    private static let deepest = 16

    private var branches: [String: (parent: String?, name: String)] = [:]
    private var paths: [String: String] = [:]

    mutating func add(_ id: String, parent: String?, name: String) {
        guard branches.count < Self.most, !name.isEmpty else { return }
        branches[id] = (parent, name)
    }

    /// The names from the top down to a category, apart by ` > `; nil for an id that is not known (yet). A parent that
    /// is missing, or that leads in a circle, ends the path.
    mutating func path(of id: String) -> String? {
        if let path = paths[id] { return path }
        var names: [String] = []
        var seen: Set<String> = []
        var next: String? = id
        while let id = next, let branch = branches[id], seen.insert(id).inserted, names.count < Self.deepest {
            names.append(branch.name)
            next = branch.parent
        }
        guard !names.isEmpty else { return nil }
        let path = names.reversed().joined(separator: " > ")
        if paths.count < Self.most { paths[id] = path }
        return path
    }
}
