import CCurl
import Glibc

/// Waits for the sockets of a multi handle and for its timer, and lets libcurl work on those that are ready: the cost of a
/// turn does not grow with the number of transfers that wait. For the curl thread only.
final class SocketWatch {
    private static let mostEvents = 256

    private let multi: UnsafeMutableRawPointer
    private let epoll: Int32
    private let wakeUp: Int32
    private var sockets: [Socket] = []
    /// By the monotonic clock, in milliseconds; nil when libcurl waits for nothing but its sockets.
    private var deadline: Int64?
    private var ready = [epoll_event](repeating: epoll_event(), count: mostEvents)

    /// What is known of a socket, by its number.
    private struct Socket {
        /// What epoll looks for; 0 when it does not know the socket.
        var events: UInt32 = 0
        /// Whether libcurl wants to hear of it now.
        var isWanted = false
        /// Whether its opening and closing are told. Such a one stays with epoll between two requests: what is taken out
        /// and put in again for each of them costs as much as a tenth of it.
        var isTold = false
    }

    /// - Parameters:
    ///   - multi: The handle whose sockets are watched.
    ///   - wakeUp: An eventfd: whoever writes to it ends a wait.
    init?(_ multi: UnsafeMutableRawPointer, wakeUp: Int32) {
        let epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard epoll >= 0 else { return nil }
        self.multi = multi
        self.epoll = epoll
        self.wakeUp = wakeUp
        control(EPOLL_CTL_ADD, wakeUp, EPOLLIN.rawValue)
        // The loop keeps this object until the multi handle is gone.
        let context = Unmanaged.passUnretained(self).toOpaque()
        tellal_curl_multi_set_socket(
            multi,
            { _, socket, what, context, _ in
                context.map { Unmanaged<SocketWatch>.fromOpaque($0).takeUnretainedValue().watch(socket, what) } ?? 0
            }, context)
        tellal_curl_multi_set_timer(
            multi,
            { _, milliseconds, context in
                context.map { Unmanaged<SocketWatch>.fromOpaque($0).takeUnretainedValue().setTimer(milliseconds) } ?? 0
            }, context)
    }

    deinit { close(epoll) }

    @discardableResult
    private func control(_ operation: Int32, _ socket: Int32, _ events: UInt32) -> Bool {
        var event = epoll_event()
        event.events = events
        event.data.fd = socket
        return epoll_ctl(epoll, operation, socket, &event) == 0
    }

    private func change(_ socket: Int32, _ change: (inout Socket) -> Void) {
        let place = Int(socket)
        while sockets.count <= place { sockets.append(Socket()) }
        change(&sockets[place])
    }

    /// A connection is about to be made.
    func opened(_ socket: Int32) { change(socket) { $0 = Socket(isTold: true) } }

    /// It is about to end; with it goes what epoll knows of it.
    func closes(_ socket: Int32) { change(socket) { $0 = Socket() } }

    private func watch(_ socket: Int32, _ what: Int32) -> Int32 {
        change(socket) { known in
            known.isWanted = what != CURL_POLL_REMOVE
            guard known.isWanted else {
                // What waits to be connected may be closed without a word (libcurl before 8.2).
                if !known.isTold || known.events & EPOLLOUT.rawValue != 0 { forget(socket, &known) }
                return
            }
            var events: UInt32 = 0
            if what & CURL_POLL_IN != 0 { events |= EPOLLIN.rawValue }
            if what & CURL_POLL_OUT != 0 { events |= EPOLLOUT.rawValue }
            guard events != known.events || !known.isTold else { return }
            // The other one is right for a number that was closed and given out again without a word.
            let isDone =
                control(known.events == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, socket, events)
                || control(known.events == 0 ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, socket, events)
            known.events = isDone ? events : 0
        }
        return 0
    }

    private func forget(_ socket: Int32, _ known: inout Socket) {
        control(EPOLL_CTL_DEL, socket, 0)
        known.events = 0
    }

    private func setTimer(_ milliseconds: Int) -> Int32 {
        deadline = milliseconds < 0 ? nil : Self.now + Int64(milliseconds)
        return 0
    }

    private static var now: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }

    /// Waits until something is ready, and lets libcurl work on it.
    ///
    /// - Parameter handOver: Called between the sockets and the timer, for libcurl may read one socket for both: what came
    ///   is handed over, and who has enough is paused, before more of it comes.
    func turn(_ handOver: () -> Void) {
        let wait = deadline.map { Int32(clamping: max(0, $0 - Self.now)) } ?? 60_000
        let count = Int(epoll_wait(epoll, &ready, Int32(Self.mostEvents), wait))
        var running: Int32 = 0
        for event in ready.prefix(max(0, count)) {
            let socket = event.data.fd
            guard socket != wakeUp else {
                var counter: UInt64 = 0
                _ = read(wakeUp, &counter, 8)
                continue
            }
            var what: Int32 = 0
            if event.events & (EPOLLIN.rawValue | EPOLLHUP.rawValue) != 0 { what |= CURL_CSELECT_IN }
            if event.events & EPOLLOUT.rawValue != 0 { what |= CURL_CSELECT_OUT }
            if event.events & EPOLLERR.rawValue != 0 { what |= CURL_CSELECT_ERR }
            guard sockets[Int(socket)].isWanted else {
                // Closed by libcurl while it worked on another one, or one that is kept and was closed by its server: libcurl sees
                // that for itself before it uses it again.
                change(socket) { if $0.events != 0 { forget(socket, &$0) } }
                continue
            }
            curl_multi_socket_action(multi, socket, what, &running)
        }
        if let due = deadline, due <= Self.now {
            deadline = nil
            handOver()
            curl_multi_socket_action(multi, CURL_SOCKET_TIMEOUT, 0, &running)
        }
    }
}
