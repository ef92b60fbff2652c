/// What the fields of a column are.
struct CSVMeaning: Hashable {
    enum Kind: UInt8 {
        /// The field as it stands.
        case text
        /// One address, or several with commas, semicolons or bars between.
        case addresses
        /// Words with commas between.
        case words
        /// The first of several with commas or semicolons between.
        case first
        /// A description that is the content where a shorter one stands beside it, else the summary.
        case description
        /// A number of pieces, or an availability in words.
        case stock
        /// An availability, or 1 and 0, or yes and no in some language.
        case flag
        /// A decimal number of which zeros after the second place mean nothing: `12.9000`.
        case decimal
        /// Magento's `12/26/18, 5:05 AM`.
        case magentoDate
    }

    var field: ItemField
    var kind = Kind.text
    /// Among columns of one field the lowest counts.
    var rank: UInt8 = 0
    /// Counts only when no better column says anything: a thumbnail, a copy of the image on another server.
    var isSubstitute = false

    init(_ field: ItemField, _ kind: Kind = .text, rank: UInt8 = 0, isSubstitute: Bool = false) {
        self.field = field
        self.kind = kind
        self.rank = rank
        self.isSubstitute = isSubstitute
    }

    /// Whether an item has several of them. Of all other fields the first that is not empty counts.
    var isList: Bool {
        switch field {
        case .image, .category, .author: !isSubstitute
        default: false
        }
    }

    /// Shops escape names more often than not, descriptions are HTML, and all else is characters.
    var form: TextForm {
        switch field {
        case .summary, .content: .html
        case _ where field.isLine: .either
        default: .text
        }
    }
}
