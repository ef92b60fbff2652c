import CampaignEngine
package import Foundation
import Metrics

/// What the operating system says of the process.
enum ProcessMeasures {
    static func take(into registry: MetricsRegistry) {
        if let pages = number(1, in: "/proc/self/statm") {
            set(pages * Double(sysconf(Int32(_SC_PAGESIZE))), .memory, registry)
        }
        var usage = rusage()
        if getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 {
            set(seconds(usage.ru_utime) + seconds(usage.ru_stime), .processor, registry)
        }
        if let files = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count {
            set(Double(files), .files, registry)
        }
    }

    /// What does not change.
    static func introduce(version: String, startedAt: Date, to registry: MetricsRegistry) {
        set(startedAt.timeIntervalSince1970.rounded(), .started, registry)
        Meter(label: Metric.info.name, dimensions: [("version", version)], factory: registry).set(1)
    }

    private static func set(_ value: Double, _ metric: Metric, _ registry: MetricsRegistry) {
        Meter(label: metric.name, dimensions: [], factory: registry).set(value)
    }

    private static func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1_000_000 }

    private static func number(_ column: Int, in path: String) -> Double? {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
        let columns = text.split(separator: " ")
        return columns.indices.contains(column) ? Double(columns[column]) : nil
    }
}

extension MetricsRegistry {
    /// - Parameters:
    ///   - version: Of the program.
    ///   - startedAt: When the process began.
    package convenience init(version: String, startedAt: Date = Date()) {
        self.init()
        ProcessMeasures.introduce(version: version, startedAt: startedAt, to: self)
    }
}
