import CampaignModel
import CampaignStore
import MessageChannels
import TestSupport
import Testing

@testable import CampaignEngine

/// Paid messages, from the agreement to the answer, with an ad account that answers as the test says.
@Suite struct MarketingSendingTests {
    private struct Meta: Sendable {
        /// What the ad account answers, by how many messages came before.
        var paid: @Sendable (Int) -> HTTPOutcome = { number in
            .json(200, #"{"success":true,"marketing_message_tracking_id":"tr\#(number)"}"#)
        }
        var page: @Sendable (ScriptedSender.Sent) -> HTTPOutcome = { _ in .accepted() }
        var campaign: HTTPOutcome = .json(200, #"{"id":"900"}"#)
        /// The address of everybody in the list of tokens; nil for a list that is refused.
        let list = LockedValue<[String]?>(["1"])
        let unsubscribe = LockedValue<HTTPOutcome>(.json(200, #"{"invalid_rows_count":0}"#))
        let count = LockedValue(0)

        func answer(_ sent: ScriptedSender.Sent) -> HTTPOutcome {
            let path = sent.request.url.split(separator: "?")[0]
            if path.hasSuffix("/act_123/messages") {
                return paid(
                    count.withLock { count in
                        defer { count += 1 }; return count
                    })
            }
            if path.hasSuffix("/message_campaign") { return campaign }
            if path.hasSuffix("/unsubscribe") { return unsubscribe.withLock { $0 } }
            guard path.hasSuffix("/notification_message_tokens") else { return page(sent) }
            guard let people = list.withLock({ $0 }) else {
                return .json(400, #"{"error":{"code":190,"message":"no"}}"#)
            }
            let rows = people.map {
                #"{"notification_messages_token":"t\#($0)","recipient_id":"\#($0)","creation_timestamp":1799990000}"#
            }
            return .json(200, #"{"data":[\#(rows.joined(separator: ","))]}"#)
        }
    }

    private static func channel(ask: String? = nil) -> Channel {
        var channel = SampleContent.channel(platform: .messenger)
        channel.marketing = MarketingAccount(account: "123", token: Secret("system"), country: "US", ask: ask)
        return channel
    }

    /// A bench that knows its feed; 1 agreed, and nobody did anything lately.
    private func withMeta(
        _ meta: Meta = Meta(), channel: Channel = channel(), layout: String = "article", subscribers: [String] = ["1"],
        concurrency: Int = 1, approval: Approval? = nil, _ body: (EngineBench) async throws -> Void
    ) async throws {
        try await withEngine(
            channels: [channel], campaigns: [SampleContent.campaign { ($0.layout, $0.approval) = (layout, approval) }],
            subscribers: subscribers, concurrency: concurrency, answer: { sent, _ in meta.answer(sent) }
        ) { bench in
            bench.site.publish(feed(["A"]))
            try await bench.pass()
            bench.site.publish(feed(["B", "A"]))
            try await body(bench)
        }
    }

    private func paid(_ bench: EngineBench) -> [ScriptedSender.Sent] {
        bench.sender.sent.filter { $0.request.url.hasSuffix("/act_123/messages") }
    }

    private func free(_ bench: EngineBench) -> [ScriptedSender.Sent] {
        bench.sender.sent.filter { $0.request.url.hasSuffix("/42/messages") }
    }

    /// Who got that text for nothing.
    private func receivers(of text: String, _ bench: EngineBench) -> [String] {
        let sent = free(bench).filter { $0.field("message.text") == text }
        return sent.map { $0.field("recipient.id") ?? "?" }
    }

    private func writes(_ address: String, _ bench: EngineBench, _ text: String = "hello") async throws {
        let at = bench.time.now().milliseconds
        let body =
            #"{"entry":[{"id":"42","messaging":[{"sender":{"id":"\#(address)"},"recipient":{"id":"42"},"timestamp":\#(at),"#
            + #""message":{"mid":"m\#(address)\#(at)","text":"\#(text)"}}]}]}"#
        let events = MessengerEvents.received(Array(body.utf8)).map { (bench.channel, $0.event) }
        _ = try await bench.store.receive(events, at: bench.time.now())
    }

    /// The pass that makes the campaign, and the one ten minutes later that sends.
    private func twoPasses(_ bench: EngineBench) async throws {
        try await bench.nextPass()
        try await bench.nextPass()
    }

    private func outcomes(_ bench: EngineBench) -> [MarketingReport.Outcome] {
        bench.events.withLock { $0 }.compactMap { if case .marketing(let report) = $0 { report.outcome } else { nil } }
    }

    @Test func `who agreed gets the article for money, once, and who did not gets it when they write`() async throws {
        try await withMeta(subscribers: ["1", "2"]) { bench in
            try await bench.nextPass()
            #expect(bench.sender.sent.count { $0.request.url.hasSuffix("/message_campaign") } == 1)
            #expect(paid(bench).isEmpty && free(bench).isEmpty)
            #expect(try await bench.states() == [.queued, .held])
            try await bench.nextPass()
            #expect(try await bench.states() == [.sent, .held])
            let sent = try #require(paid(bench).first)
            #expect(sent.field("message_id") == "900" && sent.field("message.text") == "B")
            #expect(sent.field("messenger_delivery_data.subscription_token") == "t1")
            #expect(sent.request.headers["authorization"] == "Bearer system")
            try await writes("2", bench)
            try await bench.nextPass()
            try await bench.nextPass()
            #expect(receivers(of: "B", bench) == ["2"])
            #expect(paid(bench).count == 1)
            #expect(bench.sender.sent.count { $0.request.url.hasSuffix("/message_campaign") } == 1)
        }
    }

    @Test func `whoever lets a run go reads how many would be paid for`() async throws {
        let approval = Approval(channel: "bot", address: "2")
        try await withMeta(subscribers: ["1", "2", "3"], approval: approval) { bench in
            try await writes("2", bench)
            try await bench.pass()
            try await bench.nextPass()
            let asked = free(bench).compactMap { $0.field("message.attachment.payload.text") }.last ?? ""
            #expect(asked.contains("go to 2 people, 1 of them by paid messages, and wait for 1 more."), "\(asked)")
        }
    }

    @Test func `when the window opens before it is sent, it goes for nothing`() async throws {
        try await withMeta { bench in
            try await bench.nextPass()
            try await writes("1", bench)
            try await bench.nextPass()
            try await bench.nextPass()
            let update = free(bench).first { $0.field("messaging_type") == "UPDATE" }
            #expect(update?.field("message.text") == "B")
            #expect(paid(bench).isEmpty)
            #expect(free(bench).contains { $0.field("messaging_type") == "RESPONSE" })
        }
    }

    @Test func `the next paid message waits for twelve hours`() async throws {
        try await withMeta { bench in
            try await twoPasses(bench)
            bench.site.publish(feed(["C", "B", "A"]))
            try await bench.nextPass()
            #expect(try await bench.states() == [.sent, .held])
            bench.time.advance(by: .hours(11))
            try await bench.pass()
            #expect(paid(bench).count == 1)
            bench.time.advance(by: .hours(1))
            try await bench.pass()
            #expect(paid(bench).map { $0.field("message.text") } == ["B", "C"])
            #expect(try await bench.states() == [.sent, .sent])
        }
    }

    @Test func `a message of two parts is one paid message`() async throws {
        try await withMeta(layout: "two-parts") { bench in
            try await twoPasses(bench)
            #expect(paid(bench).map { $0.field("message.text") } == ["first B\n\nsecond B"])
            #expect(try await bench.states() == [.sent])
        }
    }

    @Test func `what Meta refuses as a paid message waits until the person writes`() async throws {
        var meta = Meta()
        meta.paid = { _ in .json(400, #"{"error":{"code":2300023,"message":"buttons"}}"#) }
        try await withMeta(meta) { bench in
            try await twoPasses(bench)
            #expect(try await bench.states() == [.held])
            for _ in 0..<3 { try await bench.nextPass() }
            #expect(paid(bench).count == 1)
            try await writes("1", bench)
            try await bench.nextPass()
            try await bench.nextPass()
            #expect(free(bench).contains { $0.field("message.text") == "B" })
        }
    }

    @Test(arguments: [
        (2_300_032, Delivery.State.held, 1), (2_300_037, .held, 1), (2_300_043, .suppressed, 2), (2_300_035, .held, 1),
    ])
    func `what Meta refuses for one person is tried again only where that can help`(
        code: Int, state: Delivery.State, tries: Int
    ) async throws {
        var meta = Meta()
        meta.paid = { _ in .json(400, #"{"error":{"code":\#(code),"message":"no"}}"#) }
        meta.list.withLock { $0 = nil }
        try await withMeta(meta) { bench in
            let holder = MarketingOptIn(
                address: "1", subscription: MarketingSubscription(token: "t1"), createdAt: bench.time.now())
            _ = try await bench.store.take([holder], on: bench.channel, hash: { $0 }, now: bench.time.now())
            try await twoPasses(bench)
            #expect(try await bench.states() == [state])
            bench.site.publish(feed(["C", "B", "A"]))
            try await bench.nextPass()
            #expect(paid(bench).count == tries)
            let known = try await bench.store.subscriberRecord(address: "1", on: bench.channel)
            let person = try #require(known).listed.subscriber
            #expect(person.state == .active)
            #expect((person.marketing == nil) == (code == 2_300_037))
            if code == 2_300_032 { #expect(person.marketing?.noRoute == "messenger_2300032") }
        }
    }

    @Test func `who stopped these messages at Meta gets none, and the log says who said so`() async throws {
        var meta = Meta()
        meta.paid = { _ in .json(400, #"{"error":{"code":2300034,"message":"stopped"}}"#) }
        try await withMeta(meta) { bench in
            try await twoPasses(bench)
            #expect(try await bench.states() == [.suppressed])
            let known = try await bench.store.subscriberRecord(address: "1", on: bench.channel)
            let record = try #require(known)
            #expect(record.listed.subscriber.state == .stopped && record.listed.subscriber.marketing == nil)
            #expect(
                record.consent.last?.kind == .withdrawn && record.consent.last?.origin.hasPrefix("platform") == true)
        }
    }

    @Test(arguments: [
        #"{"error":{"code":2300013,"message":"terms"}}"#, #"{"error":{"code":2300056,"message":"money"}}"#,
        #"{"error":{"code":190,"message":"token"}}"#, #"{"error":{"code":200,"message":"permission"}}"#,
    ])
    func `what is wrong with the account stops the paid messages and no free ones`(body: String) async throws {
        var meta = Meta()
        meta.paid = { _ in .json(400, body) }
        meta.list.withLock { $0 = ["1", "2"] }
        try await withMeta(meta, subscribers: ["1", "2", "3"]) { bench in
            try await writes("3", bench)
            try await twoPasses(bench)
            let tried = paid(bench).count
            #expect(tried >= 1 && tried <= 2)
            try await bench.nextPass()
            #expect(paid(bench).count == tried)
            #expect(try await bench.states().filter { $0 == .held }.count == 2)
            #expect(free(bench).contains { $0.field("recipient.id") == "3" && $0.field("message.text") == "B" })
            let line = try #require(try await bench.store.status().channels.first)
            #expect(line.pausedReason == nil && line.paidStoppedReason != nil)
            #expect(outcomes(bench).contains { if case .stopped(_, nil) = $0 { true } else { false } })
        }
    }

    @Test(arguments: [400, 503]) func `a campaign that cannot be made is tried once for all, and told once`(
        status: Int
    ) async throws {
        var meta = Meta()
        meta.campaign = .json(status, status == 400 ? #"{"error":{"code":100,"message":"no such account"}}"# : "")
        let people = (1...20).map { "\($0)" }
        meta.list.withLock { $0 = people }
        try await withMeta(meta, subscribers: people, concurrency: 8) { bench in
            if status == 503 {
                try await bench.nextPass()
                #expect(bench.sender.sent.count { $0.request.url.hasSuffix("/message_campaign") } == 1)
                #expect(try await bench.states() == Array(repeating: .held, count: 20))
                return
            }
            for _ in 0..<3 { try await bench.nextPass() }
            #expect(bench.sender.sent.count { $0.request.url.hasSuffix("/message_campaign") } == 1)
            #expect(try await bench.states() == Array(repeating: .held, count: 20))
            #expect(outcomes(bench).count { if case .stopped = $0 { true } else { false } } == 1)
        }
    }

    @Test func `while a campaign is not ready nobody's message of it is tried`() async throws {
        var meta = Meta()
        meta.paid = { number in
            number == 0
                ? .json(400, #"{"error":{"code":2300003,"message":"not ready"}}"#)
                : .json(200, #"{"success":true,"marketing_message_tracking_id":"tr\#(number)"}"#)
        }
        meta.list.withLock { $0 = ["1", "2"] }
        try await withMeta(meta, subscribers: ["1", "2"]) { bench in
            try await twoPasses(bench)
            #expect(paid(bench).count == 1)
            bench.time.advance(by: .minutes(9))
            try await bench.pass()
            #expect(paid(bench).count == 1)
            bench.time.advance(by: .minutes(2))
            try await bench.pass()
            #expect(try await bench.states() == [.sent, .sent])
        }
    }

    @Test func `a paid message whose answer was lost is not sent again, and its copy settles it`() async throws {
        var meta = Meta()
        meta.paid = { _ in .unanswered(.init(.cut, requestLeft: true, message: "cut")) }
        try await withMeta(meta) { bench in
            try await twoPasses(bench)
            #expect(try await bench.states() == [.unknown])
            let change =
                #"{"entry":[{"id":"42","changes":[{"field":"marketing_message_echoes","value":{"message_id":"900","#
                + #""marketing_message_tracking_id":"tr9","messenger_subscription_token":"t1"}}]}]}"#
            let events = MessengerEvents.received(Array(change.utf8)).map { (bench.channel, $0.event) }
            _ = try await bench.store.receive(events, at: bench.time.now())
            try await bench.nextPass()
            #expect(try await bench.states() == [.sent])
            #expect(paid(bench).count == 1)
            let failed =
                #"{"entry":[{"id":"42","changes":[{"field":"marketing_message_delivery_failed","value":{"recipient_id":"1","#
                + #""marketing_message_tracking_id":"tr9"}}]}]}"#
            let more = MessengerEvents.received(Array(failed.utf8)).map { (bench.channel, $0.event) }
            _ = try await bench.store.receive(more, at: bench.time.now())
            try await bench.nextPass()
            #expect(try await bench.states() == [.failed])
        }
    }

    @Test func `Meta is told of who left until it takes it`() async throws {
        let meta = Meta()
        meta.unsubscribe.withLock { $0 = .json(500, "") }
        try await withMeta(meta) { bench in
            bench.time.advance(by: .seconds(1))
            try await writes("1", bench, "STOP")
            try await bench.nextPass()
            let told = { bench.sender.sent.filter { $0.request.url.hasSuffix("/messaging_customer_base/unsubscribe") } }
            #expect(told().count == 1)
            meta.unsubscribe.withLock { $0 = .unanswered(.init(.cut, requestLeft: true, message: "cut")) }
            try await bench.nextPass()
            meta.unsubscribe.withLock { $0 = .json(200, #"{"invalid_rows_count":0}"#) }
            for _ in 0..<3 { try await bench.nextPass() }
            #expect(told().count == 3)
            let known = try await bench.store.subscriberRecord(address: "1", on: bench.channel)
            #expect(known?.listed.subscriber.state == .stopped)
            #expect(paid(bench).isEmpty)
        }
    }

    @Test func `the list of tokens brings people, and takes tokens away, and is told of once when it fails`()
        async throws
    {
        let meta = Meta()
        meta.list.withLock { $0 = ["1", "8"] }
        try await withMeta(meta) { bench in
            #expect(outcomes(bench) == [.listed(new: 2, ended: 0)])
            let known = try await bench.store.subscriberRecord(address: "8", on: bench.channel)
            let person = try #require(known)
            #expect(person.listed.subscriber.state == .active && person.consent.map(\.origin) == ["marketing_list"])
            let asked = { bench.sender.sent.count { $0.request.url.contains("/notification_message_tokens") } }
            try await bench.nextPass()
            #expect(asked() == 1)
            meta.list.withLock { $0 = ["1"] }
            bench.time.advance(by: .hours(4))
            try await bench.pass()
            #expect(asked() == 2 && outcomes(bench).contains(.listed(new: 0, ended: 1)))
            let after = try await bench.store.subscriberRecord(address: "8", on: bench.channel)
            #expect(after?.listed.subscriber.marketing == nil && after?.listed.subscriber.state == .active)
            meta.list.withLock { $0 = nil }
            var run = MarketingRun(bench.engine)
            for _ in 0..<3 {
                bench.time.advance(by: .hours(5))
                try await run.run()
            }
            #expect(asked() == 5)
            #expect(outcomes(bench).count { if case .notListed = $0 { true } else { false } } == 1)
        }
    }

    @Test(arguments: [(10, 1_404_170, Delivery.State.suppressed), (613, 1_893_016, .failed)])
    func `a person who subscribes is asked, and a no to that stops nothing else`(
        code: Int, subcode: Int, state: Delivery.State
    ) async throws {
        var meta = Meta()
        meta.list.withLock { $0 = [] }
        meta.page = { sent in
            sent.field("message.attachment.payload.template_type") == "notification_messages"
                ? .json(400, #"{"error":{"code":\#(code),"error_subcode":\#(subcode),"message":"no"}}"#) : .accepted()
        }
        try await withMeta(meta, channel: Self.channel(ask: "Offers"), subscribers: []) { bench in
            try await writes("5", bench, "start")
            try await bench.nextPass()
            let asked = { free(bench).filter { $0.field("message.attachment.payload.title") == "Offers" } }
            #expect(asked().count == 1 && free(bench).count >= 2)
            #expect(try await bench.states().contains(state))
            try await writes("6", bench, "start")
            try await bench.nextPass()
            #expect(asked().count == (code == 10 ? 1 : 2))
            #expect(try await bench.store.status().channels.first?.pausedReason == nil)
        }
    }
}
