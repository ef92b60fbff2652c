extension Fault {
    /// How Messenger refuses because of this fault; `nil` when it accepts.
    var messengerRefusal: MessengerError? {
        guard var refusal = plainMessengerRefusal else { return nil }
        if let code {
            refusal.code = code
            // Another code's subcode and words would only mislead.
            refusal.subcode = nil
            refusal.message = "(#\(code)) The sandbox was told to say so"
        }
        if let subcode { refusal.subcode = subcode }
        if let message { refusal.message = message }
        if let status, mode != .status { refusal.status = status }
        return refusal
    }

    private var plainMessengerRefusal: MessengerError? {
        switch mode {
        case .refuse, .blocked: .unavailable
        case .gone: MessengerError(code: 551, message: "(#551) This person isn't available right now.")
        case .flood: .tooManyCalls
        case .windowClosed: .windowClosed
        case .mediaRefused:
            MessengerError(
                code: 100, subcode: 2_018_008,
                message: "(#100) Failed to fetch the file from the url. Please check if the url is correct."
            )
        case .tokenRevoked: .revokedToken
        case .pageRestricted: .restricted
        case .status where status == 429: .tooManyCalls
        case .status:
            MessengerError(code: 2, message: "Service temporarily unavailable", status: status ?? 500)
        case .error: MessengerError(code: 100, message: "(#100) Invalid parameter")
        case .ok, .delay, .slow, .dropAfterAccept, .closeBeforeRead, .hang, .badEntities, .migrate: nil
        }
    }

    /// Minutes until calls are let through again, for `X-Business-Use-Case-Usage`.
    var messengerPause: Int? { mode == .flood ? (seconds + 59) / 60 : nil }
}
