import CampaignModel

extension Timestamp {
    /// A time that somebody else tells in seconds; nil where no calendar goes: before 1970 and after 9999.
    init?(told seconds: Int64) {
        guard (0...253_402_300_799).contains(seconds) else { return nil }
        self.init(seconds: seconds)
    }

    /// The same in milliseconds.
    init?(toldInMilliseconds milliseconds: Int64) {
        guard (0...253_402_300_799_999).contains(milliseconds) else { return nil }
        self.init(milliseconds: milliseconds)
    }
}
