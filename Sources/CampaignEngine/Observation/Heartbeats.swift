import CampaignModel
import Synchronization

/// Times of the last heartbeat of each loop, which make a hanging loop visible from outside.
///
/// A loop that waits for work still beats: each says how long its next beat may take.
final class Heartbeats: Sendable {
    /// Longest silence of a working loop, enough for the largest campaigns and catalogs.
    static let usual = Duration.minutes(10)

    private struct Turn {
        let at: UInt64
        let allowed: Duration
    }

    private let turns = Mutex<[String: Turn]>([:])

    /// Records a loop's heartbeat.
    ///
    /// - Parameters:
    ///   - loop: The loop's name, for the operator.
    ///   - monotonic: The monotonic time, in nanoseconds.
    ///   - allowed: Longest time until the next heartbeat.
    func beat(_ loop: String, at monotonic: UInt64, silentFor allowed: Duration = usual) {
        turns.withLock { $0[loop] = Turn(at: monotonic, allowed: allowed) }
    }

    /// For each loop by name the time since its last heartbeat, and whether that is too long.
    func silences(at monotonic: UInt64) -> [String: (length: Duration, isTooLong: Bool)] {
        turns.withLock { turns in
            turns.mapValues { turn in
                let length = Duration.nanoseconds(Int64(clamping: monotonic &- min(turn.at, monotonic)))
                return (length, length > turn.allowed)
            }
        }
    }
}

extension Engine {
    /// Records a loop's heartbeat; see ``Heartbeats``.
    func beat(_ loop: String, silentFor allowed: Duration = Heartbeats.usual) {
        loops.beat(loop, at: time.monotonicNanoseconds(), silentFor: allowed)
    }
}
