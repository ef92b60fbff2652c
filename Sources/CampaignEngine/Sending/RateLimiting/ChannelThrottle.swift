import CampaignModel
import MessageChannels
import Synchronization

/// Decides when a channel's next request may leave, by the channel's rate, the rate of heavy media, the chats'
/// cooldowns, "too many requests" answers, and whether the platform answers at all.
final class ChannelThrottle: Sendable {
    /// One request in flight.
    typealias Ticket = RateLimitScopeDetector.Ticket

    // Time between two checks whether requests in flight were answered.
    private static let recheckInterval = Duration.milliseconds(5)

    let limiter: RateLimiter
    private let heavy: RateLimiter?
    private let platform: Platform
    /// Whether the channel has a rate; without one, its chats have no cooldowns either.
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
    ///   - channel: The channel.
    ///   - time: The clock.
    ///   - random: A number in 0..<1.
    ///   - slices: Reserves time where several processes send for the channel; nil otherwise.
    ///   - width: How many requests this process has in flight at most.
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

    /// The chat whose limit an address counts against: the topics of a Telegram group share the group's.
    private func chat(of address: String) -> String {
        platform == .telegram ? TelegramTarget(address).chat : address
    }

    private func rest(_ chat: String, at now: UInt64, in state: inout State) {
        guard hasRate, let gap = PlatformLimits.gap(ofChat: chat, on: platform) else { return }
        state.chats.rest(chat, until: now &+ UInt64(gap.milliseconds) &* 1_000_000, at: now)
    }

    /// The rest of the cooldown of an address's chat.
    func wait(for address: String) -> Duration {
        let now = time.monotonicNanoseconds()
        let chat = chat(of: address)
        return .nanoseconds(Int64(clamping: state.withLock { $0.chats.wait(for: chat, at: now) }))
    }

    /// Waits for the cooldown of an address's chat, and begins the next one, so that a later message to the chat waits
    /// for this one.
    ///
    /// - Returns: nil when the message may be sent; otherwise the rest of the cooldown, which is longer than
    ///   `longestWait`.
    func waitForChat(_ address: String, atMost longestWait: Duration) async throws -> Duration? {
        let chat = chat(of: address)
        let end = time.monotonicNanoseconds() &+ UInt64(longestWait.milliseconds) &* 1_000_000
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

    /// The rate limiter for requests with media of which the platform takes fewer; nil for other requests.
    func heavyLimiter(_ media: [Media]) -> RateLimiter? {
        media.contains { PlatformLimits.perSecond($0.kind, on: platform) != nil } ? heavy : nil
    }

    /// Waits while new requests must wait for the answers of those in flight.
    ///
    /// - Returns: false when the stop signal was raised, or the task was cancelled.
    func waitForAnswers(unless stop: StopSignal) async -> Bool {
        while !stop.isRaised {
            let now = time.monotonicNanoseconds()
            guard state.withLock({ $0.judge.isHolding(at: now) || $0.breaker.isHolding }) else { return true }
            do { try await time.sleep(for: Self.recheckInterval) } catch { return false }
        }
        return false
    }

    /// Registers a request right before it leaves, after the last waits.
    ///
    /// - Returns: The ticket to pass to ``hear(_:_:of:)`` with the answer; nil when the request may not leave after
    ///   all.
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
            do { try await time.sleep(for: Self.recheckInterval) } catch { return nil }
        }
    }

    /// The consequences of an answer for the channel.
    struct Heard: Sendable {
        /// How long the whole channel must pause; nil for no pause.
        var channelRests: Duration?
        /// Whether the pause is due to failures of the platform.
        var isBroken = false
        /// Set when a suspected limit of the whole bot proved to be the chat's: how long the suspected pause would
        /// still last.
        var clearedRest: Duration?
    }

    /// Records an answer and pauses or slows down the channel if it asks for that.
    func hear(_ verdict: SendVerdict, _ outcome: HTTPOutcome, of ticket: Ticket) -> Heard {
        let now = time.monotonicNanoseconds()
        var heard = Heard()
        state.withLock { state in
            var answer = RateLimitScopeDetector.Answer.heard
            switch verdict {
            case .retryLater(let wait, .chatOrChannel, _):
                let until = now &+ UInt64(max(0, (wait ?? .seconds(1)).milliseconds)) &* 1_000_000
                state.chats.rest(ticket.chat, until: until, at: now)
                // A group has a limit of its own, so the group is meant, and the answer says nothing about the bot.
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
    /// Whether the platform was not reached, did not answer, or failed (status 500 or higher).
    fileprivate var isTrouble: Bool {
        switch self {
        case .notSent, .unanswered: true
        case .answered(let answer): answer.status >= 500
        }
    }
}
