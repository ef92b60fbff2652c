import CampaignModel
import CampaignPlanning
import CampaignStore
import Foundation
import MessageChannels

/// Sends one claimed delivery: for each part it stores the intent, makes the request, and stores the answer.
struct DeliverySender: Sendable {
    // Age in nanoseconds from which an intent is withdrawn instead of sent: the lease may be lost by then.
    private static let intentLifetime: UInt64 = 5_000_000_000
    // Wait for a slot, in nanoseconds, after which a shared rate needs a new permit: the old one may lie in another
    // worker's slice.
    private static let permitLifetime: UInt64 = 20_000_000

    // Most forms of one part that are tried; each refusal rules out one.
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

    /// The progress of the delivery.
    private struct Course {
        var somethingSent: Bool
        /// Number of attempts that were begun.
        var attempts: Int
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

    /// Renders the message. Once a part is sent the rich form is excluded: the forms differ in their parts.
    private func render(_ route: MessageRoute, _ links: TrackedLinks) -> RenderedMessage {
        var channel = entry.channel
        if delivery.partsSent > 0 || engine.parts.avoidsRich(delivery) { channel.rich = .never }
        return adapter.requests(
            for: links.followed(in: delivery.message).withoutUnheardButtons(on: entry.channel, to: delivery.address)
                .message,
            to: delivery.address, on: channel, reference: "\(delivery.id)", by: route)
    }

    /// Makes one attempt at one part: prepares media, stores the intent, makes the request, stores the answer.
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
        defer { media.upload?.release() }
        let throttle = engine.throttles[entry.id]
        let heavy = throttle?.heavyLimiter(part.media)
        if let release = try await waitForTurn(throttle, heavy) { return .end(try await give(back: release)) }
        defer { engine.slots.free.release() }
        let wording = engine.parts.wording(of: number, delivery)
        let request = part.request(media.forms, wording: wording)?.http
        let asked = engine.time.monotonicNanoseconds()
        let now = engine.time.now()
        let until = request.map { now + $0.timeout + $0.connectTimeout + Self.storingTime }
        switch try await engine.store.beginSending(
            delivery, part: number, of: rendered.parts.count, after: course.attempts, now: now, until: until)
        {
        case .stored(let attempt): course.attempts = attempt
        case .refused(let release): return .end(try await give(back: release))
        }
        let attempt = PartAttempt(
            number: course.attempts, part: part, index: number, isLast: number + 1 == rendered.parts.count,
            media: media, wording: wording, route: route)
        guard let request else { return try await leaveOut(attempt, somethingSent: course.somethingSent) }
        guard engine.time.monotonicNanoseconds() &- asked < Self.intentLifetime else {
            return .end(try await end(attempt.number, as: .later(engine.time.now(), Self.tooSlow)))
        }
        var ticket: ChannelThrottle.Ticket?
        if let throttle {
            ticket = await throttle.leave(to: delivery.address, with: heavy)
            guard ticket != nil else {
                return .end(try await end(attempt.number, as: .later(engine.time.now(), Self.paused)))
            }
        }
        let left = engine.time.monotonicNanoseconds()
        let outcome = await engine.sender.send(request)
        engine.metrics.noteSend(on: entry.id, nanoseconds: engine.time.monotonicNanoseconds() &- left)
        var verdict = adapter.verdict(on: outcome, isInWindow: isInWindow)
        if case .unchanged = verdict, let edited = route.edited(number) { verdict = .sent(messageID: edited) }
        let answered = engine.time.now()
        var heard: ChannelThrottle.Heard?
        if let throttle, let ticket { heard = hear(throttle, verdict, outcome, ticket) }
        let step = try await step(after: verdict, in: outcome, attempt)
        if let heard { try await keep(heard, since: answered) }
        if case .sent = verdict { course.somethingSent = true }
        return step
    }

    /// Waits for the chat's cooldown and the rate limits, and acquires a slot.
    ///
    /// - Returns: nil when the request may leave; otherwise how to release the delivery, and no slot is acquired.
    private func waitForTurn(_ throttle: ChannelThrottle?, _ heavy: RateLimiter?) async throws -> Store.Release? {
        if let wait = try await throttle?.waitForChat(delivery.address, atMost: Self.longestChatWait) {
            return .queued(notBefore: engine.time.now() + wait)
        }
        guard try await heavy?.wait(unless: engine.stop) ?? true else {
            return .queued(notBefore: engine.time.now() + Self.heavyWait)
        }
        return try await takeSlot(throttle) ? nil : .queued(notBefore: nil)
    }

    /// Waits for the channel's rate limit, and acquires a slot.
    ///
    /// - Returns: false when the request may not leave; then no slot is acquired.
    private func takeSlot(_ throttle: ChannelThrottle?) async throws -> Bool {
        guard await throttle?.waitForAnswers(unless: engine.stop) ?? true,
            try await throttle?.limiter.wait(unless: engine.stop) ?? true
        else { return false }
        let asked = engine.time.monotonicNanoseconds()
        await engine.slots.free.acquire(isUrgent: delivery.campaign == nil)
        var mayLeave = !engine.stop.isRaised
        do {
            // After a long wait for the slot the permit may lie in another worker's slice.
            if mayLeave, let limiter = throttle?.limiter, limiter.isShared,
                engine.time.monotonicNanoseconds() &- asked > Self.permitLifetime
            {
                mayLeave = try await limiter.wait(unless: engine.stop)
            }
        } catch {
            engine.slots.free.release()
            throw error
        }
        if !mayLeave { engine.slots.free.release() }
        return mayLeave
    }

    /// Whether Messenger's 24-hour window is open by our clock, for answers that can mean either.
    private var isInWindow: Bool {
        let answer = Eligibility.mayReceive(
            platform: entry.channel.platform, lastActiveAt: delivery.lastActiveAt, now: engine.time.now())
        return answer == .allowed
    }

    // Longest wait for a chat's cooldown while claimed; a longer one is spent in the outbox.
    private static let longestChatWait = Duration.seconds(4)
    // Wait in the outbox when the permit for heavy media is too far away.
    private static let heavyWait = Duration.seconds(5)
    // Time that the lease lasts beyond the request's timeout, for storing the answer.
    private static let storingTime = Duration.seconds(30)
    private static let otherForm = DeliveryReason(
        code: "other_form",
        message:
            "what was sent has another form than the message has now, or is an album, and cannot be changed into it")
    private static let noForm = DeliveryReason(
        code: "no_form", message: "the platform refused every form of the message's media")
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

    /// Releases the delivery after the platform's answer to an upload, before any part was sent.
    private func putOff(_ verdict: SendVerdict) async throws -> DeliveryResult {
        let now = engine.time.now()
        switch verdict {
        case .retryLater(let after, let scope, let reason):
            let wait = after ?? backOff(delivery.attempts + 1)
            if scope != .delivery {
                engine.throttles[entry.id]?.limiter.pause(for: wait)
                try await engine.store.rest(entry.id, until: now + wait)
            }
            var result = try await give(back: .queued(notBefore: now + wait))
            result.reason = reason
            return result
        case .channelBroken(let reason):
            var result = try await give(back: .queued(notBefore: nil))
            result.pausesChannel = reason
            return result
        default:
            // The upload's own result does not matter: the person saw nothing.
            var result = try await give(back: .queued(notBefore: now + Self.storingTime))
            result.reason = verdict.reason.map { $0 }
            return result
        }
    }
}
