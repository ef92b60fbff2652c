import CCurl
import Glibc
import Synchronization

/// The hand-over to the curl thread: anybody may post, the thread takes everything at once.
final class TransferQueue: Sendable {
    enum Command: Sendable {
        case start(Transfer)
        case resume(UInt64)
        case cancel(UInt64)
        /// Ends the thread; the continuation is resumed when it has ended.
        case stop(CheckedContinuation<Void, Never>?)
    }

    private struct State {
        var commands: [Command] = []
        var nextID: UInt64 = 0
        var isClosed: Bool
    }

    private let state: Mutex<State>
    // Safe because it belongs to the curl thread (`TransferLoop`) alone; the queue only brings it there.
    nonisolated(unsafe) let multi: UnsafeMutableRawPointer?
    /// An eventfd that ends the thread's wait; -1 when there is none.
    let wakeUp: Int32

    init(multi: UnsafeMutableRawPointer?) {
        let wakeUp = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK))
        self.multi = multi
        self.wakeUp = wakeUp
        state = Mutex(State(isClosed: multi == nil || wakeUp < 0))
    }

    deinit { if wakeUp >= 0 { Glibc.close(wakeUp) } }

    func newID() -> UInt64 {
        state.withLock { state in
            state.nextID &+= 1
            return state.nextID
        }
    }

    /// - Returns: False when the thread has ended; then nothing happens.
    @discardableResult
    func post(_ command: Command) -> Bool {
        state.withLock { state in
            guard !state.isClosed else { return false }
            state.commands.append(command)
            // The thread takes all commands at a time: one call wakes it for all that follow.
            if state.commands.count == 1 { eventfd_write(wakeUp, 1) }
            return true
        }
    }

    func takeAll() -> [Command] {
        state.withLock { state in
            defer { state.commands = [] }
            return state.commands
        }
    }

    /// Nothing more is taken after this; returns what was still waiting.
    func close() -> [Command] {
        state.withLock { state in
            state.isClosed = true
            defer { state.commands = [] }
            return state.commands
        }
    }
}
