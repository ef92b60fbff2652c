import CampaignModel
import Foundation
import Testing

@Suite struct PollIntervalTests {
    @Test func `an interval is stored and read back`() throws {
        for interval in [PollInterval.auto, .every(.minutes(10)), .every(.milliseconds(2500))] {
            #expect(try JSONDecoder().decode(PollInterval.self, from: JSONEncoder().encode(interval)) == interval)
        }
    }

    @Test func `an interval that was stored when there was no auto is read`() throws {
        let stored = try JSONEncoder().encode(Duration.minutes(10))
        #expect(try JSONDecoder().decode(PollInterval.self, from: stored) == .every(.minutes(10)))
    }
}
