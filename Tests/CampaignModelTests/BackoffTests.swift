import CampaignModel
import Testing

@Suite struct BackoffTests {
    @Test(arguments: [(0, 2), (1, 2), (2, 4), (5, 32), (6, 60), (7, 60), (1000, 60), (.max, 60), (.min, 2)])
    func `a wait doubles with each failure, up to the longest`(failures: Int, seconds: Int) {
        #expect(Backoff(first: .seconds(2), longest: .minutes(1)).wait(after: failures) == .seconds(seconds))
    }
}
