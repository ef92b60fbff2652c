import CampaignModel

/// Makes a ``JSONPlan`` out of paths.
struct JSONPlanBuilder {
    struct Draft {
        var node = JSONNode()
        var takes: [JSONTake] = []
        var keys: [Int: Int] = [:]
        var elements: [Int: Int] = [:]
    }

    /// One step of a path.
    enum Step: Hashable {
        case key(String)
        /// An element of an array; with `orKey`, the key that reads the same leads there too.
        case element(Int, orKey: Bool)
    }

    /// More nodes than any sensible mapping has; further paths are left out.
    private static let most = 4000

    private(set) var names = JSONNames(limit: 2000)
    private(set) var drafts = [Draft()]
    private var joined: [(source: Int, target: Int)] = []

    /// The node at a path of keys, made if it is not there yet.
    mutating func node(_ path: String..., from start: Int = JSONPlan.root) -> Int? {
        node(path.map(Step.key), from: start)
    }

    mutating func node(_ path: [Step], from start: Int) -> Int? {
        var node = start
        for step in path {
            guard let next = follow(step, from: node) else { return nil }
            node = next
        }
        return node
    }

    private mutating func follow(_ step: Step, from node: Int) -> Int? {
        guard drafts.count < Self.most else { return nil }
        switch step {
        case .key(let key):
            guard let name = names.number(of: key) else { return nil }
            if let next = drafts[node].keys[name] { return next }
            drafts[node].keys[name] = drafts.count
        case .element(let index, let orKey):
            if let next = drafts[node].elements[index] { return next }
            drafts[node].elements[index] = drafts.count
            if orKey, let name = names.number(of: String(index)), drafts[node].keys[name] == nil {
                drafts[node].keys[name] = drafts.count
            }
        }
        drafts.append(Draft())
        return drafts.count - 1
    }

    /// Adds what a node's values are for; a node that could not be made is left out.
    mutating func take(_ node: Int?, _ take: JSONTake) {
        if let node { drafts[node].takes.append(take) }
    }

    mutating func take(_ node: Int?, _ field: ItemField, _ form: TextForm = .text, rank: UInt8 = 0) {
        take(node, JSONTake(field: field, form: form, rank: rank))
    }

    mutating func hold(_ node: Int?, _ slot: JSONHeld.Slot) { take(node, JSONTake(use: .held, slot: slot)) }

    mutating func header(_ node: Int?, _ field: ItemField, _ form: TextForm = .text, rank: UInt8 = 0) {
        if let node { drafts[node].node.header = JSONTake(field: field, form: form, rank: rank) }
    }

    mutating func change(_ node: Int?, _ change: (inout JSONNode) -> Void) {
        if let node { change(&drafts[node].node) }
    }

    /// Lets elements that go their own ways go the common way too: `a[0].b` does not keep `a.c` from what is in the
    /// first element.
    mutating func joinElements() {
        // Nodes that this makes are looked at in turn; the limit on nodes ends it.
        var index = 0
        while index < drafts.count {
            for element in drafts[index].elements.values.sorted() { join(index, into: element) }
            index += 1
        }
    }

    private mutating func join(_ source: Int, into target: Int) {
        join(drafts[source].takes, drafts[source].keys, [:], into: target)
        var pairs = joined
        joined = []
        while let (source, target) = pairs.popLast(), drafts.count < Self.most {
            let from = drafts[source]
            join(from.takes, from.keys, from.elements, into: target)
            pairs += joined
            joined = []
        }
    }

    /// Joins one node into another and leaves the pairs below them in ``joined``.
    private mutating func join(_ takes: [JSONTake], _ keys: [Int: Int], _ elements: [Int: Int], into target: Int) {
        drafts[target].takes += takes
        for (name, from) in keys.sorted(by: { $0.key < $1.key }) where from != target {
            if drafts[target].keys[name] == nil { drafts[target].keys[name] = addDraft() }
            if let to = drafts[target].keys[name], to != from { joined.append((from, to)) }
        }
        for (index, from) in elements.sorted(by: { $0.key < $1.key }) where from != target {
            if drafts[target].elements[index] == nil { drafts[target].elements[index] = addDraft() }
            if let to = drafts[target].elements[index], to != from { joined.append((from, to)) }
        }
    }

    private mutating func addDraft() -> Int {
        drafts.append(Draft())
        return drafts.count - 1
    }
}
