import CampaignModel

/// All that goes wrong on purpose: the general fault, those of one platform, and those of one recipient, side by side.
struct FaultBoard: Sendable {
    struct Scope: Sendable, Hashable {
        /// `nil`: both.
        var platform: Platform?
        /// `nil`: everybody.
        var recipient: String?
    }

    /// A call as far as faults are concerned.
    struct Call: Sendable {
        var platform: Platform
        /// Whom it is for, in all the ways that it can be named.
        var recipients: [String] = []
        var isSend = false
        var hasMedia = false
        var hasMarkup = false
    }

    /// Recipients with a fault of their own.
    private static let maximum = 100_000

    private var faults: [Scope: Fault] = [:]

    /// The fault that was set for everybody on both platforms.
    var general: Fault { faults[Scope()] ?? Fault() }

    /// Whether the platform's token is no longer good.
    func revokesToken(of platform: Platform) -> Bool {
        [platform, nil].contains { faults[Scope(platform: $0, recipient: nil)]?.mode == .tokenRevoked }
    }

    /// - Returns: False when there are too many.
    mutating func set(_ fault: Fault, for scope: Scope) -> Bool {
        guard fault.mode != .ok else {
            faults[scope] = nil
            return true
        }
        guard faults[scope] != nil || faults.count < Self.maximum else { return false }
        faults[scope] = fault
        return true
    }

    mutating func clear() { faults = [:] }

    /// The fault that hits this call: the recipient's own before the general ones.
    mutating func take(_ call: Call) -> Fault? {
        guard !faults.isEmpty else { return nil }
        for recipient in call.recipients.map(Optional.some) + [nil] {
            for platform in [call.platform, nil] {
                let scope = Scope(platform: platform, recipient: recipient)
                // `takeClosing` has had its turn with a general one.
                guard var fault = faults[scope], fault.concerns(call),
                    fault.mode != .closeBeforeRead || recipient != nil
                else { continue }
                let isHit = fault.next()
                faults[scope] = fault
                if isHit { return fault }
            }
        }
        return nil
    }

    /// A general fault that closes the connection before anything is read: it cannot know whom the call is for.
    mutating func takeClosing(_ platform: Platform) -> Bool {
        for scope in [Scope(platform: platform), Scope()] {
            guard var fault = faults[scope], fault.mode == .closeBeforeRead else { continue }
            let isHit = fault.next()
            faults[scope] = fault
            if isHit { return true }
        }
        return false
    }
}

extension Fault {
    /// Whether a call is one that this fault can hit.
    fileprivate func concerns(_ call: FaultBoard.Call) -> Bool {
        switch mode {
        case .tokenRevoked: true
        case .mediaRefused: call.isSend && call.hasMedia
        case .badEntities: call.isSend && call.hasMarkup && call.platform == .telegram
        case .migrate: call.isSend && call.platform == .telegram
        case .windowClosed, .pageRestricted: call.isSend && call.platform == .messenger
        default: call.isSend
        }
    }
}
