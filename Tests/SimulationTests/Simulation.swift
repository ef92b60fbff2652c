import CampaignModel
import Foundation
import Synchronization

/// A machine of one thread on which everything that could happen in any order happens in an order that the seed decides.
///
/// It runs the jobs of all tasks that prefer it as their executor, and it is their clock: what sleeps is woken by it. When
/// nothing can run, time jumps to the next alarm, so a day takes no time. The same seed gives the same run.
final class Simulation: TaskExecutor, Sendable {
    /// Of one process in the simulation; when it dies, all that waits in it is woken with bad news.
    typealias Process = Int

    /// Why a wait ended.
    enum Ring: Sendable { case due, cancelled, dead }

    private struct Alarm {
        var at: UInt64
        var number: Int
        var process: Process
        var waiter: CheckedContinuation<Ring, Never>
    }

    private struct State {
        var chance: Chance
        var now: UInt64 = 1_000_000_000
        var steps = 0
        var jobs: [UnownedJob] = []
        /// The earliest first.
        var alarms: [Alarm] = []
        var lastNumber = 0
        var dead: Set<Process> = []
        /// At that step, that is done, between two jobs.
        var tripwire: (step: Int, action: @Sendable () -> Void)?
    }

    private enum Work {
        case job(UnownedJob)
        case alarm(Alarm)
    }

    /// A job takes any time up to this, in nanoseconds.
    private static let slowestJob = 20_000
    private static let mostSteps = 3_000_000

    let seed: UInt64
    private let state: Mutex<State>

    init(seed: UInt64) {
        self.seed = seed
        state = Mutex(State(chance: Chance(seed: seed)))
    }

    /// Nanoseconds since the simulation began.
    var now: UInt64 { state.withLock { $0.now } }
    var steps: Int { state.withLock { $0.steps } }

    /// Decides something by the seed.
    func decide<Value: Sendable>(_ body: @Sendable (inout Chance) -> Value) -> Value {
        state.withLock { body(&$0.chance) }
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        state.withLock { $0.jobs.append(job) }
    }

    /// Runs until the body is done; call it on a thread that nothing else needs.
    ///
    /// - Throws: What the body threw, or ``Stuck``.
    func run(_ body: @escaping @Sendable () async throws -> Void) throws {
        let result = Mutex<Result<Void, any Error>?>(nil)
        Task(executorPreference: self) {
            do {
                try await body()
                result.withLock { $0 = .success(()) }
            } catch {
                result.withLock { $0 = .failure(error) }
            }
        }
        while true {
            if let result = result.withLock({ $0 }) { return try result.get() }
            try step()
        }
    }

    /// Nothing can ever happen any more, or far too much did.
    struct Stuck: Error { var steps: Int }

    private func step() throws {
        let (work, trap) = try state.withLock { state in
            state.steps += 1
            guard state.steps < Self.mostSteps else { throw Stuck(steps: state.steps) }
            state.now += UInt64(state.chance.below(Self.slowestJob))
            if let tripwire = state.tripwire, tripwire.step <= state.steps {
                state.tripwire = nil
                return (Work?.none, Optional(tripwire.action))
            }
            if state.jobs.isEmpty, let next = state.alarms.first { state.now = max(state.now, next.at) }
            let due = state.alarms.prefix { $0.at <= state.now }.count
            guard state.jobs.count + due > 0 else { throw Stuck(steps: state.steps) }
            let chosen = state.chance.below(state.jobs.count + due)
            guard chosen >= state.jobs.count else { return (.job(state.jobs.remove(at: chosen)), nil) }
            return (.alarm(state.alarms.remove(at: chosen - state.jobs.count)), nil)
        }
        trap?()
        switch work {
        case .job(let job): job.runSynchronously(on: asUnownedTaskExecutor())
        case .alarm(let alarm): alarm.waiter.resume(returning: .due)
        case nil: break
        }
    }

    /// Waits for so many nanoseconds of a process's life.
    func wait(_ nanoseconds: UInt64, in process: Process) async -> Ring {
        let number = state.withLock { state in
            state.lastNumber += 1
            return state.lastNumber
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in
                let ring: Ring? = state.withLock { state in
                    if state.dead.contains(process) { return .dead }
                    if Task.isCancelled { return .cancelled }
                    let alarm = Alarm(at: state.now &+ nanoseconds, number: number, process: process, waiter: waiter)
                    let place = state.alarms.firstIndex { $0.at > alarm.at } ?? state.alarms.count
                    state.alarms.insert(alarm, at: place)
                    return nil
                }
                if let ring { waiter.resume(returning: ring) }
            }
        } onCancel: {
            let alarm = state.withLock { state in
                state.alarms.firstIndex { $0.number == number }.map { state.alarms.remove(at: $0) }
            }
            alarm?.waiter.resume(returning: .cancelled)
        }
    }

    /// The same for what a cancelled task cannot break off.
    ///
    /// - Returns: False when the process died.
    func endure(_ nanoseconds: UInt64, in process: Process) async -> Bool {
        let end = now + nanoseconds
        // A task of its own hears nothing of the cancellation; it runs here, too.
        return await Task(executorPreference: self) {
            await self.wait(end > self.now ? end - self.now : 0, in: process)
        }
        .value != .dead
    }

    func isDead(_ process: Process) -> Bool { state.withLock { $0.dead.contains(process) } }

    /// Does something so many steps from now, between two jobs.
    func trip(after steps: Int, _ action: @escaping @Sendable () -> Void) {
        state.withLock { $0.tripwire = ($0.steps + steps, action) }
    }

    func takeBackTripwire() { state.withLock { $0.tripwire = nil } }

    /// The process ends where it stands, as by `kill -9`: nothing that it does from here on has any effect.
    func kill(_ process: Process) {
        let waiters = state.withLock { state in
            state.dead.insert(process)
            let mine = state.alarms.filter { $0.process == process }
            state.alarms.removeAll { $0.process == process }
            return mine
        }
        for alarm in waiters { alarm.waiter.resume(returning: .dead) }
    }
}

/// The clocks of a process in the simulation. The wall clock runs with the other.
struct SimulatedTime: TimeSource {
    static let start = Timestamp(seconds: 1_800_000_000)

    let simulation: Simulation
    let process: Simulation.Process

    func now() -> Timestamp { Self.start + .nanoseconds(Int64(simulation.now)) }
    func monotonicNanoseconds() -> UInt64 { simulation.now }

    func sleep(for duration: Duration) async throws {
        guard await simulation.wait(duration.nanoseconds, in: process) == .due else { throw CancellationError() }
    }
}

extension Duration {
    /// Rounded up.
    var nanoseconds: UInt64 {
        let (seconds, attoseconds) = components
        return UInt64(max(0, seconds)) * 1_000_000_000 + UInt64(max(0, attoseconds + 999_999_999) / 1_000_000_000)
    }
}
