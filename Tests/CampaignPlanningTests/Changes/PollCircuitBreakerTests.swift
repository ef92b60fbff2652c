import CampaignModel
import CampaignPlanning
import Testing

@Suite struct PollCircuitBreakerTests {
    private func load(_ change: (inout PollCircuitBreaker.Load) -> Void) -> PollCircuitBreaker.Load {
        var load = PollCircuitBreaker.Load()
        change(&load)
        return load
    }

    private func trips(_ load: PollCircuitBreaker.Load, usual: Double? = nil, isHeld: Bool = false) -> String? {
        PollCircuitBreaker.trip(load, usual: usual, isHeld: isHeld)?.code
    }

    @Test(arguments: [(20, nil, false), (21, nil, true), (50, 10, false), (51, 10, true), (20, 0.5, false)])
    func `twenty new items, or five times the usual, are let through`(new: Int, usual: Double?, isHeld: Bool) {
        #expect((trips(load { $0.new = new }, usual: usual) == "flood") == isHeld)
    }

    @Test func `a large source without a past may have a hundredth of it new, five times over`() {
        #expect(trips(load { ($0.present, $0.new) = (10_000, 500) }) == nil)
        #expect(trips(load { ($0.present, $0.new) = (10_000, 501) }) == "flood")
    }

    @Test func `a window that is all news is let through, an exchange of ids is not`() {
        let exchanged = load { ($0.present, $0.vanished, $0.new) = (15, 15, 15) }
        #expect(trips(exchanged) == "items_exchanged")
        #expect(trips(load { ($0.present, $0.vanished, $0.new, $0.recent) = (15, 15, 15, 15) }) == nil)
        #expect(trips(load { ($0.present, $0.vanished, $0.new) = (5, 5, 5) }) == nil, "few items are no crowd")
    }

    @Test func `an exchange that is held stays so, however many of the new ones came since`() {
        let exchanged = load { ($0.present, $0.vanished, $0.new, $0.recent) = (10, 10, 10, 5) }
        #expect(trips(exchanged) == nil)
        #expect(trips(exchanged, isHeld: true) == "items_exchanged")
        #expect(trips(load { ($0.present, $0.new, $0.recent) = (10, 1, 1) }, isHeld: true) == nil, "as it was")
    }

    @Test func `of few items an exchange is held where all that came is dated before the last look`() {
        #expect(trips(load { ($0.present, $0.vanished, $0.new, $0.earlier) = (5, 5, 5, 5) }) == "items_exchanged")
        #expect(trips(load { ($0.present, $0.vanished, $0.new, $0.earlier) = (5, 5, 5, 4) }) == nil)
        #expect(trips(load { ($0.present, $0.vanished, $0.new, $0.earlier) = (2, 2, 2, 2) }) == nil)
        let later = load { ($0.present, $0.vanished, $0.new, $0.earlier, $0.recent) = (5, 5, 5, 4, 1) }
        #expect(trips(later, isHeld: true) == "items_exchanged")
    }

    @Test func `several old articles are held, unless half of what is new is recent`() {
        #expect(trips(load { ($0.present, $0.new, $0.old) = (10, 3, 3) }) == "old_items")
        #expect(trips(load { ($0.present, $0.new, $0.old) = (10, 2, 2) }) == nil)
        let mixed = load { ($0.present, $0.new, $0.old, $0.recent) = (10, 6, 3, 3) }
        #expect(trips(mixed) == nil)
        #expect(trips(mixed, isHeld: true) == "old_items")
    }

    @Test func `half a catalog gone is held, half a feed is not`() {
        #expect(trips(load { ($0.present, $0.vanished, $0.isCatalog) = (100, 51, true) }) == "shrunk")
        #expect(trips(load { ($0.present, $0.vanished, $0.isCatalog) = (100, 50, true) }) == nil)
        #expect(trips(load { ($0.present, $0.vanished) = (100, 51) }) == nil)
    }

    @Test func `half a catalog at many times its price is held`() {
        #expect(trips(load { ($0.present, $0.repriced, $0.isCatalog) = (10, 6, true) }) == "repriced")
        #expect(trips(load { ($0.present, $0.repriced, $0.isCatalog) = (10, 5, true) }) == nil)
        #expect(trips(load { ($0.present, $0.repriced, $0.isCatalog) = (9, 9, true) }) == nil)
    }

    @Test func `the usual follows what comes, and is not moved by documents without news`() {
        #expect(PollCircuitBreaker.usual(nil, new: 0) == nil)
        #expect(PollCircuitBreaker.usual(nil, new: 4) == 4)
        #expect(PollCircuitBreaker.usual(10, new: 20) == 12)
        #expect(PollCircuitBreaker.usual(10, new: 0) == 10)
    }

    @Test(arguments: [HoldDecision.accept, .skip, .latest(3)]) func `a decision is stored as text`(
        decision: HoldDecision
    ) {
        #expect(HoldDecision(decision.description) == decision)
    }

    @Test(arguments: ["", "latest", "latest 0", "latest x", "accept all", "no"]) func `other text is no decision`(
        text: String
    ) {
        #expect(HoldDecision(text) == nil)
    }
}
