import CampaignStore
import MessageChannels

extension DeliveryReason {
    init(_ reason: Reason) { self.init(code: reason.code, message: reason.message) }
}
