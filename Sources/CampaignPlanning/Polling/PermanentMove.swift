/// Counts permanent redirects of a source (301 or 308, RFC 9110, 15.4).
///
/// A misconfigured server or a captive portal may send one, too, but hardly for three polls in a row.
package struct PermanentMove: Sendable, Hashable {
    /// Number of polls in a row that must be redirected to the same address.
    package static let needed = 3

    /// Target of the last polls; nil when the last one was not redirected.
    package private(set) var target: String?
    /// Number of polls in a row with that target.
    package private(set) var sightings: Int

    package init(target: String? = nil, sightings: Int = 0) {
        self.target = target
        self.sightings = sightings
    }

    /// Records a poll that read a document or got "not modified"; record any other one without a target.
    ///
    /// - Parameters:
    ///   - target: The document's address, when all redirects to it were permanent; nil otherwise.
    ///   - address: The requested address.
    /// - Returns: The address to request from now on, once enough polls in a row agree; nil otherwise.
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

    /// Whether the redirect leads from https to http. Such a move is never stored: an attacker on the network could
    /// fake documents for good.
    private static func losesEncryption(from address: String, to target: String) -> Bool {
        func isSafe(_ address: String) -> Bool { address.prefix(8).lowercased() == "https://" }
        return isSafe(address) && !isSafe(target)
    }
}
