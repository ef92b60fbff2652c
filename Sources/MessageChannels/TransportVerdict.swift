import CampaignModel

/// What outcomes mean that say the same on every platform: no answer, or one that is not the platform's.
enum TransportVerdict {
    /// For an outcome without an answer. What is doubtful counts as received.
    static func verdict(on outcome: HTTPOutcome) -> SendVerdict {
        switch outcome {
        case .notSent(let failure) where !failure.requestLeft: notSent(failure)
        case .notSent(let failure), .unanswered(let failure):
            .unknown(
                DeliveryReason(
                    code: code(failure.kind),
                    message: "The request left and no whole answer came, so whether the message went out is not known: "
                        + RemoteText.clean(failure.message)
                )
            )
        case .answered(let answer): unreadable(answer, platform: "platform")
        }
    }

    private static func notSent(_ failure: HTTPFailure) -> SendVerdict {
        let said = RemoteText.clean(failure.message)
        switch failure.kind {
        case .badURL, .addressRefused:
            return .channelBroken(
                DeliveryReason(code: code(failure.kind), message: "The channel's `api` address cannot be used: \(said)")
            )
        default:
            return .retryLater(
                after: nil, scope: .delivery,
                reason: DeliveryReason(
                    code: code(failure.kind), message: "The platform could not be reached, nothing was sent: \(said)"
                )
            )
        }
    }

    static func serverFailed(_ answer: HTTPAnswer, platform: String) -> SendVerdict {
        .unknown(
            DeliveryReason(
                code: "\(platform)_http_\(answer.status)",
                message: "The platform failed with HTTP \(answer.status); whether the message went out is not known."
            )
        )
    }

    /// For an answer that is not the platform's JSON.
    static func unreadable(_ answer: HTTPAnswer, platform: String) -> SendVerdict {
        let code = "\(platform)_http_\(answer.status)"
        switch answer.status {
        case 429: return .retryLater(after: wait(answer.headers), scope: .channel, reason: tooMany(code))
        case 413:
            return .mediaRefused(DeliveryReason(code: code, message: "The request is too large for the platform."))
        case 414, 431:
            return .contentRefused(DeliveryReason(code: code, message: "The request is too large for the platform."))
        case 300...399, 400...407, 409...499:
            // The platform itself would have said so in JSON: a proxy, or another server, stands at this address.
            return .channelBroken(
                DeliveryReason(
                    code: code,
                    message: "Something that is not the platform's API answered with HTTP \(answer.status): "
                        + "check the channel's `api`."
                )
            )
        case 200...299:
            return .unknown(
                DeliveryReason(
                    code: "\(platform)_unreadable",
                    message: "The platform said yes, but its answer cannot be read; the message was likely received."
                )
            )
        default: return serverFailed(answer, platform: platform)
        }
    }

    static func tooMany(_ code: String) -> DeliveryReason {
        DeliveryReason(code: code, message: "The platform asks to send more slowly; nothing was received.")
    }

    /// A wait that may be believed: from one second to a day.
    static func wait(seconds: Int64?) -> Duration? {
        guard let seconds else { return nil }
        return min(.seconds(max(1, seconds)), PlatformLimits.longestWait)
    }

    /// `Retry-After` in seconds; its other form, a date, would need a clock and is used by neither platform.
    static func wait(_ headers: [HTTPHeader]) -> Duration? {
        guard let value = headers["Retry-After"] else { return nil }
        return wait(seconds: Int64(value.filter { !$0.isWhitespace }))
    }

    private static func code(_ kind: HTTPFailure.Kind) -> String {
        switch kind {
        case .addressRefused: "address_refused"
        case .unresolved: "unresolved"
        case .refused: "connection_refused"
        case .tls: "tls"
        case .timedOut: "timeout"
        case .cut: "connection_cut"
        case .tooLarge: "answer_too_large"
        case .badURL: "bad_url"
        case .redirectLoop: "redirect_loop"
        case .cancelled: "cancelled"
        case .other: "transport"
        }
    }
}
