/// Counts answers that say that a source has moved for good (301 or 308, RFC 9110, 15.4).
///
/// A slip in a server's settings, or the login page of a hotel, says so as well, but hardly three polls in a row.
package struct PermanentMove: Sendable, Hashable {
    /// So many polls in a row must have been sent to the same place.
    package static let needed = 3

    /// Where the last polls were sent; nil when the last one was sent nowhere.
    package private(set) var target: String?
    /// How many in a row were sent there.
    package private(set) var sightings: Int

    package init(target: String? = nil, sightings: Int = 0) {
        self.target = target
        self.sightings = sightings
    }

    /// Notes one poll that read a document, or was told that it is the same; any other is noted with no target.
    ///
    /// - Parameters:
    ///   - target: Where the document was found, when every redirect on the way was permanent; nil otherwise.
    ///   - address: The one that was asked.
    /// - Returns: the address to be asked from now on, once enough polls in a row agree.
    package mutating func note(_ target: String?, from address: String) -> String? {
        guard let target, target != address, !Self.losesEncryption(from: address, to: target) else {
            self = PermanentMove()
            return nil
        }
        sightings = target == self.target ? sightings + 1 : 1
        self.target = target
        guard sightings >= Self.needed else { return nil }
        self = PermanentMove()
        return target
    }

    /// Whoever stands in between could send a source to an address that anybody can write to, for good.
    private static func losesEncryption(from address: String, to target: String) -> Bool {
        func isSafe(_ address: String) -> Bool { address.prefix(8).lowercased() == "https://" }
        return isSafe(address) && !isSafe(target)
    }
}
