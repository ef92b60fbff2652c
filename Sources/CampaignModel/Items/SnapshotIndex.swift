/// Which items of a source are known, and by what statement: 32 bytes a place in the table, so that a document of a million
/// items is compared without asking for each.
package struct SnapshotIndex: Sendable {
    /// What is known of an item's presence.
    package enum Presence: UInt8, Sendable {
        case present, absent
        /// Absent for the first time, where a second document has to confirm it.
        case absentUnconfirmed
        /// Met in the document that is being compared.
        case seen
    }

    /// How an item of a document relates to what is known.
    package enum Sight: Sendable, Hashable {
        /// Known, and nothing is stated of it that was not before.
        case same
        /// Known, and something is different.
        case different
        case unknown
    }

    /// All of an item in one place: a lookup in a large table waits for the memory once.
    private struct Place {
        var key: ItemKey
        var stated: UInt64
        /// Nil for a free place.
        var presence: Presence?

        static let free = Place(key: ItemKey(high: 0, low: 0), stated: 0, presence: nil)
    }

    private var places: [Place]
    /// Nobody can choose ids that get into each other's way.
    private let secret = UInt64.random(in: .min ... .max) | 1
    /// How many items are known, present or absent.
    package private(set) var count = 0
    /// When the first of the items is to be looked at again whatever is stated of it, that are not yet due.
    package private(set) var nextLook: Timestamp?
    /// How many were present in the last document.
    package private(set) var presentCount = 0

    /// - Parameter expected: How many items there will be, if that is known; more are no harm.
    package init(expecting expected: Int = 0) {
        var size = 64
        while size * 3 < expected * 4 { size *= 2 }
        places = Array(repeating: .free, count: size)
    }

    /// Adds an item, each once.
    ///
    /// - Parameters:
    ///   - key: Its key.
    ///   - stated: 0 when it is to be looked at whatever is stated of it.
    ///   - presence: Whether the last document had it.
    ///   - look: When it is to be looked at again, if that is still to come.
    package mutating func add(_ key: ItemKey, stated: UInt64, _ presence: Presence, look: Timestamp? = nil) {
        if let look { nextLook = min(nextLook ?? look, look) }
        if (count + 1) * 4 > places.count * 3 { grow() }
        // What was absent and is there again has to be looked at.
        insert(Place(key: key, stated: presence == .present ? stated : 0, presence: presence))
        count += 1
        if presence == .present { presentCount += 1 }
    }

    /// Looks an item up and notes that the document has it.
    package mutating func see(_ key: ItemKey, stated: UInt64) -> Sight {
        let index = index(of: key)
        guard places[index].presence != nil else { return .unknown }
        places[index].presence = .seen
        return stated != 0 && places[index].stated == stated ? .same : .different
    }

    /// Whether ``see(_:stated:)`` met it in the document that is being compared.
    package func isSeen(_ key: ItemKey) -> Bool { places[index(of: key)].presence == .seen }

    /// Whether it is known, be it absent.
    package func contains(_ key: ItemKey) -> Bool { places[index(of: key)].presence != nil }

    /// Those that were there, that the document does not have under their own keys, and of which one of these was stated;
    /// by what was.
    package func unseen(stating statements: Set<UInt64>) -> [UInt64: [ItemKey]] {
        var found: [UInt64: [ItemKey]] = [:]
        for place in places where place.presence == .present && statements.contains(place.stated) {
            found[place.stated, default: []].append(place.key)
        }
        return found
    }

    /// How many of those that were there the document does not have.
    package var vanishedCount: Int { places.count { $0.presence == .present } }

    /// Those that were there, or whose absence is unconfirmed, and that the document does not have.
    package var vanished: [ItemKey] {
        places.lazy.filter { $0.presence == .present || $0.presence == .absentUnconfirmed }.map(\.key)
    }

    /// Where the item is, or would be.
    private func index(of key: ItemKey) -> Int {
        let mask = places.count - 1
        let product = key.low.multipliedFullWidth(by: secret)
        var index = Int(truncatingIfNeeded: product.high ^ product.low) & mask
        while places[index].presence != nil, places[index].key != key { index = (index + 1) & mask }
        return index
    }

    private mutating func insert(_ place: Place) { places[index(of: place.key)] = place }

    private mutating func grow() {
        let old = places
        places = Array(repeating: .free, count: old.count * 2)
        for place in old where place.presence != nil { insert(place) }
    }
}
