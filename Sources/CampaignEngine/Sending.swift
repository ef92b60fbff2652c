import CampaignModel
import CampaignPlanning
import CampaignStore
import Foundation
import MessageChannels

/// Carries one claimed delivery to its end: intent stored, request, answer stored, part by part.
struct Sending: Sendable {
    // An intent that is older than this when the request would leave is given back: its lease may be taken.
    private static let freshness: UInt64 = 5_000_000_000

    // A chat moves once; one that moves again and again is tried ever more seldom.
    private static let movesAtOnce = 3

    private let engine: Engine
    private let entry: ProvisionedContent.ChannelEntry
    private let delivery: ClaimedDelivery

    init(_ engine: Engine, _ entry: ProvisionedContent.ChannelEntry, _ delivery: ClaimedDelivery) {
        self.engine = engine
        self.entry = entry
        self.delivery = delivery
    }

    func run() async throws -> DeliveryResult {
        if let release = notNow() { return try await give(back: release) }
        let adapter = PlatformAdapters.adapter(for: entry.channel.platform)
        let rendered = adapter.requests(
            for: delivery.message.withoutUnheardButtons(on: entry.channel).message, to: delivery.address,
            on: entry.channel, reference: "\(delivery.id)")
        guard delivery.partsSent < rendered.parts.count else {
            let reason = DeliveryReason(
                code: "nothing_to_show", message: "nothing of the message can be shown on \(entry.channel.platform)")
            return try await give(back: .failed(reason))
        }
        var somethingSent = delivery.partsSent > 0
        for part in delivery.partsSent..<rendered.parts.count {
            guard try await engine.paces[entry.id]?.wait(unless: engine.stop) ?? !engine.stop.isRaised else {
                return try await give(back: .queued(notBefore: nil))
            }
            let asked = engine.time.monotonicNanoseconds()
            let begun = try await engine.store.beginSending(
                delivery, part: part, of: rendered.parts.count, now: engine.time.now())
            guard let attempt = begun else {
                return try await give(back: .suppressed(Self.left))
            }
            guard engine.time.monotonicNanoseconds() &- asked < Self.freshness else {
                return try await end(attempt, as: .later(engine.time.now(), Self.tooSlow))
            }
            guard await engine.paces[entry.id]?.leave() ?? true else {
                return try await end(attempt, as: .later(engine.time.now(), Self.paused))
            }
            let isLast = part + 1 == rendered.parts.count
            switch try await verdict(on: part, of: rendered, adapter) {
            case .sent(let id) where !isLast:
                somethingSent = true
                try await engine.store.finish(
                    delivery, attempt: attempt, as: .partSent(messageID: id), now: engine.time.now())
            case .pictureRefused(let reason)
            where rendered.withoutPicture[part] == .leaveOut && (somethingSent || !isLast):
                let outcome = AttemptOutcome.leftOut(DeliveryReason(reason), isLast: isLast)
                try await engine.store.finish(delivery, attempt: attempt, as: outcome, now: engine.time.now())
                if isLast { return DeliveryResult(state: .sent, reason: DeliveryReason(reason)) }
            case let verdict: return try await settle(verdict, attempt: attempt)
            }
        }
        return DeliveryResult(state: .queued)
    }

    /// Sends a part, and without its picture if that is refused: the platform said that it took nothing, so the stored
    /// intent still stands for one message.
    private func verdict(
        on part: Int, of rendered: RenderedMessage, _ adapter: any PlatformAdapter
    ) async throws -> SendVerdict {
        let verdict = adapter.verdict(on: await engine.sender.send(rendered.parts[part]))
        guard case .pictureRefused(let reason) = verdict, case .instead(let plain) = rendered.withoutPicture[part]
        else {
            return verdict
        }
        if let pace = engine.paces[entry.id] {
            guard try await pace.wait(unless: engine.stop), await pace.leave() else {
                return .retryLater(after: .zero, scope: .delivery, reason: reason)
            }
        }
        return adapter.verdict(on: await engine.sender.send(plain))
    }

    private static let unwanted = DeliveryReason(
        code: "paused_by_person", message: "the subscriber asked for a pause in the chat")
    private static let left = DeliveryReason(code: "left", message: "the subscriber left before it was sent")
    private static let tooSlow = DeliveryReason(
        code: "too_slow", message: "storing the intent took so long that it was given back")

    private static let paused = DeliveryReason(
        code: "paused", message: "the platform asked for a pause just before it was sent")

    /// Why it may not be sent at this moment, if so; looked at again right before sending, not only when planned.
    private func notNow() -> Store.Release? {
        let now = engine.time.now()
        let answer = Eligibility.current.mayReceive(
            platform: entry.channel.platform, lastActiveAt: delivery.lastActiveAt, now: now)
        if case .held(let reason) = answer { return .held(DeliveryReason(reason)) }
        guard let campaign = engine.content.campaigns.first(where: { $0.id == delivery.campaign })?.campaign else {
            // An answer is wanted now, whatever the hour.
            return nil
        }
        switch PersonalTimes.next(
            delivery.preferences, plannedAt: delivery.plannedAt, quietHours: campaign.quietHours,
            timeZone: campaign.timeZone, now: now)
        {
        case .now: return nil
        case .later(let time): return .queued(notBefore: time)
        case .collected(let time): return .collected(until: time)
        case .never: return .suppressed(Self.unwanted)
        }
    }

    private func give(back release: Store.Release) async throws -> DeliveryResult {
        try await engine.store.release(delivery, as: release, now: engine.time.now())
        return switch release {
        case .queued, .collected: DeliveryResult(state: .queued)
        case .held(let reason): DeliveryResult(state: .held, reason: reason)
        case .failed(let reason): DeliveryResult(state: .failed, reason: reason)
        case .suppressed(let reason): DeliveryResult(state: .suppressed, reason: reason)
        }
    }

    private func settle(_ verdict: SendVerdict, attempt: Int) async throws -> DeliveryResult {
        let now = engine.time.now()
        switch verdict {
        case .sent(let id): return try await end(attempt, as: .sent(messageID: id))
        case .retryLater(let after, let scope, let reason):
            let wait = after ?? backOff(attempt)
            if scope == .channel { engine.paces[entry.id]?.pause(for: wait) }
            return try await end(attempt, as: .later(now + wait, DeliveryReason(reason)))
        case .refused(let reason), .pictureRefused(let reason):
            return try await end(attempt, as: .failed(DeliveryReason(reason)))
        case .subscriberGone(let state, let reason):
            return try await end(attempt, as: .subscriberGone(state, DeliveryReason(reason)))
        case .windowClosed(let reason): return try await end(attempt, as: .held(DeliveryReason(reason)))
        case .channelBroken(let reason):
            var result = try await end(attempt, as: .later(now, DeliveryReason(reason)))
            result.pausesChannel = DeliveryReason(reason)
            return result
        case .addressMoved(let address, _):
            let again = attempt > Self.movesAtOnce ? now + backOff(attempt) : now
            return try await end(attempt, as: .moved(to: address, again: again))
        case .unknown(let reason): return try await end(attempt, as: .unknown(DeliveryReason(reason)))
        }
    }

    private func end(_ attempt: Int, as outcome: AttemptOutcome) async throws -> DeliveryResult {
        try await engine.store.finish(delivery, attempt: attempt, as: outcome, now: engine.time.now())
        return switch outcome {
        case .sent: DeliveryResult(state: .sent)
        case .later(_, let reason): DeliveryResult(state: .queued, reason: reason)
        case .failed(let reason): DeliveryResult(state: .failed, reason: reason)
        case .subscriberGone(_, let reason): DeliveryResult(state: .suppressed, reason: reason)
        case .held(let reason): DeliveryResult(state: .held, reason: reason)
        case .unknown(let reason): DeliveryResult(state: .unknown, reason: reason)
        case .moved, .partSent, .leftOut: DeliveryResult(state: .queued)
        }
    }

    /// 1 s, 2 s, 4 s … at most 5 min, any time up to that by chance, so that many do not come back at once.
    private func backOff(_ attempt: Int) -> Duration {
        let ceiling = min(300_000, 1000 * (Int64(1) << Int64(max(0, min(attempt - 1, 10)))))
        return .milliseconds(500 + Int64(Double(ceiling) * engine.random()))
    }
}

extension DeliveryReason {
    init(_ reason: Reason) { self.init(code: reason.code, message: reason.message) }
}
