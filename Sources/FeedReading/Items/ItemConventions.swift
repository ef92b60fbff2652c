import CampaignModel

/// What the items of one format mean by their words, where formats differ.
struct ItemConventions: Sendable {
    /// How an availability is stated.
    enum Availability: Sendable {
        /// Google's and Meta's words, in any language that is known.
        case words
        /// Heureka and Zboží: days until delivery, or a date.
        case deliveryDays
        /// Ceneo: 1, 3, 7, 14 days, 90, 99, 110.
        case ceneo
        /// Kelkoo: 1 to 6.
        case kelkoo
        /// YML: `true` or `false`, where false means out of stock.
        case yml
        /// 1, 0 or the word `backorder`.
        case flag
    }

    var availability = Availability.words
    /// What it means when nothing is stated; nil: nothing.
    var unstatedAvailability: CampaignModel.Availability?
    /// The currency of prices that state none.
    var currency: String?
    /// What separates the levels of a category path; each is written as ` > ` in the item.
    var categorySeparators: [String] = []
    /// What stands before each category path and means nothing.
    var categoryPrefix: String?
}
