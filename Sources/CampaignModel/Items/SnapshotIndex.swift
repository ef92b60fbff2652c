/// A hash table of a source's known items and their statements, 32 bytes for each place, so that a document of a
/// million items is compared without a query for each.
package struct SnapshotIndex: Sendable {
    /// Whether a known item was in the last document.
    package enum Presence: UInt8, Sendable {
        case present, absent
        /// Absent for the first time, where a second document must confirm that.
        case absentUnconfirmed
        /// Seen in the document that is being compared.
        case seen
    }

    /// How an item of a document compares with the known ones.
    package enum Sight: Sendable, Hashable {
        /// Known, with the same statement.
        case same
        /// Known, with another statement.
        case different
        case unknown
    }

    /// An item's data in one place of the table, so that a lookup has one cache miss.
    private struct Place {
        var key: ItemKey
        var stated: UInt64
        /// Nil for a free place.
        var presence: Presence?

        static let free = Place(key: ItemKey(high: 0, low: 0), stated: 0, presence: nil)
    }

    private var places: [Place]
    /// A random factor of the hash, so that nobody can choose ids that collide.
    private let secret = UInt64.random(in: .min ... .max) | 1
    /// Number of known items, present or absent.
    package private(set) var count = 0
    /// Earliest time at which an item that is not due yet must be compared again, whatever its statement.
    package private(set) var nextLook: Timestamp?
    /// Number of items in the last document.
    package private(set) var presentCount = 0

    /// - Parameter expected: The expected number of items; the table grows if there are more.
    package init(expecting expected: Int = 0) {
        var size = 64
        while size * 3 < expected * 4 { size *= 2 }
        places = Array(repeating: .free, count: size)
    }

    /// Adds an item; each item may be added once.
    ///
    /// - Parameters:
    ///   - key: The item's key.
    ///   - stated: The hash of its statement; 0 to compare the item in any case.
    ///   - presence: Whether the last document had the item.
    ///   - look: Time at which the item must be compared again; nil if that time has come, or for none.
    package mutating func add(_ key: ItemKey, stated: UInt64, _ presence: Presence, look: Timestamp? = nil) {
        if let look { nextLook = min(nextLook ?? look, look) }
        if (count + 1) * 4 > places.count * 3 { grow() }
        // An absent item that is there again must be compared.
        insert(Place(key: key, stated: presence == .present ? stated : 0, presence: presence))
        count += 1
        if presence == .present { presentCount += 1 }
    }

    /// Looks up an item and marks it as seen.
    package mutating func see(_ key: ItemKey, stated: UInt64) -> Sight {
        let index = index(of: key)
        guard places[index].presence != nil else { return .unknown }
        places[index].presence = .seen
        return stated != 0 && places[index].stated == stated ? .same : .different
    }

    /// Whether the document that is being compared has the item under this key.
    package func isSeen(_ key: ItemKey) -> Bool { places[index(of: key)].presence == .seen }

    /// Whether the item is known, present or absent.
    package func contains(_ key: ItemKey) -> Bool { places[index(of: key)].presence != nil }

    /// Keys, by statement, of items of the last document that this one lacks and that had one of these statements.
    package func unseen(stating statements: Set<UInt64>) -> [UInt64: [ItemKey]] {
        var found: [UInt64: [ItemKey]] = [:]
        for place in places where place.presence == .present && statements.contains(place.stated) {
            found[place.stated, default: []].append(place.key)
        }
        return found
    }

    /// Number of items of the last document that this one lacks.
    package var vanishedCount: Int { places.count { $0.presence == .present } }

    /// Keys of the items that the document lacks, and that were in the last one or whose absence is unconfirmed.
    package var vanished: [ItemKey] {
        places.lazy.filter { $0.presence == .present || $0.presence == .absentUnconfirmed }.map(\.key)
    }

    /// The item's index in the table, or the free one for it.
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
