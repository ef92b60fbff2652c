/// Which items of a source are known, and by what statement: about 40 bytes an item, so that a document of a million
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

    private var keys: [ItemKey] = []
    private var stated: [UInt64] = []
    private var presences: [UInt8] = []
    /// Open addressing; 0 is a free slot, all else a place in the arrays plus 1.
    private var slots: [UInt32] = []
    /// Nobody can choose ids that get into each other's way.
    private let secret = UInt64.random(in: .min ... .max) | 1
    /// How many were present in the last document.
    package private(set) var presentCount = 0

    package init() {}

    package var count: Int { keys.count }

    /// Adds an item, each once.
    ///
    /// - Parameters:
    ///   - key: Its key.
    ///   - stated: 0 when it is to be looked at whatever is stated of it.
    ///   - presence: Whether the last document had it.
    package mutating func add(_ key: ItemKey, stated: UInt64, _ presence: Presence) {
        keys.append(key)
        // What was absent and is there again has to be looked at.
        self.stated.append(presence == .present ? stated : 0)
        presences.append(presence.rawValue)
        if presence == .present { presentCount += 1 }
        if keys.count * 4 > slots.count * 3 { grow() } else { insert(keys.count - 1) }
    }

    /// Looks an item up and notes that the document has it.
    package mutating func see(_ key: ItemKey, stated: UInt64) -> Sight {
        guard let place = place(of: key) else { return .unknown }
        presences[place] = Presence.seen.rawValue
        return stated != 0 && self.stated[place] == stated ? .same : .different
    }

    package func isSeen(_ key: ItemKey) -> Bool {
        place(of: key).map { presences[$0] == Presence.seen.rawValue } ?? false
    }

    package func contains(_ key: ItemKey) -> Bool { place(of: key) != nil }

    /// How many of those that were there the document does not have.
    package var vanishedCount: Int { presences.count { $0 == Presence.present.rawValue } }

    /// Those that were there, or whose absence is unconfirmed, and that the document does not have.
    package var vanished: [ItemKey] {
        keys.indices.filter {
            presences[$0] == Presence.present.rawValue || presences[$0] == Presence.absentUnconfirmed.rawValue
        }.map { keys[$0] }
    }

    private func place(of key: ItemKey) -> Int? {
        guard !slots.isEmpty else { return nil }
        let mask = slots.count - 1
        var slot = start(of: key) & mask
        while slots[slot] != 0 {
            let place = Int(slots[slot]) - 1
            if keys[place] == key { return place }
            slot = (slot + 1) & mask
        }
        return nil
    }

    private func start(of key: ItemKey) -> Int {
        let product = key.low.multipliedFullWidth(by: secret)
        return Int(truncatingIfNeeded: product.high ^ product.low)
    }

    private mutating func insert(_ place: Int) {
        let mask = slots.count - 1
        var slot = start(of: keys[place]) & mask
        while slots[slot] != 0 { slot = (slot + 1) & mask }
        slots[slot] = UInt32(place + 1)
    }

    private mutating func grow() {
        slots = Array(repeating: 0, count: max(64, slots.count * 2))
        for place in keys.indices { insert(place) }
    }
}
