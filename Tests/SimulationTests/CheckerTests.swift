import CampaignModel
import Testing

/// Stories that went wrong: the checker must say so of each.
@Suite struct CheckerTests {
    private typealias Happening = History.Happening

    private static let row = Outbox.Row(
        id: 1, channel: "c1", address: "7", subscriber: 4, isOfCampaign: true, state: "sent", texts: ["s1.1.1"],
        partsDone: 1, platformID: "100")
    private static let call = History.Call(number: 1, channel: "c1", address: "7", text: "s1.1.1")
    private static let good: [Happening] = [
        .began(isDaemon: true), step("queued", "claimed"), step("claimed", "sending"), .left(call),
        .accepted(call: 1, id: "100"), .answered(call: 1, retryAfter: nil), step("sending", "sent"), .ended,
    ]

    private static func step(_ before: String, _ after: String) -> Happening {
        .changed([.delivery(1, from: before, to: after)])
    }

    /// What the checker says, one happening a millisecond.
    private func findings(
        _ happenings: [Happening], _ change: (inout Outbox.Row) -> Void = { _ in }, rate: Double = 0,
        terms: (inout Checker.Terms) -> Void = { _ in }
    ) -> [String] {
        var row = Self.row
        change(&row)
        var wishes = Checker.Terms(rates: ["c1": rate], width: 1)
        terms(&wishes)
        let entries = happenings.enumerated().map { number, what in
            History.Entry(at: UInt64(number) * 1_000_000, process: 1, what: what)
        }
        let people: [Int64: Outbox.Person] = [4: .init(channel: "c1", address: "7")]
        return Checker(entries, Outbox(rows: [row], people: people), wishes).findings()
            .filter { !$0.hasPrefix("process ") }
    }

    private func story(_ steps: Happening...) -> [Happening] { [.began(isDaemon: true)] + steps }

    @Test func `a good story passes`() {
        #expect(findings(Self.good).isEmpty)
    }

    @Test func `what was accepted twice is found`() {
        let again = History.Call(number: 2, channel: "c1", address: "7", text: "s1.1.1")
        let more: [Happening] = [Self.step("claimed", "sending"), .left(again), .accepted(call: 2, id: "101")]
        #expect(findings(Self.good.dropLast() + more).contains { $0.contains("accepted 2 times") })
    }

    @Test func `a request without a stored intent is found`() {
        let found = findings(
            story(
                Self.step("queued", "claimed"), .left(Self.call), .accepted(call: 1, id: "100"),
                Self.step("claimed", "sending"), Self.step("sending", "sent")))
        #expect(found == ["left without an intent: \(Self.call)"])
    }

    @Test func `what is sent by its row and was never accepted is found`() {
        #expect(findings(story(.left(Self.call))).contains("sent, and not accepted: delivery 1"))
    }

    @Test func `another id than the platform's is found`() {
        #expect(
            findings(Self.good) { $0.platformID = "99" } == ["sent under another id than it was accepted: delivery 1"])
    }

    @Test(arguments: ["failed", "suppressed", "expired", "held"])
    func `what was accepted and is called otherwise is found`(state: String) {
        let found = findings(Self.good) { row in
            row.state = state
            row.partsDone = 0
        }
        #expect(found == ["\(state), and accepted: delivery 1"])
    }

    @Test(arguments: ["queued", "claimed", "sending"]) func `what is forgotten is found`(state: String) {
        #expect(findings(Self.good) { $0.state = state }.contains("forgotten as \(state): delivery 1"))
    }

    @Test func `what was never planned is found`() {
        let lost = Checker.Place(channel: "c1", address: "7", text: "s1.2.1")
        #expect(findings(Self.good, terms: { $0.expected = [lost] }) == ["lost: never planned: \(lost)"])
        let gone: Happening = .changed([.person(4, to: "stopped")])
        #expect(findings(Self.good + [gone], terms: { $0.expected = [lost] }).isEmpty)
        let stranger = History.Call(number: 2, channel: "c1", address: "8", text: "s1.1.1")
        let found = findings(Self.good + [.left(stranger), .accepted(call: 2, id: "101")])
        #expect(found.contains("accepted, and never planned: \(stranger)"))
    }

    @Test func `a step that is not allowed is found`() {
        #expect(findings(Self.good + [Self.step("sent", "queued")]).contains("delivery 1 went from sent to queued"))
        #expect(findings(Self.good + [Self.step("queued", "held")]).contains("delivery 1 went from queued to held"))
        #expect(
            findings(Self.good + [Self.step("unknown", "claimed")]).contains("delivery 1 went from unknown to claimed"))
    }

    @Test func `a message to somebody who has left is found`() {
        var happenings = Self.good
        happenings.insert(.changed([.person(4, to: "stopped")]), at: 2)
        #expect(findings(happenings) == ["delivery 1 was begun when its subscriber was stopped"])
    }

    @Test func `too many requests in a second are found`() {
        let calls = (1...4).map { History.Call(number: $0, channel: "c1", address: "x", text: "hello") }
        let found = findings(Self.good + calls.map { .left($0) }, rate: 3)
        #expect(found.contains { $0.hasPrefix("more than 3 requests of c1 within a second") })
        #expect(!findings(Self.good + calls.map { .left($0) }, rate: 5).contains { $0.hasPrefix("more than") })
    }

    @Test func `a request in spite of a pause is found`() {
        let other = History.Call(number: 2, channel: "c1", address: "x", text: "hello")
        let waiting = [Happening](repeating: .diskFailed, count: 10)
        let asked = story(.left(Self.call), .answered(call: 1, retryAfter: 1)) + waiting + [.left(other)]
        #expect(findings(asked).contains("left in spite of a pause: \(other)"))
        let later = story(.left(Self.call), .answered(call: 1, retryAfter: 0)) + waiting + [.left(other)]
        #expect(!findings(later).contains("left in spite of a pause: \(other)"))
    }

    @Test func `more on the wire than there is room for is found`() {
        let more: Happening = .changed([
            .delivery(1, from: "claimed", to: "sending"), .delivery(2, from: "claimed", to: "sending"),
        ])
        #expect(findings(story(more, .crashed)).contains("2 requests were open at once"))
    }

    @Test func `what a well ended process leaves open is found`() {
        let found = findings(story(Self.step("queued", "claimed"), .ended))
        #expect(found.contains("left open by a process that ended well: [1]"))
    }

    @Test func `a wrong report is found`() {
        let entries = (Self.good).enumerated().map {
            History.Entry(at: UInt64($0.offset), process: 1, what: $0.element)
        }
        let outbox = Outbox(rows: [Self.row])
        let terms = Checker.Terms(rates: [:], width: 1, reported: ["sent": 2])
        #expect(
            Checker(entries, outbox, terms).findings() == [
                "status says [\"sent\": 2], there are [\"sent\": 1]", "process 1 reports 0 sent, and did 1",
            ])
    }
}
