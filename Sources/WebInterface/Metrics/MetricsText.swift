import CampaignEngine

/// Prometheus' text format, version 0.0.4 (prometheus.io, "Exposition formats").
enum MetricsText {
    static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    static func write(_ registry: MetricsRegistry) -> String {
        var text = ""
        for (metric, series) in registry.families {
            text += "# HELP \(metric.name) \(escaped(metric.help, quotes: false))\n"
            text += "# TYPE \(metric.name) \(metric.kind.rawValue)\n"
            for (labels, value) in series {
                let state = value.state
                guard metric.kind == .histogram else {
                    line(metric.name, labels, number(state.number), into: &text)
                    continue
                }
                var sum: UInt64 = 0
                for (place, count) in state.counts.enumerated() {
                    sum += count
                    let bounds = MetricsRegistry.bounds
                    let bound = place < bounds.count ? number(bounds[place]) : "+Inf"
                    line(
                        "\(metric.name)_bucket", labels + [.init(name: "le", value: bound)], "\(sum)", into: &text)
                }
                line("\(metric.name)_sum", labels, number(state.number), into: &text)
                line("\(metric.name)_count", labels, "\(sum)", into: &text)
            }
        }
        return text
    }

    private static func line(
        _ name: String, _ labels: [MetricsRegistry.Label], _ value: String, into text: inout String
    ) {
        let inside = labels.map { "\($0.name)=\"\(escaped($0.value, quotes: true))\"" }.joined(separator: ",")
        text += inside.isEmpty ? "\(name) \(value)\n" : "\(name){\(inside)} \(value)\n"
    }

    /// Without a fraction where there is none.
    private static func number(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? "\(Int64(value))" : "\(value)"
    }

    private static func escaped(_ text: String, quotes: Bool) -> String {
        var result = ""
        for character in text.unicodeScalars {
            switch character {
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\"" where quotes: result += "\\\""
            default: result.unicodeScalars.append(character)
            }
        }
        return result
    }
}
