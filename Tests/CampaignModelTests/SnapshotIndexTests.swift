import CampaignModel
import Testing

@Suite struct SnapshotIndexTests {
    private func key(_ number: Int) -> ItemKey { Fingerprint(of: ["\(number)"]) }

    @Test func `finds all of many items, and none of the others`() {
        var index = SnapshotIndex()
        for number in 0..<5000 { index.add(key(number), stated: UInt64(number + 1), .present) }
        #expect(index.count == 5000 && index.presentCount == 5000)
        #expect((0..<5000).allSatisfy { index.see(key($0), stated: UInt64($0 + 1)) == .same })
        #expect((5000..<6000).allSatisfy { index.see(key($0), stated: 1) == .unknown })
        #expect(index.vanished.isEmpty)
    }

    @Test func `tells what is stated otherwise, and what must be looked at anyway`() {
        var index = SnapshotIndex(expecting: 3)
        index.add(key(1), stated: 7, .present)
        index.add(key(2), stated: 0, .present)
        index.add(key(3), stated: 7, .absent)
        #expect(index.see(key(1), stated: 8) == .different)
        #expect(index.see(key(2), stated: 0) == .different)
        #expect(index.see(key(3), stated: 7) == .different)
    }

    @Test func `finds by what was stated those that were there and are not met`() {
        var index = SnapshotIndex()
        index.add(key(1), stated: 7, .present)
        index.add(key(2), stated: 7, .present)
        index.add(key(3), stated: 7, .present)
        index.add(key(4), stated: 8, .present)
        index.add(key(5), stated: 9, .absent)
        _ = index.see(key(1), stated: 7)
        let found = index.unseen(stating: [7, 9])
        #expect(found.mapValues(Set.init) == [7: [key(2), key(3)]])
    }

    @Test func `knows what is gone, and what was gone before`() {
        var index = SnapshotIndex()
        index.add(key(1), stated: 1, .present)
        index.add(key(2), stated: 1, .present)
        index.add(key(3), stated: 1, .absent)
        index.add(key(4), stated: 1, .absentUnconfirmed)
        _ = index.see(key(1), stated: 1)
        #expect(Set(index.vanished) == [key(2), key(4)])
        #expect(index.vanishedCount == 1)
        #expect(index.isSeen(key(1)) && !index.isSeen(key(2)) && index.contains(key(3)) && !index.contains(key(5)))
    }
}
