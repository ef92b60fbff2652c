import CampaignModel
import Synchronization

/// Status and headers.
struct ResponseHead: Sendable {
    var status: Int
    var headers: [HTTPHeader]
    /// Only where it was asked for.
    var certificateExpiresAt: Timestamp?
}

/// What stands between the curl thread, which writes, and one task, which reads.
///
/// Every waiting reader is woken by `finish`, and every transfer ends with `finish`: no continuation is left behind.
final class BodyChannel: Sendable {
    typealias Head = Result<ResponseHead, HTTPFailure>
    typealias Piece = Result<[UInt8]?, HTTPFailure>

    /// Above this many unread bytes the transfer is paused.
    static let highWater = 1024 * 1024
    private static let much = 128 * 1024

    private struct State {
        var head: Head?
        var headReader: CheckedContinuation<Head, Never>?
        var unread: [UInt8] = []
        var isPaused = false
        var end: Piece?
        var pieceReader: CheckedContinuation<Piece, Never>?
        /// Asks the curl thread to go on.
        var resume: (@Sendable () -> Void)?
        var pauses = 0
    }

    private let state = Mutex(State())

    var isOver: Bool { state.withLock { $0.end != nil } }
    /// How often the sender had to wait.
    var pauses: Int { state.withLock { $0.pauses } }

    func onResume(_ resume: @escaping @Sendable () -> Void) { state.withLock { $0.resume = resume } }
}

// The writing end: called by the curl thread only.
extension BodyChannel {
    /// A reader who waits is told by ``handOver()``.
    func deliver(_ head: ResponseHead) { state.withLock { $0.head = .success(head) } }

    /// A reader who waits is told by ``handOver()``, or at once when there is much to read.
    func deliver(_ bytes: UnsafeRawBufferPointer) {
        let isMuch = state.withLock { state in
            state.unread.append(contentsOf: bytes)
            return state.unread.count >= Self.much && state.pieceReader != nil
        }
        if isMuch { handOver() }
    }

    /// Wakes whoever waits for what was delivered.
    func handOver() {
        let (headReader, head, pieceReader, piece) = state.withLock { state in
            var piece: [UInt8] = []
            var pieceReader: CheckedContinuation<Piece, Never>?
            if !state.unread.isEmpty, let reader = state.pieceReader {
                swap(&piece, &state.unread)
                pieceReader = reader
                state.pieceReader = nil
            }
            defer { if state.head != nil { state.headReader = nil } }
            return (state.headReader, state.head, pieceReader, piece)
        }
        if let head { headReader?.resume(returning: head) }
        pieceReader?.resume(returning: .success(piece))
    }

    /// True when the transfer must pause; the reader asks for the rest when it has read.
    func pauseIfFull() -> Bool {
        state.withLock { state in
            guard state.unread.count > Self.highWater, !state.isPaused else { return false }
            state.isPaused = true
            state.pauses += 1
            return true
        }
    }

    /// The last word: the answer is whole, or why it is not.
    func finish(_ failure: HTTPFailure?) {
        // What came before it must not be passed over.
        handOver()
        let end: Piece = failure.map { .failure($0) } ?? .success(nil)
        let (headReader, pieceReader) = state.withLock { state in
            guard state.end == nil else {
                return (CheckedContinuation<Head, Never>?.none, CheckedContinuation<Piece, Never>?.none)
            }
            state.end = end
            state.resume = nil
            if state.head == nil, let failure { state.head = .failure(failure) }
            defer {
                state.headReader = nil
                state.pieceReader = nil
            }
            return (state.headReader, state.pieceReader)
        }
        if let failure { headReader?.resume(returning: .failure(failure)) }
        pieceReader?.resume(returning: end)
    }
}

// The reading end.
extension BodyChannel {
    func head(abort: @escaping @Sendable () -> Void) async -> Head {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let known = state.withLock { state -> Head? in
                    if let head = state.head { return head }
                    state.headReader = continuation
                    return nil
                }
                if let known { continuation.resume(returning: known) }
            }
        } onCancel: {
            abort()
        }
    }

    func next(isolation actor: isolated (any Actor)?, abort: @escaping @Sendable () -> Void) async -> Piece {
        await withTaskCancellationHandler(
            operation: {
                await withCheckedContinuation(isolation: actor) { continuation in take(continuation) }
            },
            onCancel: { abort() },
            isolation: actor
        )
    }

    private func take(_ continuation: CheckedContinuation<Piece, Never>) {
        let (known, resume) = state.withLock { state -> (Piece?, (@Sendable () -> Void)?) in
            if !state.unread.isEmpty {
                let bytes = state.unread
                state.unread = []
                defer { state.isPaused = false }
                return (.success(bytes), state.isPaused ? state.resume : nil)
            }
            if let end = state.end { return (end, nil) }
            guard state.pieceReader == nil else {
                let failure = HTTPFailure(.other, requestLeft: true, message: "A body can be read by one reader only.")
                return (.failure(failure), nil)
            }
            state.pieceReader = continuation
            return (nil, nil)
        }
        if let known { continuation.resume(returning: known) }
        resume?()
    }
}
