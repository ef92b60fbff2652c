import CampaignEngine
import CampaignStore
import Synchronization

/// All that happened in a simulation, in order: what the checker judges by.
final class History: Sendable {
    /// A request as it left.
    struct Call: Sendable, Hashable {
        var number: Int
        var channel: String
        var address: String
        var text: String
        /// Messenger carries the delivery's number.
        var reference: String?
    }

    enum Happening: Sendable, Hashable {
        case began(isDaemon: Bool)
        /// With how many requests on the wire.
        case crashed
        /// By itself: because it was told to, or was done.
        case ended
        /// It gave up.
        case failed
        case diskFailed
        case changed([SimulatedDisk.Change])
        case left(Call)
        case accepted(call: Int, id: String)
        /// The answer arrived; with the pause that it asks for, in seconds.
        case answered(call: Int, retryAfter: Int?)
        case reported(DeliveryReport)
    }

    struct Entry: Sendable, Hashable {
        var at: UInt64
        var process: Simulation.Process
        var what: Happening
    }

    private let simulation: Simulation
    private let record = Mutex<[Entry]>([])

    init(_ simulation: Simulation) { self.simulation = simulation }

    var entries: [Entry] { record.withLock { $0 } }
    var count: Int { record.withLock { $0.count } }

    func note(_ what: Happening, in process: Simulation.Process) {
        if case .changed(let changes) = what, changes.isEmpty { return }
        let entry = Entry(at: simulation.now, process: process, what: what)
        record.withLock { $0.append(entry) }
    }
}
