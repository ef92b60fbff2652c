package import CampaignEngine
package import Metrics
import Synchronization

/// swift-metrics' instruments, kept in memory for Prometheus to fetch.
///
/// A metric that is not in the catalog is not kept: of nothing that a library or a stranger names there may be more and more.
package final class MetricsRegistry: MetricsFactory {
    /// Upper bounds, in seconds: from an answer out of memory to a large catalog.
    static let bounds: [Double] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800]

    private let catalog: [String: Metric]
    private let values = Mutex<[Series: MetricValue]>([:])

    /// A metric with the values of its labels.
    struct Series: Hashable {
        let name: String
        let labels: [Label]
    }

    struct Label: Hashable {
        let name: String
        let value: String
    }

    package init(_ catalog: [Metric] = Metric.all) {
        self.catalog = Dictionary(catalog.map { ($0.name, $0) }) { first, _ in first }
    }

    /// Each metric that has a value, in the order of names, and its series in that of their labels.
    var families: [(metric: Metric, series: [(labels: [Label], value: MetricValue)])] {
        let values = values.withLock { $0 }
        return Dictionary(grouping: values, by: \.key.name).compactMap { name, members in
            catalog[name].map { metric in
                let series = members.map { (labels: $0.key.labels, value: $0.value) }
                return (
                    metric, series.sorted { $0.labels.map(\.value).lexicographicallyPrecedes($1.labels.map(\.value)) }
                )
            }
        }.sorted { $0.metric.name < $1.metric.name }
    }

    private func value(_ label: String, _ dimensions: [(String, String)]) -> MetricValue {
        guard let metric = catalog[label] else { return MetricValue(bounds: []) }
        let series = Series(name: label, labels: dimensions.map { Label(name: $0.0, value: $0.1) })
        return values.withLock { values in
            if let value = values[series] { return value }
            let value = MetricValue(bounds: metric.kind == .histogram ? Self.bounds : [])
            values[series] = value
            return value
        }
    }

    /// The series of that name and those labels; a new one only where there is none. So with the others.
    package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        value(label, dimensions)
    }

    /// As of whole numbers.
    package func makeFloatingPointCounter(
        label: String, dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler { value(label, dimensions) }

    /// For what goes up and down.
    package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        value(label, dimensions)
    }

    /// For what is recorded one by one: a histogram's, or the last value.
    package func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler { value(label, dimensions) }

    /// Takes nanoseconds, and keeps seconds.
    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        value(label, dimensions)
    }

    /// What was counted stays: whoever asks twice would otherwise see it fall.
    package func destroyCounter(_ handler: any CounterHandler) {}
    /// It stays.
    package func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
    /// It stays.
    package func destroyMeter(_ handler: any MeterHandler) {}
    /// It stays.
    package func destroyRecorder(_ handler: any RecorderHandler) {}
    /// It stays.
    package func destroyTimer(_ handler: any TimerHandler) {}
}

/// One number that goes up or is set, and where there are bounds, how often what was recorded was within each.
final class MetricValue: Sendable {
    struct State {
        var number = 0.0
        /// By bound, and one more for what is beyond the last.
        var counts: [UInt64]
    }

    private let bounds: [Double]
    private let storage: Mutex<State>

    init(bounds: [Double]) {
        self.bounds = bounds
        storage = Mutex(State(counts: Array(repeating: 0, count: bounds.isEmpty ? 0 : bounds.count + 1)))
    }

    /// `number` is the sum of what was recorded, where there are bounds.
    var state: State { storage.withLock { $0 } }

    private func add(_ amount: Double) { storage.withLock { $0.number += amount } }

    private func observe(_ value: Double) {
        guard !bounds.isEmpty else { return storage.withLock { $0.number = value } }
        let place = bounds.firstIndex { value <= $0 } ?? bounds.count
        storage.withLock { state in
            state.number += value
            state.counts[place] += 1
        }
    }
}

extension MetricValue: CounterHandler, FloatingPointCounterHandler, MeterHandler, RecorderHandler, TimerHandler {
    func increment(by amount: Int64) { add(Double(amount)) }
    func increment(by amount: Double) { add(amount) }
    func decrement(by amount: Double) { add(-amount) }
    func reset() { storage.withLock { $0.number = 0 } }
    func set(_ value: Int64) { set(Double(value)) }
    func set(_ value: Double) { storage.withLock { $0.number = value } }
    func record(_ value: Int64) { observe(Double(value)) }
    func record(_ value: Double) { observe(value) }
    func recordNanoseconds(_ duration: Int64) { observe(Double(duration) / 1_000_000_000) }
}
