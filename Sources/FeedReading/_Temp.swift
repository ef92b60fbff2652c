import CampaignModel
enum AvailabilityText { static func reading(_ b: UnsafeBufferPointer<UInt8>, style: ItemConventions.Availability) -> Availability { ProductText.availability(String(decoding: b, as: UTF8.self)) } }
enum CurrencyText { static func code(_ b: UnsafeBufferPointer<UInt8>) -> String? { String(decoding: b, as: UTF8.self) } }
