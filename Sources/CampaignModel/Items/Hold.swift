/// The reason why a poll is held. Its changes are neither reported nor stored until the owner decides, or until the
/// document is as before.
package enum HoldReason: Sendable, Hashable {
    case flood(new: Int, allowed: Int)
    case exchanged(vanished: Int, present: Int, new: Int)
    case shrunk(vanished: Int, present: Int)
    case backdated(old: Int, new: Int)
    case repriced(far: Int, present: Int, factor: Int)

    /// A stable code.
    package var code: String {
        switch self {
        case .flood: "flood"
        case .exchanged: "items_exchanged"
        case .shrunk: "shrunk"
        case .backdated: "old_items"
        case .repriced: "repriced"
        }
    }

    /// One sentence for the owner.
    package var sentence: String {
        switch self {
        case .flood(let new, let allowed):
            "\(new) items would be announced as new, where up to \(allowed) are usual"
        case .exchanged(let vanished, let present, let new):
            "\(vanished) of the \(present) known items are gone, and \(new) came in their place that are not dated as news"
        case .shrunk(let vanished, let present):
            "\(vanished) of the \(present) known products are gone at once"
        case .backdated(let old, let new):
            "\(old) of \(new) new items are dated more than a week before the source was last read"
        case .repriced(let far, let present, let factor):
            "the prices of \(far) of the \(present) known products are \(factor) times what they were or more, or 1/\(factor) or less"
        }
    }
}

/// The owner's decision about a held poll; it applies to the next document only.
package enum HoldDecision: Sendable, Hashable, CustomStringConvertible {
    /// Announce all changes.
    case accept
    /// Store all changes as known and announce none.
    case skip
    /// Announce that many of the newest items, and store the rest as known.
    case latest(Int)

    /// The stored form: `accept`, `skip`, `latest 5`.
    package var description: String {
        switch self {
        case .accept: "accept"
        case .skip: "skip"
        case .latest(let count): "latest \(count)"
        }
    }

    /// Parses what ``description`` writes.
    package init?(_ text: String) {
        let words = text.split(separator: " ")
        switch (words.first, words.count) {
        case ("accept", 1): self = .accept
        case ("skip", 1): self = .skip
        case ("latest", 2):
            guard let count = Int(words[1]), count > 0 else { return nil }
            self = .latest(count)
        default: return nil
        }
    }
}

/// A held poll: since when, and why.
package struct Hold: Sendable, Hashable, Codable {
    package var at: Timestamp
    /// The reason's ``HoldReason/code``.
    package var code: String
    /// The reason's ``HoldReason/sentence``.
    package var reason: String

    package init(at: Timestamp, code: String, reason: String) {
        self.at = at
        self.code = code
        self.reason = reason
    }
}
