import CampaignModel
import Synchronization

/// When each loop of the process last came around: one that hangs is seen from outside.
///
/// A loop that waits for work still comes around: each says how long that may take.
final class Heartbeats: Sendable {
    /// Long enough for the slowest turn of a loop that works, which the largest campaigns and catalogs make.
    static let usual = Duration.minutes(10)

    private struct Turn {
        let at: UInt64
        let allowed: Duration
    }

    private let turns = Mutex<[String: Turn]>([:])

    /// A loop comes around, or begins.
    ///
    /// - Parameters:
    ///   - loop: Its name, for the operator.
    ///   - monotonic: The time, in nanoseconds.
    ///   - allowed: How long it may be silent from now on.
    func beat(_ loop: String, at monotonic: UInt64, silentFor allowed: Duration = usual) {
        turns.withLock { $0[loop] = Turn(at: monotonic, allowed: allowed) }
    }

    /// Each loop by name: how long it has been silent, and whether that is too long.
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
    /// A loop comes around: see ``Heartbeats``.
    func beat(_ loop: String, silentFor allowed: Duration = Heartbeats.usual) {
        loops.beat(loop, at: time.monotonicNanoseconds(), silentFor: allowed)
    }
}
