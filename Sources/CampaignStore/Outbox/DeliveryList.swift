import CampaignModel

/// A statement that is for one delivery, or the same for several: their numbers are its first value.
struct DeliveryStatement: Sendable {
    private let one: String
    private let several: DialectStatement

    /// - Parameter text: Makes its text from the condition that says which they are.
    init(_ text: (_ isMeant: String) -> String) {
        one = text("id = $1")
        several = DialectStatement { text($0.isListed("id", "$1")) }
    }

    func text(_ list: DeliveryList) -> String { list.isOne ? one : several[list.dialect] }
}

/// Deliveries that a statement is for.
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

/// The places of equal elements, those that come first first.
func grouped<Element: Hashable>(_ elements: [Element]) -> [(element: Element, places: [Int])] {
    var groups: [(element: Element, places: [Int])] = []
    var known: [Element: Int] = [:]
    var last: Int?
    for (place, element) in elements.enumerated() {
        // Most are like the one before.
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
