/// How often a source is polled.
package enum PollInterval: Sendable, Hashable {
    /// As often as the feed changes, within what its server asks for.
    case auto
    /// At the owner's interval, which is greater than zero.
    case every(Duration)

    /// The interval of `auto` as long as nothing is known of the feed.
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
    /// Decodes the text `auto`, or a duration, which is all that earlier versions stored.
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
