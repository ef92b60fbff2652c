import CampaignPlanning
import Testing

@Suite struct PermanentMoveTests {
    private static let old = "https://old.example/feed"
    private static let new = "https://new.example/feed"

    private func notes(_ targets: [String?], from address: String = old) -> [String?] {
        var move = PermanentMove()
        return targets.map { move.note($0, from: address) }
    }

    @Test func `the third poll in a row that agrees moves the source`() {
        #expect(notes([Self.new, Self.new, Self.new]) == [nil, nil, Self.new])
    }

    @Test func `another target begins anew`() {
        #expect(notes([Self.new, Self.new, Self.old + "2", Self.new, Self.new, Self.new]).last == Self.new)
        #expect(notes([Self.new, Self.new, Self.old + "2", Self.new, Self.new]).allSatisfy { $0 == nil })
    }

    @Test func `a poll that is sent nowhere begins anew`() {
        #expect(notes([Self.new, Self.new, nil, Self.new, Self.new]).allSatisfy { $0 == nil })
    }

    @Test func `no target takes away encryption`() {
        #expect(notes(Array(repeating: "http://new.example/feed", count: 5)).allSatisfy { $0 == nil })
        #expect(notes(Array(repeating: "ftp://new.example/feed", count: 5)).allSatisfy { $0 == nil })
    }

    @Test func `a target may add encryption`() {
        #expect(notes([Self.new, Self.new, Self.new], from: "http://old.example/feed").last == Self.new)
    }

    @Test func `a redirect to itself is no move`() {
        #expect(notes([Self.old, Self.old, Self.old]).allSatisfy { $0 == nil })
    }
}
