import CampaignModel

/// A statement in two forms: for one delivery, and for several. Its first parameter holds their ids.
struct DeliveryStatement: Sendable {
    private let one: String
    private let several: DialectStatement

    /// - Parameter text: Makes the SQL from the condition that selects the deliveries.
    init(_ text: (_ isMeant: String) -> String) {
        one = text("id = $1")
        several = DialectStatement { text($0.isListed("id", "$1")) }
    }

    func text(_ list: DeliveryList) -> String { list.isOne ? one : several[list.dialect] }
}

/// The ids of deliveries as a statement's first parameter.
struct DeliveryList {
    let dialect: Dialect
    let isOne: Bool
    let value: SQLValue

    init(_ ids: [DeliveryID], for dialect: Dialect) {
        self.dialect = dialect
        isOne = ids.count == 1
        value = isOne ? .id(ids[0]) : dialect.list(ids.map(\.rawValue))
    }
}

/// Groups the indices of equal elements, in the order in which the elements first occur.
func grouped<Element: Hashable>(_ elements: [Element]) -> [(element: Element, places: [Int])] {
    var groups: [(element: Element, places: [Int])] = []
    var known: [Element: Int] = [:]
    var last: Int?
    for (place, element) in elements.enumerated() {
        // Most elements equal the one before; that saves the lookup.
        if let last, groups[last].element == element {
            groups[last].places.append(place)
        } else if let group = known[element] {
            groups[group].places.append(place)
            last = group
        } else {
            known[element] = groups.count
            last = groups.count
            groups.append((element, [place]))
        }
    }
    return groups
}
