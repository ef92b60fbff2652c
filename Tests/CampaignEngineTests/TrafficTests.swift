import CampaignModel
import CampaignStore
import MessageChannels
import TestSupport
import Testing

@testable import CampaignEngine

@Suite struct FloodJudgeTests {
    private var judge = RateLimitScopeDetector()

    @Test mutating func `when a later request is taken, only the chat was meant`() {
        let flooded = judge.leave(to: "1", at: 10)
        let later = judge.leave(to: "2", at: 20)
        #expect(judge.hear(.flooded(until: 99), of: flooded) == .nothing)
        #expect(judge.isHolding(at: 30))
        #expect(judge.hear(.heard, of: later) == .nothing)
        #expect(!judge.isHolding(at: 30))
    }

    @Test
    mutating func `when another chat hears the same, the whole channel is quiet, as long as the longer wait says`() {
        let tickets = ["1", "2", "3"].map { judge.leave(to: $0, at: 10) }
        #expect(judge.hear(.flooded(until: 99), of: tickets[0]) == .nothing)
        #expect(judge.hear(.flooded(until: 70), of: tickets[1]) == .channel(until: 99))
        #expect(!judge.isHolding(at: 30))
        #expect(judge.hear(.heard, of: tickets[2]) == .nothing)
    }

    @Test mutating func `with nobody else on the wire the channel is meant`() {
        let alone = judge.leave(to: "1", at: 10)
        #expect(judge.hear(.flooded(until: 99), of: alone) == .channel(until: 99))
    }

    @Test mutating func `what left before says nothing, and neither does no answer`() {
        let early = judge.leave(to: "2", at: 5)
        let flooded = judge.leave(to: "1", at: 10)
        let lost = judge.leave(to: "3", at: 20)
        #expect(judge.hear(.flooded(until: 99), of: flooded) == .nothing)
        #expect(judge.hear(.heard, of: early) == .nothing)
        #expect(judge.isHolding(at: 30))
        #expect(judge.hear(.nothing, of: lost) == .channel(until: 99))
    }
}

@Suite struct BreakerTests {
    @Test func `five failures in a row open it, each further one for longer, and an answer closes it`() {
        var breaker = PlatformCircuitBreaker()
        for _ in 1...4 { #expect(breaker.failed(chance: 1) == nil) }
        #expect(breaker.failed(chance: 1) == .seconds(1))
        #expect(breaker.isHolding == false)
        breaker.leave()
        #expect(breaker.isHolding, "one at a time tries it")
        #expect(breaker.failed(chance: 1) == .seconds(2))
        for _ in 1...30 { _ = breaker.failed(chance: 1) }
        #expect(breaker.failed(chance: 1) == .minutes(5))
        breaker.answered()
        breaker.leave()
        #expect(breaker.isHolding == false)
        #expect(breaker.failed(chance: 1) == nil)
    }

    @Test func `an answer between failures keeps it closed`() {
        var breaker = PlatformCircuitBreaker()
        for _ in 1...20 {
            for _ in 1...4 { #expect(breaker.failed(chance: 0) == nil) }
            breaker.answered()
        }
    }
}

@Suite struct ChannelTrafficTests {
    private static let gone = HTTPOutcome.notSent(HTTPFailure(.refused, requestLeft: false, message: "m"))
    private static let yes = HTTPOutcome.answered(HTTPAnswer(status: 200, headers: [], body: []))
    private let time = ManualTime()

    private func traffic(_ platform: Platform = .telegram, rate: Double = 30) -> ChannelThrottle {
        ChannelThrottle(SampleContent.channel(platform: platform, rate: rate), time: time, random: { 1 })
    }

    private func leave(_ throttle: ChannelThrottle, to chat: String) async throws -> ChannelThrottle.Ticket {
        #expect(try await throttle.limiter.wait(unless: StopSignal()))
        return try #require(await throttle.leave(to: chat, with: nil))
    }

    @Test(arguments: [("7", 1), ("-1007", 3), ("@news", 3)])
    func `a chat is left alone between two messages, a group for longer`(chat: String, seconds: Int) async throws {
        let throttle = traffic()
        _ = try await leave(throttle, to: chat)
        #expect(throttle.wait(for: chat) == .seconds(seconds))
        #expect(throttle.wait(for: "8") == .zero)
        #expect(try await throttle.waitForChat(chat, atMost: .milliseconds(10)) == .seconds(seconds))
        let before = time.now()
        #expect(try await throttle.waitForChat(chat, atMost: .seconds(4)) == nil)
        #expect(time.now() - before == .seconds(seconds))
    }

    @Test func `the topics of a group share its limit, also when they come at once`() async throws {
        let throttle = traffic()
        _ = try await leave(throttle, to: "-7/1")
        #expect(throttle.wait(for: "-7/2") == .seconds(3))
        time.advance(by: .seconds(3))
        #expect(try await throttle.waitForChat("-7/1", atMost: .seconds(4)) == nil)
        #expect(try await throttle.waitForChat("-7/2", atMost: .milliseconds(10)) == .seconds(3))
        #expect(try await throttle.waitForChat("-8/1", atMost: .milliseconds(10)) == nil)
    }

    @Test func `a channel without a rate leaves no chat alone`() async throws {
        let throttle = traffic(rate: 0)
        _ = try await leave(throttle, to: "7")
        #expect(throttle.wait(for: "7") == .zero)
    }

    @Test func `a group that has too much keeps nobody else waiting`() async throws {
        let throttle = traffic()
        let ticket = try await leave(throttle, to: "-7")
        let heard = throttle.hear(Self.flood(35), Self.yes, of: ticket)
        #expect(heard.channelRests == nil)
        #expect(throttle.wait(for: "-7") == .seconds(35))
        _ = try await leave(throttle, to: "8")
    }

    @Test func `a group that has too much is no proof that the bot has not`() async throws {
        let throttle = traffic()
        let person = try await leave(throttle, to: "7")
        let group = try await leave(throttle, to: "-7")
        #expect(throttle.hear(Self.flood(35), Self.yes, of: person).channelRests == nil)
        let heard = throttle.hear(Self.flood(5), Self.yes, of: group)
        #expect(heard.clearedRest == nil)
        #expect(heard.channelRests != nil)
        #expect(await throttle.leave(to: "8", with: nil) == nil)
    }

    @Test func `a bot that has too much is quiet for as long as it was told`() async throws {
        let throttle = traffic()
        let ticket = try await leave(throttle, to: "7")
        #expect(throttle.hear(Self.flood(35), Self.yes, of: ticket).channelRests == .seconds(35))
        #expect(await throttle.leave(to: "8", with: nil) == nil)
        time.advance(by: .seconds(35))
        #expect(await throttle.leave(to: "8", with: nil) != nil)
    }

    @Test func `after too many requests a channel is slower, and comes back to its rate`() async throws {
        let throttle = traffic(rate: 10)
        func gap() async throws -> Int64 {
            let first = try await leave(throttle, to: "1")
            let before = time.now()
            let second = try await leave(throttle, to: "2")
            for ticket in [first, second] { _ = throttle.hear(.sent(messageID: "1"), Self.yes, of: ticket) }
            return (time.now() - before).milliseconds
        }
        let before = try await gap()
        let ticket = try await leave(throttle, to: "7")
        _ = throttle.hear(Self.flood(1), Self.yes, of: ticket)
        time.advance(by: .seconds(1))
        #expect(try await gap() > before + before / 4)
        time.advance(by: .minutes(1))
        // After a rest the first turn counts as a little late.
        #expect(try await abs(gap() - before) <= 4)
    }

    @Test func `a busy platform is spared before it refuses`() async throws {
        let throttle = traffic(.messenger, rate: 10)
        throttle.limiter.note(load: 85)
        _ = try await leave(throttle, to: "1")
        let before = time.now()
        _ = try await leave(throttle, to: "2")
        #expect((time.now() - before).milliseconds >= 200)
    }

    @Test func `a platform that is not there is asked again and again by one request at a time`() async throws {
        let throttle = traffic()
        for number in 1...4 {
            let ticket = try await leave(throttle, to: "\(number)")
            #expect(throttle.hear(Self.unreached, Self.gone, of: ticket).channelRests == nil)
        }
        let fifth = try await leave(throttle, to: "5")
        let heard = throttle.hear(Self.unreached, Self.gone, of: fifth)
        #expect(heard.channelRests == .seconds(1) && heard.isBroken)
        time.advance(by: .seconds(1))
        let trial = try await leave(throttle, to: "6")
        #expect(throttle.hear(.sent(messageID: "1"), Self.yes, of: trial).channelRests == nil)
        _ = try await leave(throttle, to: "8")
        _ = try await leave(throttle, to: "9")
    }

    private static func flood(_ seconds: Int) -> SendVerdict {
        .retryLater(
            after: .seconds(seconds), scope: .chatOrChannel, reason: DeliveryReason(code: "telegram_429", message: "m"))
    }
    private static let unreached = SendVerdict.retryLater(
        after: nil, scope: .delivery, reason: DeliveryReason(code: "connection_refused", message: "m"))
}

@Suite struct CampaignErrorsTests {
    private static let campaign = CampaignID(rawValue: 1)

    @Test(arguments: [(Delivery.State.unknown, 10), (.failed, 50)])
    func `a campaign is paused when too many in a row go wrong`(state: Delivery.State, limit: Int) {
        let errors = CampaignErrors()
        let wrong = DeliveryResult(state: state, reason: .init(code: "c", message: "Bad Gateway"))
        for _ in 1..<limit { #expect(errors.count(wrong, of: Self.campaign) == nil) }
        #expect(errors.count(DeliveryResult(state: .suppressed), of: Self.campaign) == nil)
        #expect(errors.count(wrong, of: Self.campaign)?.hasSuffix("the last because: Bad Gateway") == true)
        #expect(errors.count(wrong, of: Self.campaign) == nil)
    }

    @Test func `one that arrives begins the count anew, and campaigns count for themselves`() {
        let errors = CampaignErrors()
        for number in 1...100 {
            #expect(errors.count(DeliveryResult(state: number % 9 == 0 ? .sent : .unknown), of: Self.campaign) == nil)
        }
        for _ in 1...9 { #expect(errors.count(DeliveryResult(state: .unknown), of: CampaignID(rawValue: 2)) == nil) }
    }
}
