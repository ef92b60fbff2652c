import CampaignModel
import CampaignPlanning
import Testing

@Suite struct SourceHealthTests {
    /// 2026-11-22T09:00:00Z.
    private static let now = Timestamp(seconds: 1_795_338_000)

    private func remarks(_ change: (inout SourceHealth) -> Void) -> [String] {
        var health = SourceHealth(
            lastGoodPollAt: Self.now - .minutes(10),
            changeRate: ChangeRate(usualGap: .hours(4), lastChangeAt: Self.now - .hours(1)), items: 20, itemsBefore: 20,
            certificateEndsAt: Self.now + .days(60))
        change(&health)
        return health.remarks(at: Self.now).map { "\($0.code.rawValue): \($0.sentence)" }
    }

    @Test func `a source that fares well has no remark`() { #expect(remarks { _ in } == []) }

    @Test func `a source that was never read is told, with its reason if there is one`() {
        #expect(remarks { $0.lastGoodPollAt = nil } == ["never_read: It was not read yet."])
        let failed = remarks {
            $0.lastGoodPollAt = nil
            $0.failures = 3
            $0.lastFailure = "not found."
        }
        #expect(failed == ["never_read: It could never be read: not found."])
    }

    @Test(arguments: [
        (1, "failing: The last poll failed: the server is in trouble."),
        (4, "failing: The last 4 polls failed, the last good one was 2 days ago: the server is in trouble."),
    ])
    func `failures are told with the last reason`(failures: Int, remark: String) {
        let found = remarks {
            $0.lastGoodPollAt = Self.now - .days(2)
            $0.failures = failures
            $0.lastFailure = "the server is in trouble"
        }
        #expect(found == [remark])
    }

    @Test func `a lively feed is silent after two days`() {
        #expect(remarks { $0.changeRate = ChangeRate(usualGap: .hours(4), lastChangeAt: Self.now - .hours(47)) } == [])
        #expect(
            remarks { $0.changeRate = ChangeRate(usualGap: .hours(4), lastChangeAt: Self.now - .hours(48)) }
                == ["silent: Nothing has changed for 2 days; it usually changes about every 4 hours."])
    }

    @Test func `a slow feed is silent after three of its usual gaps`() {
        #expect(remarks { $0.changeRate = ChangeRate(usualGap: .days(7), lastChangeAt: Self.now - .days(20)) } == [])
        #expect(
            remarks { $0.changeRate = ChangeRate(usualGap: .days(7), lastChangeAt: Self.now - .days(21)) }.count == 1)
    }

    @Test func `silence is not told of a source that cannot be read or has no usual gap`() {
        let failing = remarks {
            $0.changeRate = ChangeRate(usualGap: .hours(4), lastChangeAt: Self.now - .days(9))
            $0.failures = 1
        }
        #expect(failing.count == 1 && failing[0].hasPrefix("failing"))
        #expect(remarks { $0.changeRate = ChangeRate(lastChangeAt: Self.now - .days(900)) } == [])
    }

    @Test(arguments: [(10, 20, true), (11, 20, false), (0, 2, true), (0, 1, false), (0, 0, false), (40, 20, false)])
    func `a source that shrank by half is told`(items: Int, before: Int, isTold: Bool) {
        let found = remarks {
            $0.items = items
            $0.itemsBefore = before
        }
        #expect(found == (isTold ? ["shrunk: It shrank from \(before) items to \(items)."] : []))
    }

    @Test(arguments: [
        (14 * 24, [String]()), (13 * 24, ["certificate: The server's certificate ends in 13 days, on 2026-12-05."]),
        (-24, ["certificate: The server's certificate ended on 2026-11-21."]),
    ])
    func `a certificate is told before it ends`(hours: Int, expected: [String]) {
        #expect(remarks { $0.certificateEndsAt = Self.now + .hours(hours) } == expected)
    }

    @Test func `a source that is gone is paused and nothing else`() {
        let found = remarks {
            $0.goneSince = Self.now - .days(1)
            $0.lastGoodPollAt = nil
            $0.failures = 1
            $0.changeRate = ChangeRate(usualGap: .hours(4), lastChangeAt: Self.now - .days(9))
        }
        #expect(
            found == [
                "paused: The server said on 2026-11-21 that it is gone for good; it is not looked at until its address changes or `tellal poll` finds it again."
            ])
    }

    @Test func `what is held comes before what is merely odd`() {
        let found = remarks {
            $0.isHeld = true
            $0.items = 1
        }
        #expect(
            found == [
                "held: What the last poll found is held until you decide.", "shrunk: It shrank from 20 items to 1.",
            ])
    }
}
