/// Why something was not sent: a stable code for machines and one sentence for the owner.
package struct SkipReason: Sendable, Hashable, Codable, CustomStringConvertible {
    /// What kind of reason it is; the raw value is stored, and is the word in output.
    package enum Code: String, Sendable, Hashable, Codable, CaseIterable {
        case kind
        case coalesced
        case noLongerTrue = "no_longer_true"
        case gone
        case notKnown = "not_known"
        case alreadySent = "already_sent"
        case notTold = "not_told"
        case sameMessage = "same_message"
        case belowThreshold = "below_threshold"
        case filterInclude = "filter_include"
        case filterExclude = "filter_exclude"
        case filterCategory = "filter_category"
        case filterAuthor = "filter_author"
        case filterBrand = "filter_brand"
        case filterAvailability = "filter_availability"
        case filterPrice = "filter_price"
        case tooOld = "too_old"
        case beforeStart = "before_start"
        case afterEnd = "after_end"
        case overflow
        case nothingToSay = "nothing_to_say"
        case tooLarge = "too_large"
    }

    package var code: Code
    package var sentence: String

    package init(_ code: Code, _ sentence: String) {
        self.code = code
        self.sentence = sentence
    }

    package var description: String { sentence }

    static let notTold = SkipReason(
        .notTold, "the campaign has made no message of this item alone that could be edited")
    static let coalesced = SkipReason(.coalesced, "told together with another change of the same item")
}
