import CampaignModel
import Testing

@Suite struct FingerprintTests {
    // Reference values of MurmurHash3_x64_128 with seed 0.
    @Test(arguments: [
        ("", "00000000000000000000000000000000"),
        ("The quick brown fox jumps over the lazy dog", "e34bbc7bbc071b6c7a433ca9c49a9347"),
    ])
    func `agrees with the published algorithm`(text: String, expected: String) {
        let fingerprint = Array(text.utf8).withUnsafeBytes { Fingerprint(hashing: $0) }
        #expect(fingerprint.description == expected)
        #expect(Fingerprint(expected) == fingerprint)
    }

    @Test func `where one part ends and the next begins counts`() {
        #expect(Fingerprint(of: ["ab", "c"]) != Fingerprint(of: ["a", "bc"]))
    }

    @Test func `a changed date is no changed content`() {
        var item = Item(key: Fingerprint(of: ["1"]), title: "A", published: Timestamp(seconds: 1))
        let before = item.significance
        item.published = Timestamp(seconds: 2)
        item.updated = Timestamp(seconds: 3)
        #expect(item.significance == before)
        item.title = "B"
        #expect(item.significance != before)
    }
}
