import CampaignEngine
import CampaignStore
import Logging

/// How much an event asks for attention, in swift-log's levels: `log.level` leaves out what is below it.
extension Logger.Level {
    static func of(_ event: EngineEvent) -> Logger.Level {
        switch event {
        case .polled(let report):
            switch report.outcome {
            case .failed, .held: .warning
            default: report.remarks.isEmpty ? .info : .warning
            }
        case .delivered(let report):
            report.pausedReason != nil ? .error : report.failed + report.unknown > 0 ? .warning : .info
        case .tidied(let upkeep): upkeep.unknown + upkeep.expired > 0 ? .warning : .info
        case .marketing(let report):
            if case .listed = report.outcome { .info } else { .warning }
        case .hub(let report):
            switch report.outcome {
            case .missed, .refused: .warning
            default: .info
            }
        case .heard(let report): report.restrictions.isEmpty ? .info : .error
        case .clicksLost: .error
        case .waits, .missed, .updatesFailing: .warning
        case .slowed, .asked, .controlled: .notice
        case .ran, .progressed: .info
        }
    }
}
