import CampaignModel

/// Makes a plan of an owner's mapping: dotted paths, where `a.0.b` and `a[0].b` pick an element of an array, and an
/// array on the way without an index gives all its values. `$.` at the start and `[*]` are understood and mean nothing.
/// `stock > 0` asks of a value whether it is so.
enum JSONMapping {
    static func plan(_ mapping: DocumentMapping) -> JSONPlan {
        var builder = JSONPlanBuilder()
        guard let item = builder.node(steps(mapping.item), from: JSONPlan.root) else { return JSONPlan(builder) }
        builder.change(item) { $0.item = .custom }
        for (name, path) in mapping.fields.sorted(by: { $0.key < $1.key }) {
            guard let field = MappedField.field(name) else { continue }
            let (place, comparison) = MappedComparison.split(path)
            let node = builder.node(steps(place), from: item)
            if let comparison {
                builder.take(node, JSONTake(use: .compared, field: field, comparison: comparison))
            } else {
                builder.take(node, field, MappedField.form(of: field))
            }
        }
        builder.joinElements()
        return JSONPlan(builder)
    }

    static func steps(_ path: String) -> [JSONPlanBuilder.Step] {
        var steps: [JSONPlanBuilder.Step] = []
        let parts = path.split(separator: ".")
        for (place, part) in parts.enumerated() {
            let pieces = part.split(separator: "[", omittingEmptySubsequences: false)
            let key = pieces.first ?? ""
            if let index = index(key) {
                steps.append(.element(index, orKey: true))
            } else if !key.isEmpty, key != "*", place > 0 || key != "$" {
                steps.append(.key(String(key)))
            }
            for piece in pieces.dropFirst() {
                if let index = index(piece.prefix { $0 != "]" }) { steps.append(.element(index, orKey: false)) }
            }
        }
        return steps
    }

    private static func index(_ text: Substring) -> Int? {
        text.utf8.allSatisfy(\.isASCIIDigit) ? Int(text) : nil
    }
}
