import CampaignEngine
import Metrics
import Testing

@testable import WebInterface

@Suite("Metrics in Prometheus' text form") struct MetricsTests {
    private let registry = MetricsRegistry()

    private var lines: [Substring] { MetricsText.write(registry).split(separator: "\n") }

    @Test func `a counter goes up for each of its labels`() {
        for source in ["blog", "shop", "blog"] {
            Counter(
                label: Metric.polls.name, dimensions: [("source", source), ("outcome", "read")], factory: registry
            ).increment()
        }
        #expect(
            lines == [
                "# HELP tellal_polls_total \(Metric.polls.help)", "# TYPE tellal_polls_total counter",
                #"tellal_polls_total{source="blog",outcome="read"} 2"#,
                #"tellal_polls_total{source="shop",outcome="read"} 1"#,
            ])
    }

    @Test func `what is set takes the place of what was`() {
        let meter = Meter(label: Metric.inboxWaiting.name, factory: registry)
        meter.set(7)
        meter.set(2.5)
        #expect(lines.last == "tellal_inbox_waiting 2.5")
    }

    @Test func `a time is counted in each bucket that holds it`() {
        let timer = Timer(label: Metric.sendSeconds.name, dimensions: [("channel", "bot")], factory: registry)
        timer.recordMilliseconds(20)
        timer.recordMilliseconds(300)
        timer.recordSeconds(3600)
        let counts = lines.filter { $0.contains("_bucket") }.map { $0.split(separator: " ").last.map(String.init) }
        #expect(counts == ["0", "0", "1", "1", "1", "1", "2", "2", "2", "2", "2", "2", "2", "2", "2", "3"])
        #expect(lines.contains(#"tellal_send_duration_seconds_bucket{channel="bot",le="+Inf"} 3"#))
        #expect(lines.contains(#"tellal_send_duration_seconds_sum{channel="bot"} 3600.32"#))
        #expect(lines.contains(#"tellal_send_duration_seconds_count{channel="bot"} 3"#))
    }

    @Test func `a name cannot break its line`() {
        Meter(label: Metric.items.name, dimensions: [("source", "a\"} 1\nb\\")], factory: registry).set(1)
        #expect(lines.last == #"tellal_source_items{source="a\"} 1\nb\\"} 1"#)
    }

    @Test func `what is not in the catalog is not kept`() {
        for number in 0..<1000 { Counter(label: "library.\(number)", factory: registry).increment() }
        #expect(lines.isEmpty)
    }

    @Test func `each metric has a name of its own and a sentence`() {
        #expect(Set(Metric.all.map(\.name)).count == Metric.all.count)
        #expect(Metric.all.allSatisfy { $0.help.hasSuffix(".") })
    }
}
