import CCurl
import CampaignModel
import Glibc

/// What libcurl calls on its thread; the context is the `EasyHandle`.
enum TransferCallbacks {
    private static func handle(_ context: UnsafeMutableRawPointer?) -> (EasyHandle, Transfer)? {
        guard let context else { return nil }
        let handle = Unmanaged<EasyHandle>.fromOpaque(context).takeUnretainedValue()
        guard let transfer = handle.transfer else { return nil }
        return (handle, transfer)
    }

    /// libcurl's way of saying "no": any count but the one given.
    private static let refusal = 0

    static let receiveHeader: tellal_curl_data_callback = { bytes, size, count, context in
        let length = size * count
        guard let (handle, transfer) = handle(context) else { return refusal }
        let line = UnsafeRawBufferPointer(start: bytes, count: length)
        return transfer.receive(headerLine: line, of: handle) ? length : refusal
    }

    static let receiveBody: tellal_curl_data_callback = { bytes, size, count, context in
        let length = size * count
        guard length > 0, let (handle, transfer) = handle(context) else { return refusal }
        let piece = UnsafeRawBufferPointer(start: bytes, count: length)
        handle.noteReceived()
        return transfer.receive(body: piece, wireBytes: { handle.wireBytes }) ? length : refusal
    }

    static let readBody: tellal_curl_data_callback = { bytes, size, count, context in
        guard let bytes, let (_, transfer) = handle(context) else { return Int(CURL_READFUNC_ABORT) }
        return transfer.fill(UnsafeMutableRawBufferPointer(start: bytes, count: size * count))
    }

    /// Judges the real socket address, after name resolution: a name that changes its mind between check and use gains
    /// nothing.
    static let openSocket: curl_opensocket_callback = { context, _, address in
        guard let address, let (handle, transfer) = handle(context),
            transfer.permits(tellal_curl_socket_address(address).flatMap { IPAddress($0) })
        else { return -1 }
        let wanted = address.pointee
        let opened = socket(wanted.family, wanted.socktype | Int32(SOCK_CLOEXEC.rawValue), wanted.protocol)
        if opened >= 0 { handle.watch.opened(opened) }
        return opened
    }

    /// Its context is the `SocketWatch`: a connection outlives the handle that opened it.
    static let closeSocket: curl_closesocket_callback = { context, socket in
        if let context { Unmanaged<SocketWatch>.fromOpaque(context).takeUnretainedValue().closes(socket) }
        return close(socket)
    }

    /// Judges again before each request: a kept connection may have been opened under another request's rules. And libcurl
    /// sends a request again by itself when a kept connection dies before any answer: nothing that is sent may leave twice.
    static let approveRequest: curl_prereq_callback = { context, remote, _, _, _ in
        guard let remote, let (handle, transfer) = handle(context) else { return Int32(CURL_PREREQFUNC_ABORT) }
        transfer.isConnected()
        let isPermitted =
            transfer.permitsRequest(hasLeft: transfer.isSend && handle.requestLeft)
            && (transfer.plan.policy == nil || transfer.permits(IPAddress(String(cString: remote))))
        return Int32(isPermitted ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT)
    }
}
