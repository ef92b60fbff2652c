import CampaignModel
import CampaignStore

/// A delivery with its history, as people read it.
enum DeliveryText {
    static func lines(_ record: DeliveryRecord) -> [String] {
        var lines: [String] = []
        if let run = record.run, let at = record.plannedAt { lines.append("planned by run \(run) on \(at)") }
        if let parts = record.parts, parts > 1 {
            lines.append("of its \(parts) parts \(record.partsSent) are done with")
        }
        if record.delivery.state == Delivery.State.queued.rawValue {
            lines += [
                record.notBefore.map { "waits until \($0)" }, record.expiresAt.map { "is dropped after \($0)" },
            ].compactMap(\.self)
        }
        if record.history.isEmpty { lines.append("nothing of it was tried") }
        return lines + record.history.map { "\(time($0))attempt \($0.attempt), part \($0.part): \(sentence($0))" }
    }

    private static func time(_ attempt: ListedAttempt) -> String {
        (attempt.startedAt ?? attempt.finishedAt).map { "\($0) " } ?? ""
    }

    /// What an attempt came to.
    static func sentence(_ attempt: ListedAttempt) -> String {
        let reason = attempt.reason.map { ": \($0)" } ?? ""
        let name = attempt.platformMessageID.map { " as \($0)" } ?? ""
        switch attempt.outcome.flatMap(Delivery.State.init(rawValue:)) {
        case nil: return "is on its way; its answer is not stored yet"
        case .sent?:
            return attempt.platformMessageID == nil && attempt.reason == nil
                ? "it arrived" : "the platform accepted it\(name)\(reason)"
        case .failed?: return "refused\(reason)"
        case .unknown?: return "whether it arrived is not known\(reason)"
        case .queued?: return "surely not received, so it goes again\(reason)"
        case .held?: return "not allowed now, so it waits\(reason)"
        case .suppressed?: return "not to be sent to this person any more\(reason)"
        case .claimed?, .sending?, .expired?: return "\(attempt.outcome ?? "")\(reason)"
        }
    }
}

/// As `--json` prints it: the delivery's own fields, as in a list, and its history with a sentence for each attempt.
struct DeliveryJSON: Encodable {
    private let record: DeliveryRecord

    init(_ record: DeliveryRecord) { self.record = record }

    private struct Attempt: Encodable {
        let attempt: ListedAttempt

        private enum Key: String, CodingKey { case sentence }

        func encode(to encoder: any Encoder) throws {
            try attempt.encode(to: encoder)
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(DeliveryText.sentence(attempt), forKey: .sentence)
        }
    }

    private enum Key: String, CodingKey {
        case run, parts, history
        case plannedAt = "planned_at"
        case notBefore = "not_before"
        case expiresAt = "expires_at"
        case partsSent = "parts_sent"
    }

    func encode(to encoder: any Encoder) throws {
        try record.delivery.encode(to: encoder)
        var container = encoder.container(keyedBy: Key.self)
        try container.encodeIfPresent(record.run, forKey: .run)
        try container.encodeIfPresent(record.plannedAt, forKey: .plannedAt)
        try container.encodeIfPresent(record.notBefore, forKey: .notBefore)
        try container.encodeIfPresent(record.expiresAt, forKey: .expiresAt)
        try container.encodeIfPresent(record.parts, forKey: .parts)
        try container.encode(record.partsSent, forKey: .partsSent)
        try container.encode(record.history.map(Attempt.init), forKey: .history)
    }
}
