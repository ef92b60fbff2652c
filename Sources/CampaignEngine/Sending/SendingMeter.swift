import CampaignModel
import Synchronization

/// Counts sent messages by channel and campaign, for rates and progress.
final class SendingMeter: Sendable {
    /// A counter's key. Replies have one counter for each channel.
    struct Lane: Hashable {
        let channel: ChannelID
        let campaign: CampaignID?
    }

    /// The counts of a lane that has sent something within the last minute.
    struct Course: Sendable {
        /// Number of messages since the last pause of a minute.
        let sent: Int
        let seconds: Double
        /// Rate over the last minute, or since the lane began.
        let perSecond: Double
    }

    private static let second: UInt64 = 1_000_000_000
    /// Seconds of the sliding window, and of a pause after which a lane's count restarts.
    private static let window: UInt64 = 60

    private struct Count {
        var began: UInt64
        var last: UInt64
        var total = 0
        /// Counts by second, modulo the window.
        var slots = [Int](repeating: 0, count: Int(window))

        init(at second: UInt64) { (began, last) = (second, second) }

        mutating func move(to second: UInt64) {
            guard second > last else { return }
            for passed in 1...min(second - last, window) { slots[Int((last + passed) % window)] = 0 }
            last = second
        }
    }

    private let counts = Mutex<[Lane: Count]>([:])

    /// Counts an accepted message.
    func note(_ lane: Lane, at monotonic: UInt64) {
        let second = monotonic / Self.second
        counts.withLock { counts in
            var count = counts[lane] ?? Count(at: second)
            if second > count.last + Self.window { count = Count(at: second) }
            count.move(to: second)
            count.slots[Int(second % Self.window)] += 1
            count.total += 1
            counts[lane] = count
        }
    }

    /// All lanes that sent something within the last minute.
    func courses(at monotonic: UInt64) -> [Lane: Course] {
        let second = monotonic / Self.second
        return counts.withLock { counts in
            counts = counts.filter { second <= $0.value.last + Self.window }
            return counts.mapValues { count in
                var moved = count
                moved.move(to: second)
                let seconds = Double(second - min(count.began, second) + 1)
                let sum = moved.slots.reduce(0, +)
                return Course(
                    sent: count.total, seconds: seconds, perSecond: Double(sum) / min(seconds, Double(Self.window)))
            }
        }
    }
}
