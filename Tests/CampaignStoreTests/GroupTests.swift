import CampaignModel
import TestSupport
import Testing

@testable import CampaignStore

/// Subscribers that are no person: groups, channels, topics of forums.
@Suite(.everyDatabase) struct GroupTests {
    private static let now = StoreBench.now

    private static func importing(
        _ addresses: [String], _ outbox: OutboxBench, now: Timestamp = now
    ) async throws -> ImportReport {
        try await outbox.store.importSubscribers(
            addresses.map { Subscriber(address: $0) }, to: outbox.channel, hash: { "#\($0)" }, now: now)
    }

    /// What Telegram tells of the bot's place in a group.
    @discardableResult
    private static func place(
        isAway: Bool, in group: String, _ outbox: OutboxBench, at time: Timestamp
    ) async throws -> InboxReport {
        _ = try await outbox.store.receive(
            [(outbox.channel, ReceivedEvent(key: "\(time.milliseconds)", address: group, body: "{}"))], at: time)
        return try await outbox.store.takeFromInbox(
            atMost: 9, of: [outbox.channel], hash: { "#\($0)" }, now: time
        ) { _, subscriber in
            subscriber?.standing.note(isAway: isAway, at: EventOrder(at: time))
            return EventEffects()
        }.report
    }

    private static func states(_ outbox: OutboxBench) async throws -> [String] {
        try await outbox.bench.texts(
            "SELECT address || ' ' || state FROM subscribers WHERE address <> '1' ORDER BY address")
    }

    @Test func `the topics of a forum go as the bot's place in the group does`() async throws {
        let outbox = try await OutboxBench()
        _ = try await Self.importing(["-1006/5", "-10067/5", "-1006/19"], outbox)
        let left = try await Self.place(isAway: true, in: "-1006", outbox, at: Self.now + .seconds(1))
        #expect(left.left == 2)
        #expect(
            try await Set(Self.states(outbox)) == [
                "-1006 blocked", "-1006/19 blocked", "-1006/5 blocked", "-10067/5 active",
            ])
        let came = try await Self.place(isAway: false, in: "-1006", outbox, at: Self.now + .seconds(2))
        #expect(came.came == 2)
        #expect(
            try await Set(Self.states(outbox)) == [
                "-1006 guest", "-1006/19 active", "-1006/5 active", "-10067/5 active",
            ])
    }

    @Test(arguments: ["-1006", "-1006/5", "@news"])
    func `an import takes a chat back that the bot was thrown out of`(address: String) async throws {
        let outbox = try await OutboxBench()
        _ = try await Self.importing([address], outbox)
        try await Self.place(isAway: true, in: address, outbox, at: Self.now + .seconds(1))
        // What is older than the news changes nothing.
        #expect(try await Self.importing([address], outbox, now: Self.now).left == 1)
        #expect(try await Self.importing([address], outbox, now: Self.now + .seconds(2)).added == 1)
        #expect(try await Self.states(outbox) == ["\(address) active"])
    }

    @Test func `a chat that was erased can be imported again, a person cannot`() async throws {
        let outbox = try await OutboxBench()
        _ = try await Self.importing(["-1006", "7"], outbox)
        for address in ["-1006", "7"] {
            #expect(
                try await outbox.store.erase(
                    address: address, on: outbox.channel, hash: "#\(address)", now: Self.now) == .done)
        }
        let report = try await Self.importing(["-1006", "7"], outbox)
        #expect(report.added == 1 && report.left == 1)
    }

    @Test func `an import brings no person back who blocked the bot`() async throws {
        let outbox = try await OutboxBench()
        try await Self.place(isAway: true, in: "1", outbox, at: Self.now + .seconds(1))
        #expect(try await Self.importing(["1"], outbox, now: Self.now + .seconds(2)).left == 1)
    }
}
