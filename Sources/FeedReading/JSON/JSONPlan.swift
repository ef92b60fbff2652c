import CampaignModel

/// What is done with a value at some place of a document.
struct JSONTake: Sendable {
    enum Use: UInt8, Sendable {
        /// The value is the field's text.
        case field
        /// The value is the last part of a product's address.
        case handle
        /// The value is a tag, or several with commas between them when it stands outside of an array.
        case tags
        /// The value tells the format.
        case version
        /// Whether the value is as the comparison says is what the field tells.
        case compared
        /// The value is held until what belongs to it is complete.
        case held
    }

    var use = Use.field
    var field = ItemField.id
    var form = TextForm.text
    var rank: UInt8 = 0
    var slot = JSONHeld.Slot.url
    var comparison: MappedComparison?
}

/// What kind of JSON a document is.
enum JSONKind: UInt8, Sendable {
    case feed, rss, shopify, custom
}

/// One place of a document, as a path of keys.
struct JSONNode: Sendable {
    /// What an object at this place is beside the sum of its values.
    enum Group: UInt8, Sendable { case none, enclosure, variant }

    /// The first of the takes in ``JSONPlan/takes``, and how many they are.
    var firstTake = 0
    var takes = 0
    /// What becomes of a value as one of the document.
    var header: JSONTake?
    var group = Group.none
    /// Objects at this place are items of a document of this kind.
    var item: JSONKind?
    /// An object at this place makes the document one of this kind.
    var decides: JSONKind?
    /// What the key says about the kind of its item.
    var evidence: JSONEvidence = []
    /// Whether elements of an array at this place go their own ways.
    var hasElements = false
}

/// What speaks for a kind of document, in an item of it.
struct JSONEvidence: OptionSet, Sendable {
    let rawValue: UInt8
    /// A key that JSON Feed alone has.
    static let feedKey = JSONEvidence(rawValue: 1)
    static let id = JSONEvidence(rawValue: 2)
    static let url = JSONEvidence(rawValue: 4)
    static let variants = JSONEvidence(rawValue: 8)

    var isFeedItem: Bool { contains(.feedKey) || isSuperset(of: [.id, .url]) }
    var isProduct: Bool { contains(.variants) }
}

/// The paths of a document that mean something, as a table: where one stands and the key that comes tell where one
/// stands next. Arrays are seen through: their elements stand where the array does.
struct JSONPlan: Sendable {
    let names: JSONNames
    let nodes: [JSONNode]
    let takes: [JSONTake]
    /// The next node by node and name; -1 for none.
    private let table: [Int16]
    private let width: Int
    private let elements: [[Int: Int]]

    static let root = 0

    init(_ builder: JSONPlanBuilder) {
        names = builder.names
        width = builder.names.count
        var nodes: [JSONNode] = []
        var takes: [JSONTake] = []
        var table = [Int16](repeating: -1, count: builder.drafts.count * builder.names.count)
        for (index, draft) in builder.drafts.enumerated() {
            var node = draft.node
            node.firstTake = takes.count
            node.takes = draft.takes.count
            node.hasElements = !draft.elements.isEmpty
            takes += draft.takes
            nodes.append(node)
            for (name, next) in draft.keys { table[index * width + name] = Int16(truncatingIfNeeded: next) }
        }
        self.nodes = nodes
        self.takes = takes
        self.table = table
        elements = builder.drafts.map(\.elements)
    }

    /// Where a key leads from a node; -1 when it means nothing.
    func next(_ node: Int, _ name: Int) -> Int {
        node >= 0 && name < width ? Int(table[node &* width &+ name]) : -1
    }

    /// Where an element of an array stands.
    func element(_ node: Int, _ index: Int) -> Int { elements[node][index] ?? node }
}
