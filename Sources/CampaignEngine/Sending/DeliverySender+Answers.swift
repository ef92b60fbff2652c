import CampaignModel
import CampaignStore
import MessageChannels

/// One attempt at one part of a message.
struct PartAttempt {
    /// Number of the attempt, from 1 over the life of the delivery.
    let number: Int
    let part: MessagePart
    /// Index of the part in the message.
    let index: Int
    let isLast: Bool
    let media: PartMedia
    let wording: MessagePart.Wording
    let route: MessageRoute
}

/// Decides by the platform's answer what happens to the delivery.
extension DeliverySender {
    // Attempts up to which a moved chat is tried again at once; later ones back off.
    private static let movesAtOnce = 3
    // Attempts at an edit whose answers stay unclear.
    private static let triesOfEdit = 6
    // Attempts at media by address that get "too many requests" before their bytes are uploaded instead.
    private static let mostTriesByAddress = 5

    /// The next step after an attempt.
    enum Step {
        case nextPart
        case anotherForm
        case end(DeliveryResult)
    }

    /// Skips a part none of whose media can be sent. The rest of the message is sent without it; the delivery fails if
    /// nothing is left.
    func leaveOut(_ attempt: PartAttempt, somethingSent: Bool) async throws -> Step {
        let (refused, mayPass) = refusal(of: attempt.media, part: attempt.index)
        if attempt.route.isPaid { return .end(try await settlePaid(.contentRefused(refused), attempt.number)) }
        let reason = refused
        guard somethingSent || !attempt.isLast else {
            // A temporary failure of the media's site is not the message's fault, so it must not stop the message for
            // others.
            return .end(try await end(attempt.number, as: mayPass ? .failed(reason) : .contentRefused(reason)))
        }
        try await finish(attempt.number, as: .leftOut(reason, isLast: attempt.isLast))
        return attempt.isLast ? .end(DeliveryResult(state: .sent, reason: reason)) : .nextPart
    }

    /// Stores the outcome of an attempt and returns the next step.
    func step(after verdict: SendVerdict, in outcome: HTTPOutcome, _ attempt: PartAttempt) async throws -> Step {
        let media = attempt.media
        if attempt.part.isRich, let reason = Self.refusesForm(verdict, outcome) {
            engine.parts.avoidRich(delivery, isUnknown: outcome.status == 404)
            return try await again(attempt, reason)
        }
        switch verdict {
        case .sent(let id):
            try await finish(
                attempt.number, as: attempt.isLast ? .sent(messageID: id) : .partSent(messageID: id),
                noting: nextPaid(attempt.route))
            try await remember(media, in: outcome, attempt.part)
            return attempt.isLast ? .end(DeliveryResult(state: .sent)) : .nextPart
        case .mediaRefused(let reason) where !media.shown.isEmpty:
            try await refuse(media, adapter.refusedMedium(in: outcome), part: attempt.index, reason)
            return try await again(attempt, reason)
        case .mediaRefused(let reason) where attempt.wording == .formatted,
            .formattingRefused(let reason) where attempt.wording == .formatted:
            engine.parts.makePlain(attempt.index, delivery)
            return try await again(attempt, reason)
        case .retryLater(let after, .chatOrChannel, let reason) where !attempt.route.isPaid:
            if attempt.number >= Self.mostTriesByAddress, media.hasAddresses {
                // Some addresses make Telegram answer “too many requests” without end; uploaded bytes do not.
                engine.parts.refuse(part: attempt.index, delivery, onlyByAddress: true, reason, now: engine.time.now())
            }
            return .end(try await tooMany(after, reason, attempt.number))
        default:
            return .end(
                attempt.route.isPaid
                    ? try await settlePaid(verdict, attempt.number) : try await settle(verdict, attempt.number))
        }
    }

    /// Ends an attempt that got "too many requests". With a person the whole bot may be meant, so the wait is stored
    /// for the channel: a process that starts after a crash must keep to it.
    private func tooMany(_ wait: Duration?, _ reason: DeliveryReason, _ attempt: Int) async throws -> DeliveryResult {
        let now = engine.time.now()
        guard let wait, Subscriber.isPerson(address: delivery.address) else {
            return try await end(attempt, as: .later(now + (wait ?? backOff(attempt)), reason))
        }
        return try await end(attempt, as: .rest(now + wait, reason))
    }

    /// Stores that the part is tried again in another form.
    private func again(_ attempt: PartAttempt, _ reason: DeliveryReason) async throws -> Step {
        try await finish(attempt.number, as: .again(reason))
        return .anotherForm
    }

    /// The reason to send a rich message in the older form: the server does not know the method, or refuses the
    /// message.
    private static func refusesForm(_ verdict: SendVerdict, _ outcome: HTTPOutcome) -> DeliveryReason? {
        switch verdict {
        case .contentRefused(let reason), .mediaRefused(let reason), .formattingRefused(let reason): reason
        case .channelBroken(let reason) where outcome.status == 404: reason
        default: nil
        }
    }

    func settle(_ verdict: SendVerdict, _ attempt: Int) async throws -> DeliveryResult {
        let now = engine.time.now()
        switch verdict {
        case .sent(let id): return try await end(attempt, as: .sent(messageID: id))
        case .retryLater(let after, let scope, let reason):
            let wait = after ?? backOff(attempt)
            guard scope == .channel else {
                return try await end(attempt, as: .later(now + wait, reason))
            }
            engine.throttles[entry.id]?.limiter.pause(for: wait)
            engine.throttles[entry.id]?.limiter.slowDown()
            return try await end(attempt, as: .rest(now + wait, reason))
        case .refused(let reason): return try await end(attempt, as: .failed(reason))
        case .contentRefused(let reason), .mediaRefused(let reason), .formattingRefused(let reason):
            return try await end(attempt, as: .contentRefused(reason))
        case .subscriberGone(let state, let reason):
            return try await end(attempt, as: .subscriberGone(departure(state), reason))
        case .windowClosed(let reason): return try await end(attempt, as: .held(reason))
        case .channelBroken(let reason):
            var result = try await end(attempt, as: .later(now, reason))
            result.pausesChannel = reason
            return result
        case .marketing(let refusal, let reason):
            guard delivery.purpose == .ask else { return try await end(attempt, as: .failed(reason)) }
            return try await settle(refusal, reason, attempt)
        case .addressMoved(let address, _):
            let again = attempt > Self.movesAtOnce ? now + backOff(attempt) : now
            let moved = TelegramTarget(delivery.address).moved(to: address)
            return try await end(attempt, as: .moved(to: moved, again: again))
        case .unchanged(let reason): return try await end(attempt, as: .failed(reason))
        case .unknown(let reason):
            // An edit may be repeated: a second one changes nothing.
            guard delivery.purpose == .edit else {
                return try await end(attempt, as: .unknown(reason))
            }
            let isEnough = attempt >= Self.triesOfEdit
            return try await end(
                attempt,
                as: isEnough ? .failed(reason) : .later(now + backOff(attempt), reason))
        }
    }

    /// How the subscriber left. Messenger does not tell whether they blocked the Page or only cannot be reached now.
    private func departure(_ state: Subscriber.State) -> Subscriber.Departure {
        guard state != .stopped else { return .stopped }
        let isOwnWord = entry.channel.platform == .telegram && Subscriber.isPerson(address: delivery.address)
        return isOwnWord ? .shutOut : .away
    }

    func finish(
        _ attempt: Int, as outcome: AttemptOutcome, noting note: MarketingNote? = nil
    ) async throws {
        try await engine.store.finish(delivery, attempt: attempt, as: outcome, noting: note, now: engine.time.now())
    }

    func end(
        _ attempt: Int, as outcome: AttemptOutcome, noting note: MarketingNote? = nil
    ) async throws -> DeliveryResult {
        try await finish(attempt, as: outcome, noting: note)
        return switch outcome {
        case .sent: DeliveryResult(state: .sent)
        case .later(_, let reason), .rest(_, let reason): DeliveryResult(state: .queued, reason: reason)
        case .failed(let reason), .contentRefused(let reason): DeliveryResult(state: .failed, reason: reason)
        case .subscriberGone(_, let reason), .skipped(let reason): DeliveryResult(state: .suppressed, reason: reason)
        case .held(let reason), .waiting(let reason): DeliveryResult(state: .held, reason: reason)
        case .unknown(let reason): DeliveryResult(state: .unknown, reason: reason)
        case .moved, .partSent, .leftOut, .again: DeliveryResult(state: .queued)
        }
    }

    /// A random wait of up to 1 s, 2 s, 4 s … 5 min, plus half a second, so that many deliveries do not return at once.
    func backOff(_ attempt: Int) -> Duration {
        let most = Backoff(first: .seconds(1), longest: .minutes(5)).wait(after: attempt)
        return .milliseconds(500 + Int64(Double(most.milliseconds) * engine.random()))
    }
}

extension HTTPOutcome {
    fileprivate var status: Int? {
        guard case .answered(let answer) = self else { return nil }
        return answer.status
    }
}
