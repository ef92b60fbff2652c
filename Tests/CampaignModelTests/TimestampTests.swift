import CampaignModel
import Testing

@Suite struct TimestampTests {
    @Test(arguments: [
        ("1970-01-01T00:00:00Z", Int64(0)), ("2000-02-29T12:30:15Z", 951_827_415_000),
        ("2026-11-22T09:00:00+03:00", 1_795_327_200_000), ("2026-11-22", 1_795_305_600_000),
        ("2026-11-22 09:00Z", 1_795_338_000_000), ("2026-11-22T09:00:00.25Z", 1_795_338_000_250),
    ])
    func `reads the spellings of ISO 8601`(text: String, milliseconds: Int64) {
        #expect(Timestamp(iso8601: text)?.milliseconds == milliseconds)
    }

    @Test(arguments: [
        "", "2026", "2026-13-01", "2026-02-30", "2026-11-22T25:00", "2026-11-22T09:00:00+3", "x026-11-22",
        "9999-12-31T23:59-05:00", "0001-01-01T00:00+02:00",
    ])
    func `refuses what is no time`(text: String) {
        #expect(Timestamp(iso8601: text) == nil)
    }

    @Test(arguments: [
        Int64(0), -1000, 951_827_415_000, 1_795_338_000_000, -62_135_596_800_000, 253_402_300_799_000,
    ])
    func `reads back what it writes`(milliseconds: Int64) {
        let moment = Timestamp(milliseconds: milliseconds)
        #expect(Timestamp(iso8601: moment.description) == moment)
    }
}
