import CampaignModel
import Synchronization

/// Sources whose documents name another hub than before, until `HubService` changes their subscriptions.
final class HubNews: Sendable {
    let wake = WakeSignal()
    private let sources = Mutex<Set<SourceID>>([])

    func add(_ source: SourceID) {
        sources.withLock { _ = $0.insert(source) }
        wake.raise()
    }

    func take() -> Set<SourceID> {
        sources.withLock { sources in
            defer { sources = [] }
            return sources
        }
    }
}
