import Glibc

/// How much processor time a document has taken, and whether that is more than one of its length may take.
///
/// The time of the thread that reads, not of the clock on the wall: a busy machine, or a slow network between two
/// pieces, makes no document expensive.
struct CPUBudget {
    private let base: Double
    private let perMiB: Double
    private var spent = 0.0
    private var began: Double?
    private var bytes = 0

    init(limits: ReadLimits) {
        base = limits.cpuSeconds
        perMiB = limits.cpuSecondsPerMiB
    }

    /// Begins to count. Must end before the thread does anything else.
    mutating func begin() { began = Self.now }

    mutating func end() {
        if let began { spent += max(0, Self.now - began) }
        began = nil
    }

    /// More of the document was read.
    mutating func take(_ count: Int) { bytes &+= count }

    /// Why to stop; nil while the document is worth its time.
    var excess: String? {
        let used = spent + (began.map { max(0, Self.now - $0) } ?? 0)
        let mebibytes = Double(bytes) / 1_048_576
        guard used > base + perMiB * mebibytes else { return nil }
        return "it takes too long to read: more than \(Int(base + perMiB * mebibytes)) s for the first "
            + "\(max(1, bytes >> 20)) MiB"
    }

    private static var now: Double {
        var time = timespec()
        guard clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time) == 0 else { return 0 }
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
