import CampaignModel
import CampaignPlanning
import CampaignStore
import Foundation
import MessageChannels

/// Carries one claimed delivery to its end: intent stored, request, answer stored, part by part.
struct Sending: Sendable {
    // An intent that is older than this when the request would leave is given back: its lease may be taken.
    private static let freshness: UInt64 = 5_000_000_000
    // A turn that was not used for so long is not one any more where several workers send.
    private static let lateness: UInt64 = 20_000_000

    // A chat moves once; one that moves again and again is tried ever more seldom.
    private static let movesAtOnce = 3

    // So often an edit is tried whose answers say nothing.
    private static let triesOfEdit = 6

    // Each refusal rules out one form of a part, and there are few.
    private static let formsOfOnePart = 12

    let engine: Engine
    let entry: ProvisionedContent.ChannelEntry
    let delivery: ClaimedDelivery
    let adapter: any PlatformAdapter

    init(_ engine: Engine, _ entry: ProvisionedContent.ChannelEntry, _ delivery: ClaimedDelivery) {
        self.engine = engine
        self.entry = entry
        self.delivery = delivery
        adapter = PlatformAdapters.adapter(for: entry.channel.platform)
    }

    /// How far it has come.
    private struct Course {
        var somethingSent: Bool
        /// Attempts that were begun.
        var attempts: Int
    }

    /// What comes after an attempt.
    private enum Step {
        case nextPart
        case anotherForm
        case end(DeliveryResult)
    }

    func run() async throws -> DeliveryResult {
        let result = try await carry()
        try await judgeCampaign(by: result)
        return result
    }

    private func carry() async throws -> DeliveryResult {
        let route: MessageRoute
        switch try await SendingRoute(engine, entry, delivery).find() {
        case .go(let found): route = found
        case .notNow(let release): return try await give(back: release)
        }
        let links = try await TrackedLinks(engine, delivery, countedFor: route.original)
        var rendered = render(route, links)
        guard delivery.partsSent < rendered.parts.count else {
            if route.isPaid { return try await give(back: .held(.noPaidForm)) }
            guard route.original == nil else { return try await give(back: .failed(Self.otherForm)) }
            let reason = DeliveryReason(
                code: "nothing_to_show", message: "nothing of the message can be shown on \(entry.channel.platform)")
            return try await give(back: .failed(reason))
        }
        var course = Course(somethingSent: delivery.partsSent > 0, attempts: delivery.attempts)
        var part = delivery.partsSent
        var forms = 0
        while part < rendered.parts.count, forms < Self.formsOfOnePart {
            switch try await send(part, of: rendered, by: route, &course) {
            case .nextPart: (part, forms) = (part + 1, 0)
            case .anotherForm:
                forms += 1
                rendered = render(route, links)
            case .end(let result): return result
            }
        }
        return try await give(back: route.isPaid ? .held(.noPaidForm) : .failed(Self.noForm))
    }

    /// What is sent once in one piece must not go on in another form, nor the other way round.
    private func render(_ route: MessageRoute, _ links: TrackedLinks) -> RenderedMessage {
        var channel = entry.channel
        if delivery.partsSent > 0 || engine.parts.avoidsRich(delivery) { channel.rich = .never }
        return adapter.requests(
            for: links.followed(in: delivery.message).withoutUnheardButtons(on: entry.channel, to: delivery.address)
                .message,
            to: delivery.address, on: channel, reference: "\(delivery.id)", by: route)
    }

    /// One attempt at one part: its media are found, the intent is stored, the request leaves, the answer is stored.
    private func send(
        _ number: Int, of rendered: RenderedMessage, by route: MessageRoute, _ course: inout Course
    ) async throws -> Step {
        let part = rendered.parts[number]
        let media: PartMedia
        let preparation = MediaPreparation(
            engine: engine, entry: entry, adapter: adapter, delivery: delivery, number: number)
        switch try await preparation.prepare(part) {
        case .ready(let found): media = found
        case .notNow(let verdict): return .end(try await putOff(verdict))
        }
        defer { media.turn?.leave() }
        let traffic = engine.traffic[entry.id]
        if let wait = try await traffic?.waitForChat(delivery.address, atMost: Self.patienceWithChat) {
            return .end(try await give(back: .queued(notBefore: engine.time.now() + wait)))
        }
        let heavy = traffic?.heavyPace(part.media)
        guard try await heavy?.wait(unless: engine.stop) ?? true else {
            return .end(try await give(back: .queued(notBefore: engine.time.now() + Self.heavyWait)))
        }
        guard try await takeSlot(traffic) else { return .end(try await give(back: .queued(notBefore: nil))) }
        defer { engine.slots.line.leave() }
        let wording = engine.parts.wording(of: number, delivery)
        let request = part.request(media.forms, wording: wording)?.http
        let asked = engine.time.monotonicNanoseconds()
        let now = engine.time.now()
        let until = request.map { now + $0.timeout + $0.connectTimeout + Self.slack }
        let attempt: Int
        switch try await engine.store.beginSending(
            delivery, part: number, of: rendered.parts.count, after: course.attempts, now: now, until: until)
        {
        case .stored(let number):
            attempt = number
            course.attempts = number
        case .refused(let release): return .end(try await give(back: release))
        }
        let isLast = number + 1 == rendered.parts.count
        guard let request else {
            let (refused, mayPass) = refusal(of: media, part: number)
            if route.isPaid { return .end(try await settlePaid(.contentRefused(refused), attempt)) }
            let reason = DeliveryReason(refused)
            guard course.somethingSent || !isLast else {
                // That a site is down is no fault of the message: others may get it.
                return .end(try await end(attempt, as: mayPass ? .failed(reason) : .contentRefused(reason)))
            }
            try await finish(attempt, as: .leftOut(reason, isLast: isLast))
            return isLast ? .end(DeliveryResult(state: .sent, reason: reason)) : .nextPart
        }
        guard engine.time.monotonicNanoseconds() &- asked < Self.freshness else {
            return .end(try await end(attempt, as: .later(engine.time.now(), Self.tooSlow)))
        }
        var ticket: ChannelTraffic.Ticket?
        if let traffic {
            ticket = await traffic.leave(to: delivery.address, with: heavy)
            guard ticket != nil else { return .end(try await end(attempt, as: .later(engine.time.now(), Self.paused))) }
        }
        let left = engine.time.monotonicNanoseconds()
        let outcome = await engine.sender.send(request)
        engine.metrics.noteSend(on: entry.id, nanoseconds: engine.time.monotonicNanoseconds() &- left)
        var verdict = adapter.verdict(on: outcome, isInWindow: isInWindow)
        if case .unchanged = verdict, let edited = route.edited(number) { verdict = .sent(messageID: edited) }
        if let traffic, let ticket { try await hear(traffic, verdict, outcome, ticket) }
        if part.isRich, let reason = Self.refusesForm(verdict, outcome) {
            engine.parts.avoidRich(delivery, isUnknown: outcome.status == 404)
            try await finish(attempt, as: .again(DeliveryReason(reason)))
            return .anotherForm
        }
        switch verdict {
        case .sent(let id):
            try await finish(
                attempt, as: isLast ? .sent(messageID: id) : .partSent(messageID: id), noting: nextPaid(route))
            try await remember(media, in: outcome, part)
            course.somethingSent = true
            return isLast ? .end(DeliveryResult(state: .sent)) : .nextPart
        case .mediaRefused(let reason) where !media.shown.isEmpty:
            try await refuse(media, adapter.refusedMedium(in: outcome), part: number, reason)
            try await finish(attempt, as: .again(DeliveryReason(reason)))
            return .anotherForm
        case .retryLater(_, .chatOrChannel, let reason)
        where attempt >= Self.patience && !route.isPaid
            && media.shown.contains(where: { if case .address = $0.form { true } else { false } }):
            // A few addresses make Telegram say “too many requests” for ever; bytes do not.
            engine.parts.refuse(part: number, delivery, onlyByAddress: true, reason, now: now)
            return .end(try await settle(verdict, attempt))
        case .mediaRefused(let reason) where wording == .formatted,
            .formattingRefused(let reason) where wording == .formatted:
            engine.parts.makePlain(number, delivery)
            try await finish(attempt, as: .again(DeliveryReason(reason)))
            return .anotherForm
        default:
            return .end(
                route.isPaid ? try await settlePaid(verdict, attempt) : try await settle(verdict, attempt))
        }
    }

    /// Waits until a request of the channel may leave, and takes a slot for it.
    ///
    /// - Returns: false when it may not; then none was taken.
    private func takeSlot(_ traffic: ChannelTraffic?) async throws -> Bool {
        guard await traffic?.waitForAnswers(unless: engine.stop) ?? true,
            try await traffic?.pace.wait(unless: engine.stop) ?? true
        else { return false }
        let asked = engine.time.monotonicNanoseconds()
        await engine.slots.line.take(isUrgent: delivery.campaign == nil)
        var mayLeave = !engine.stop.isRaised
        do {
            // Meanwhile the turn may have become another worker's.
            if mayLeave, let pace = traffic?.pace, pace.isShared,
                engine.time.monotonicNanoseconds() &- asked > Self.lateness
            {
                mayLeave = try await pace.wait(unless: engine.stop)
            }
        } catch {
            engine.slots.line.leave()
            throw error
        }
        if !mayLeave { engine.slots.line.leave() }
        return mayLeave
    }

    /// Why a rich message may go in the older form: the server does not know the method, or does not take the message.
    private static func refusesForm(_ verdict: SendVerdict, _ outcome: HTTPOutcome) -> Reason? {
        switch verdict {
        case .contentRefused(let reason), .mediaRefused(let reason), .formattingRefused(let reason): reason
        case .channelBroken(let reason) where outcome.status == 404: reason
        default: nil
        }
    }

    /// By our own clock, which decides where the platform's answer can mean either.
    private var isInWindow: Bool {
        let answer = Eligibility.mayReceive(
            platform: entry.channel.platform, lastActiveAt: delivery.lastActiveAt, now: engine.time.now())
        return answer == .allowed
    }

    // How long a message waits in place for its chat; what waits longer waits in the outbox.
    private static let patienceWithChat = Duration.seconds(4)
    // So often an album is put off before its pictures go up as bytes.
    private static let patience = 5
    // When so many wait for their turn that it is not near.
    private static let heavyWait = Duration.seconds(5)
    // Beyond the request's own time, for storing what came of it.
    private static let slack = Duration.seconds(30)
    private static let otherForm = DeliveryReason(
        code: "other_form",
        message:
            "what was sent has another form than the message has now, or is an album, and cannot be changed into it")
    private static let noForm = DeliveryReason(
        code: "no_form", message: "the platform refused every form of the message's media")
    private static let left = DeliveryReason(
        code: "left", message: "the subscriber left, or the message was stopped, before it was sent")
    private static let tooSlow = DeliveryReason(
        code: "too_slow", message: "storing the intent took so long that it was given back")

    private static let paused = DeliveryReason(
        code: "paused", message: "the platform asked for a pause just before it was sent")

    private func give(back release: Store.Release) async throws -> DeliveryResult {
        try await engine.store.release(delivery, as: release, now: engine.time.now())
        return switch release {
        case .queued, .collected: DeliveryResult(state: .queued)
        case .postponed(_, let reason): DeliveryResult(state: .queued, reason: reason)
        case .held(let reason): DeliveryResult(state: .held, reason: reason)
        case .failed(let reason): DeliveryResult(state: .failed, reason: reason)
        case .suppressed(let reason): DeliveryResult(state: .suppressed, reason: reason)
        }
    }

    /// Gives the delivery back for what the platform said before anything of the message was sent.
    private func putOff(_ verdict: SendVerdict) async throws -> DeliveryResult {
        let now = engine.time.now()
        switch verdict {
        case .retryLater(let after, let scope, let reason):
            let wait = after ?? backOff(delivery.attempts + 1)
            if scope != .delivery {
                engine.traffic[entry.id]?.pace.pause(for: wait)
                try await engine.store.rest(entry.id, until: now + wait)
            }
            var result = try await give(back: .queued(notBefore: now + wait))
            result.reason = DeliveryReason(reason)
            return result
        case .channelBroken(let reason):
            var result = try await give(back: .queued(notBefore: nil))
            result.pausesChannel = DeliveryReason(reason)
            return result
        default:
            // Whatever became of the upload, nothing was shown to anybody.
            var result = try await give(back: .queued(notBefore: now + Self.slack))
            result.reason = verdict.reason.map { DeliveryReason($0) }
            return result
        }
    }

    func settle(_ verdict: SendVerdict, _ attempt: Int) async throws -> DeliveryResult {
        let now = engine.time.now()
        switch verdict {
        case .sent(let id): return try await end(attempt, as: .sent(messageID: id))
        case .retryLater(let after, let scope, let reason):
            let wait = after ?? backOff(attempt)
            guard scope == .channel else {
                return try await end(attempt, as: .later(now + wait, DeliveryReason(reason)))
            }
            engine.traffic[entry.id]?.pace.pause(for: wait)
            engine.traffic[entry.id]?.pace.slowDown()
            return try await end(attempt, as: .rest(now + wait, DeliveryReason(reason)))
        case .refused(let reason): return try await end(attempt, as: .failed(DeliveryReason(reason)))
        case .contentRefused(let reason), .mediaRefused(let reason), .formattingRefused(let reason):
            return try await end(attempt, as: .contentRefused(DeliveryReason(reason)))
        case .subscriberGone(let state, let reason):
            return try await end(attempt, as: .subscriberGone(departure(state), DeliveryReason(reason)))
        case .windowClosed(let reason): return try await end(attempt, as: .held(DeliveryReason(reason)))
        case .channelBroken(let reason):
            var result = try await end(attempt, as: .later(now, DeliveryReason(reason)))
            result.pausesChannel = DeliveryReason(reason)
            return result
        case .marketing(let refusal, let reason):
            guard delivery.purpose == .ask else { return try await end(attempt, as: .failed(DeliveryReason(reason))) }
            return try await settle(refusal, DeliveryReason(reason), attempt)
        case .addressMoved(let address, _):
            let again = attempt > Self.movesAtOnce ? now + backOff(attempt) : now
            let moved = TelegramTarget(delivery.address).moved(to: address)
            return try await end(attempt, as: .moved(to: moved, again: again))
        case .unchanged(let reason): return try await end(attempt, as: .failed(DeliveryReason(reason)))
        case .unknown(let reason):
            // It may be made twice.
            guard delivery.purpose == .edit else {
                return try await end(attempt, as: .unknown(DeliveryReason(reason)))
            }
            let isEnough = attempt >= Self.triesOfEdit
            return try await end(
                attempt,
                as: isEnough ? .failed(DeliveryReason(reason)) : .later(now + backOff(attempt), DeliveryReason(reason)))
        }
    }

    /// Messenger does not tell whether somebody blocked the Page or only cannot be reached now.
    private func departure(_ state: Subscriber.State) -> Subscriber.Departure {
        guard state != .stopped else { return .stopped }
        let isOwnWord = entry.channel.platform == .telegram && Subscriber.isPerson(address: delivery.address)
        return isOwnWord ? .shutOut : .away
    }

    private func finish(
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
    private func backOff(_ attempt: Int) -> Duration {
        let ceiling = min(300_000, 1000 * (Int64(1) << Int64(max(0, min(attempt - 1, 10)))))
        return .milliseconds(500 + Int64(Double(ceiling) * engine.random()))
    }
}

extension HTTPOutcome {
    fileprivate var status: Int? {
        guard case .answered(let answer) = self else { return nil }
        return answer.status
    }
}
