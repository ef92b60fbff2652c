import CampaignModel
import MessageChannels
import Synchronization

/// All that decides when a channel's next request may leave: its rate, that of heavy media, each chat's own, what the
/// platform said of too many requests, and whether it answers at all.
final class ChannelThrottle: Sendable {
    /// One request on the wire.
    typealias Ticket = RateLimitScopeDetector.Ticket

    // Between two looks at what the requests on the wire were told.
    private static let glance = Duration.milliseconds(5)

    let limiter: RateLimiter
    private let heavy: RateLimiter?
    private let platform: Platform
    /// False for a channel without a rate, whose chats have none either.
    private let hasRate: Bool
    private let time: any TimeSource
    private let random: @Sendable () -> Double
    private let state = Mutex(State())

    private struct State {
        var judge = RateLimitScopeDetector()
        var breaker = PlatformCircuitBreaker()
        var chats = ChatCooldowns()
    }

    /// - Parameters:
    ///   - channel: Whose.
    ///   - time: The clock.
    ///   - random: A number in 0..<1.
    ///   - slices: Where several processes send for the channel.
    ///   - width: How many requests this process has under way at once, at most.
    init(
        _ channel: Channel, time: any TimeSource, random: @escaping @Sendable () -> Double,
        slices: RateLimiter.Slices? = nil, width: @escaping @Sendable () -> Int = { .max }
    ) {
        platform = channel.platform
        hasRate = channel.rate > 0
        self.time = time
        self.random = random
        limiter = RateLimiter(perSecond: channel.rate, time: time, slices: slices, width: width)
        let slowest = Media.Kind.allCases.compactMap { PlatformLimits.perSecond($0, on: channel.platform) }.min()
        heavy = hasRate ? slowest.map { RateLimiter(perSecond: min($0, channel.rate), time: time) } : nil
    }

    /// What has a limit of its own at the platform: the topics of a group share that of the group.
    private func chat(of address: String) -> String {
        platform == .telegram ? TelegramTarget(address).chat : address
    }

    private func rest(_ chat: String, at now: UInt64, in state: inout State) {
        guard hasRate, let gap = PlatformLimits.gap(ofChat: chat, on: platform) else { return }
        state.chats.rest(chat, until: now &+ UInt64(gap.milliseconds) &* 1_000_000, at: now)
    }

    /// How long the chat of an address has still to be left alone.
    func wait(for address: String) -> Duration {
        let now = time.monotonicNanoseconds()
        let chat = chat(of: address)
        return .nanoseconds(Int64(clamping: state.withLock { $0.chats.wait(for: chat, at: now) }))
    }

    /// Waits until the chat of an address may hear from us again, and takes its turn: who comes next waits for this one.
    ///
    /// - Returns: How long that is still, when it is too long to be waited for here; nil when it may.
    func waitForChat(_ address: String, atMost patience: Duration) async throws -> Duration? {
        let chat = chat(of: address)
        let end = time.monotonicNanoseconds() &+ UInt64(patience.milliseconds) &* 1_000_000
        while true {
            let now = time.monotonicNanoseconds()
            let left: UInt64 = state.withLock { state in
                let nanoseconds = state.chats.wait(for: chat, at: now)
                if nanoseconds == 0 { rest(chat, at: now, in: &state) }
                return nanoseconds
            }
            guard left > 0 else { return nil }
            let wait = Duration.nanoseconds(Int64(clamping: left))
            guard now &+ left <= end else { return wait }
            try await time.sleep(for: wait)
        }
    }

    /// The pace of requests with media of which the platform takes fewer; nil for others.
    func heavyLimiter(_ media: [Media]) -> RateLimiter? {
        media.contains { PlatformLimits.perSecond($0.kind, on: platform) != nil } ? heavy : nil
    }

    /// Waits while nothing new may leave before what is on the wire has been answered.
    ///
    /// - Returns: false when told to stop, or the task was cancelled.
    func waitForAnswers(unless stop: StopSignal) async -> Bool {
        while !stop.isRaised {
            let now = time.monotonicNanoseconds()
            guard state.withLock({ $0.judge.isHolding(at: now) || $0.breaker.isHolding }) else { return true }
            do { try await time.sleep(for: Self.glance) } catch { return false }
        }
        return false
    }

    /// Called right before a request leaves.
    ///
    /// - Returns: To be handed back with the answer; nil when nothing may leave after all.
    func leave(to address: String, with heavy: RateLimiter?) async -> Ticket? {
        guard await heavy?.leave() ?? true else { return nil }
        let chat = chat(of: address)
        while true {
            guard await limiter.leave() else { return nil }
            let now = time.monotonicNanoseconds()
            let ticket: Ticket? = state.withLock { state in
                guard !state.judge.isHolding(at: now), !state.breaker.isHolding else { return nil }
                state.breaker.leave()
                rest(chat, at: now, in: &state)
                return state.judge.leave(to: chat, at: now)
            }
            if let ticket { return ticket }
            do { try await time.sleep(for: Self.glance) } catch { return nil }
        }
    }

    /// What the answer said.
    struct Heard: Sendable {
        /// The whole channel may send nothing for so long.
        var channelRests: Duration?
        /// The platform does not answer.
        var isBroken = false
        /// It was not so: of the rest that was suspected before so much would be left.
        var clearedRest: Duration?
    }

    /// Takes note of an answer.
    func hear(_ verdict: SendVerdict, _ outcome: HTTPOutcome, of ticket: Ticket) -> Heard {
        let now = time.monotonicNanoseconds()
        var heard = Heard()
        state.withLock { state in
            var answer = RateLimitScopeDetector.Answer.heard
            switch verdict {
            case .retryLater(let wait, .chatOrChannel, _):
                let until = now &+ UInt64(max(0, (wait ?? .seconds(1)).milliseconds)) &* 1_000_000
                state.chats.rest(ticket.chat, until: until, at: now)
                // A group has a limit of its own, so it is the one that is meant; of the bot that says nothing.
                answer = Subscriber.isPerson(address: ticket.chat) ? .flooded(until: until) : .nothing
            case .retryLater(let wait, .channel, _): heard.channelRests = wait
            default: break
            }
            if outcome.isTrouble {
                if answer == .heard { answer = .nothing }
                if let rest = state.breaker.failed(chance: random()) {
                    heard.channelRests = rest
                    heard.isBroken = true
                }
            } else {
                state.breaker.answered()
            }
            let before = state.judge.suspectedUntil
            let finding = state.judge.hear(answer, of: ticket)
            if case .channel(let until) = finding, until > now {
                heard.channelRests = .nanoseconds(Int64(clamping: until - now))
            } else if let before, state.judge.suspectedUntil == nil {
                heard.clearedRest = .nanoseconds(Int64(clamping: before > now ? before - now : 0))
            }
        }
        if let rest = heard.channelRests {
            limiter.pause(for: rest)
            if !heard.isBroken { limiter.slowDown() }
        }
        return heard
    }
}

extension HTTPOutcome {
    /// Not reached, no answer, or a failure of the server itself.
    fileprivate var isTrouble: Bool {
        switch self {
        case .notSent, .unanswered: true
        case .answered(let answer): answer.status >= 500
        }
    }
}
