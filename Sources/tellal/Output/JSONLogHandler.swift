import CampaignModel
import Logging

/// What libraries have to say, as lines among the other JSON lines: `{"at":…,"level":…,"log":{"message":…,"metadata":{…}}}`.
struct JSONLogHandler: LogHandler {
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.info

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    private struct Line: Encodable {
        struct Log: Encodable {
            var message: String
            var source: String
            var metadata: [String: String]?
        }

        var at: Timestamp
        var level: String
        var log: Log
    }

    func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { $1 }
        Console.json(
            Line(
                at: SystemTime().now(), level: event.level.rawValue,
                log: .init(
                    message: "\(event.message)", source: event.source,
                    metadata: all.isEmpty ? nil : all.mapValues { "\($0)" })),
            toErrors: true)
    }
}
