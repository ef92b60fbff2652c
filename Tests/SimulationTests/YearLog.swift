import CampaignEngine
import CampaignModel
import CampaignStore
import Foundation
import Synchronization

/// What happens in a simulated year, one JSON object a line, for a checker that knows nothing of the program.
final class YearLog: Sendable {
    private let lines = Mutex<[String]>([])

    func write(_ type: String, _ fields: [String: Any?]) throws {
        var object = fields.mapValues { $0 ?? NSNull() }
        object["type"] = type
        let data = try JSONSerialization.data(withJSONObject: object, options: [.sortedKeys, .withoutEscapingSlashes])
        lines.withLock { $0.append(String(decoding: data, as: UTF8.self)) }
    }

    /// What the program tells of its runs, as it makes them.
    func note(_ event: EngineEvent, at now: Timestamp) {
        guard case .ran(let report) = event else { return }
        try? write(
            "ran",
            [
                "campaign": report.campaign, "at": now.milliseconds, "nominal": report.nominalAt?.milliseconds,
                "missed": report.missed,
            ])
    }

    func event(_ what: String, _ person: YearPerson, at: Timestamp, _ more: [String: Any?] = [:]) throws {
        var fields = more
        fields["what"] = what
        fields["at"] = at.milliseconds
        fields["channel"] = person.channel
        fields["address"] = person.address
        try write("event", fields)
    }

    func save(to path: String) throws {
        let text = lines.withLock { $0.joined(separator: "\n") } + "\n"
        try text.write(toFile: path, atomically: false, encoding: .utf8)
    }
}

/// Somebody of the simulated year.
struct YearPerson: Sendable {
    var channel: String
    var address: String
    var tags: [String]
    var language: String
    var preferences = Subscriber.Preferences()
    var hasJoined = false
    var unwanted: Set<String> = []
}
