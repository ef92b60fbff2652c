import CCurl
import CampaignModel
import Glibc

/// The curl thread's work: every libcurl handle lives and dies here. Not `Sendable` on purpose.
final class TransferLoop {
    private let multi: UnsafeMutableRawPointer
    private let queue: TransferQueue
    private let watch: SocketWatch
    private let spareLimit: Int

    private var running: [UInt64: EasyHandle] = [:]
    private var spare: [EasyHandle] = []
    private let receivers = EasyHandle.Receivers()
    private var sends: TransferLane
    private var fetches: TransferLane
    private var stopping = false
    private var stopWaiters: [CheckedContinuation<Void, Never>] = []

    /// `nil` when there is no libcurl handle to work with: nothing can be posted to such a queue either.
    init?(queue: TransferQueue, sends: TransferLimit, fetches: TransferLimit) {
        guard let multi = queue.multi, let watch = SocketWatch(multi, wakeUp: queue.wakeUp) else { return nil }
        self.multi = multi
        self.watch = watch
        self.queue = queue
        self.sends = TransferLane(sends)
        self.fetches = TransferLane(fetches)
        spareLimit = max(1, min(sends.total, 10_000)) + max(1, min(fetches.total, 10_000))
        // Connections that are kept open: many feeds live at few hosts, and come again before they are closed as too old.
        // A process may have a thousand files open, mostly.
        tellal_curl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, max(spareLimit, min(spareLimit * 4, 512)))
        // One request at a time on a connection, with HTTP/2 too: a reader who pauses one document would stop the others
        // that share its connection.
        tellal_curl_multi_set_long(multi, CURLMOPT_PIPELINING, Int(CURLPIPE_NOTHING))
        // No limit inside libcurl: a transfer that waits there wastes its own time. `TransferLane` has one for each host.
        tellal_curl_multi_set_long(multi, CURLMOPT_MAX_HOST_CONNECTIONS, 0)
    }

    /// Runs until it is told to stop and nothing that must be finished is left.
    func run() {
        while true {
            for command in queue.takeAll() { obey(command) }
            if stopping, running.isEmpty { break }
            watch.turn(handOver)
            handOver()
            _ = collectFinished()
        }
        end()
    }

    private func end() {
        for command in queue.close() {
            if case .start(let transfer) = command { refuse(transfer) }
            if case .stop(let waiter?) = command { stopWaiters.append(waiter) }
        }
        spare = []
        curl_multi_cleanup(multi)
        for waiter in stopWaiters { waiter.resume() }
    }

    private func obey(_ command: TransferQueue.Command) {
        switch command {
        case .start(let transfer):
            guard !stopping else { return refuse(transfer) }
            if transfer.isSend { sends.add(transfer) } else { fetches.add(transfer) }
            startWaiting()
        case .resume(let id):
            if let handle = running[id] { curl_easy_pause(handle.raw, CURLPAUSE_CONT) }
        case .cancel(let id): cancel(id, because: "was cancelled")
        case .stop(let waiter):
            if let waiter { stopWaiters.append(waiter) }
            stop()
        }
    }

    /// Fetches and whatever has not left yet end now; sent requests are waited for, as long as their own time runs.
    private func stop() {
        guard !stopping else { return }
        stopping = true
        for transfer in sends.removeAllWaiting() + fetches.removeAllWaiting() { refuse(transfer) }
        for (id, handle) in running where handle.transfer?.isSend != true || !handle.requestLeft {
            cancel(id, because: "was given up because the program is stopping")
        }
    }

    private func refuse(_ transfer: Transfer) {
        transfer.finish(transfer.cancelled(requestLeft: false, because: "was not made because the program is stopping"))
    }

    private func cancel(_ id: UInt64, because reason: String) {
        if let handle = running[id], let transfer = handle.transfer {
            let failure = transfer.cancelled(requestLeft: handle.requestLeft, because: reason)
            release(handle, of: transfer)
            transfer.finish(failure)
            startWaiting()
        } else if let transfer = sends.removeWaiting(id) ?? fetches.removeWaiting(id) {
            transfer.finish(transfer.cancelled(requestLeft: false, because: reason))
        }
    }
}

// Starting and ending transfers.
extension TransferLoop {
    private func startWaiting() {
        while let transfer = sends.next() ?? fetches.next() { start(transfer) }
    }

    private func start(_ transfer: Transfer) {
        guard let handle = spare.popLast() ?? EasyHandle(watch, receivers) else {
            lane(of: transfer) { $0.ended(transfer) }
            return transfer.finish(transfer.failure(CURLE_OUT_OF_MEMORY, requestLeft: false))
        }
        handle.prepare(transfer)
        guard curl_multi_add_handle(multi, handle.raw) == CURLM_OK else {
            lane(of: transfer) { $0.ended(transfer) }
            return transfer.finish(transfer.failure(CURLE_FAILED_INIT, requestLeft: false))
        }
        running[transfer.id] = handle
    }

    private func release(_ handle: EasyHandle, of transfer: Transfer) {
        curl_multi_remove_handle(multi, handle.raw)
        running[transfer.id] = nil
        lane(of: transfer) { $0.ended(transfer) }
        handle.reset()
        if spare.count < spareLimit { spare.append(handle) }
    }

    private func lane(of transfer: Transfer, _ body: (inout TransferLane) -> Void) {
        if transfer.isSend { body(&sends) } else { body(&fetches) }
    }

    /// Wakes the readers of what has come, all at once: each that is woken alone costs a system call.
    ///
    /// Pausing here, not inside the callback: libcurl hands over everything that it has decoded first, so nothing
    /// grows uncounted behind a paused transfer.
    private func handOver() {
        for handle in receivers.take() {
            handle.transfer?.handOver()
            if handle.transfer?.mustPause == true { curl_easy_pause(handle.raw, CURLPAUSE_RECV) }
        }
    }

    private func collectFinished() -> Bool {
        var found = false
        var left: Int32 = 0
        while let message = curl_multi_info_read(multi, &left) {
            guard message.pointee.msg == CURLMSG_DONE, let raw = message.pointee.easy_handle,
                let handle = EasyHandle.owner(of: raw), let transfer = handle.transfer
            else { continue }
            // The message is gone once its handle is removed.
            let code = tellal_curl_result(message)
            found = true
            let failure = transfer.failure(
                code, requestLeft: handle.requestLeft, verification: handle.verification)
            release(handle, of: transfer)
            transfer.finish(failure)
        }
        if found { startWaiting() }
        return found
    }
}
