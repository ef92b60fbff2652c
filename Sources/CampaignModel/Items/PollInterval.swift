/// How often a source is looked at.
package enum PollInterval: Sendable, Hashable {
    /// As often as the feed changes, and as its server likes.
    case auto
    /// As the owner says; longer than nothing.
    case every(Duration)

    /// What `auto` means as long as nothing is known of the feed.
    package static let untilKnown = Duration.minutes(30)

    /// The interval without any knowledge of the feed.
    package var usual: Duration {
        switch self {
        case .auto: Self.untilKnown
        case .every(let duration): duration
        }
    }
}

extension PollInterval: Codable {
    /// `auto` as a text, else the duration itself: as sources were stored when they had nothing else.
    package init(from decoder: any Decoder) throws {
        let text = try? decoder.singleValueContainer().decode(String.self)
        self = text == "auto" ? .auto : .every(try Duration(from: decoder))
    }

    package func encode(to encoder: any Encoder) throws {
        switch self {
        case .auto:
            var container = encoder.singleValueContainer()
            try container.encode("auto")
        case .every(let duration): try duration.encode(to: encoder)
        }
    }
}
