import Foundation

/// Whose clock counts, as the owner writes it.
package enum ZoneChoice {
    /// `Europe/Istanbul`, `subscriber`, or `subscriber or Europe/Istanbul`.
    ///
    /// - Returns: A name of the time zone database, UTC where none is said; nil when there is none of that name.
    package static func read(_ text: String) -> (zone: String, followsPeople: Bool)? {
        let words = text.split(whereSeparator: \.isWhitespace).map { String($0) }
        if words == ["subscriber"] { return ("UTC", true) }
        let isEither = words.count == 3 && words[0] == "subscriber" && words[1] == "or"
        let name = isEither ? words[2] : text
        return isZone(name) ? (name, isEither) : nil
    }

    /// Whether the time zone database has that name, be it a new one or one that it keeps for an old: `Asia/Kolkata` and
    /// `Asia/Calcutta`.
    static func isZone(_ name: String) -> Bool { name.count <= 64 && TimeZone(identifier: name) != nil }
}
