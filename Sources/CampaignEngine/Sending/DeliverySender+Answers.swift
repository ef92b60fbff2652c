import CampaignModel
import CampaignStore
import MessageChannels

/// One attempt at one part of a message, as it left.
struct PartAttempt {
    /// Counted from 1 over the life of the delivery.
    let number: Int
    let part: MessagePart
    /// Of the part, in the message.
    let index: Int
    let isLast: Bool
    let media: PartMedia
    let wording: MessagePart.Wording
    let route: MessageRoute
}

/// What an answer means for its delivery.
extension DeliverySender {
    // A chat moves once; one that moves again and again is tried ever more seldom.
    private static let movesAtOnce = 3
    // So often an edit is tried whose answers say nothing.
    private static let triesOfEdit = 6
    // So often an album is put off before its pictures go up as bytes.
    private static let patience = 5

    /// What comes after an attempt.
    enum Step {
        case nextPart
        case anotherForm
        case end(DeliveryResult)
    }

    /// Nothing of the part can go: what is left of the message goes without it, if there is something.
    func leaveOut(_ attempt: PartAttempt, somethingSent: Bool) async throws -> Step {
        let (refused, mayPass) = refusal(of: attempt.media, part: attempt.index)
        if attempt.route.isPaid { return .end(try await settlePaid(.contentRefused(refused), attempt.number)) }
        let reason = refused
        guard somethingSent || !attempt.isLast else {
            // That a site is down is no fault of the message: others may get it.
            return .end(try await end(attempt.number, as: mayPass ? .failed(reason) : .contentRefused(reason)))
        }
        try await finish(attempt.number, as: .leftOut(reason, isLast: attempt.isLast))
        return attempt.isLast ? .end(DeliveryResult(state: .sent, reason: reason)) : .nextPart
    }

    /// Stores what was answered, and says how it goes on.
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
            if attempt.number >= Self.patience, media.hasAddresses {
                // A few addresses make Telegram say “too many requests” for ever; bytes do not.
                engine.parts.refuse(part: attempt.index, delivery, onlyByAddress: true, reason, now: engine.time.now())
            }
            return .end(try await tooMany(after, reason, attempt.number))
        default:
            return .end(
                attempt.route.isPaid
                    ? try await settlePaid(verdict, attempt.number) : try await settle(verdict, attempt.number))
        }
    }

    /// A person's may be the whole bot's: a process that dies before it is clear must not be followed by one that knows nothing
    /// of it.
    private func tooMany(_ wait: Duration?, _ reason: DeliveryReason, _ attempt: Int) async throws -> DeliveryResult {
        let now = engine.time.now()
        guard let wait, Subscriber.isPerson(address: delivery.address) else {
            return try await end(attempt, as: .later(now + (wait ?? backOff(attempt)), reason))
        }
        return try await end(attempt, as: .rest(now + wait, reason))
    }

    /// The part is tried again in another form.
    private func again(_ attempt: PartAttempt, _ reason: DeliveryReason) async throws -> Step {
        try await finish(attempt.number, as: .again(reason))
        return .anotherForm
    }

    /// Why a rich message may go in the older form: the server does not know the method, or does not take the message.
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
            // It may be made twice.
            guard delivery.purpose == .edit else {
                return try await end(attempt, as: .unknown(reason))
            }
            let isEnough = attempt >= Self.triesOfEdit
            return try await end(
                attempt,
                as: isEnough ? .failed(reason) : .later(now + backOff(attempt), reason))
        }
    }

    /// Messenger does not tell whether somebody blocked the Page or only cannot be reached now.
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

    /// 1 s, 2 s, 4 s … at most 5 min, any time up to that by chance, so that many do not come back at once.
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
