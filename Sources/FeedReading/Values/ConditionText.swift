import CampaignModel

/// New or used, as catalogs say it.
enum ConditionText {
    /// `new`, `used` or `refurbished` where the words are known; else the text in lower case, at most 80 bytes of it;
    /// nil for an empty text. Kelkoo states a number.
    static func condition(_ bytes: UnsafeBufferPointer<UInt8>, style: ItemConventions.Availability = .words) -> String?
    {
        let text = bytes.trimmed
        guard !text.isEmpty else { return nil }
        if style == .kelkoo, text.count == 1 {
            switch text[0] {
            case UInt8(ascii: "0"): return "new"
            case UInt8(ascii: "1"): return "used"
            case UInt8(ascii: "2"): return "refurbished"
            default: break
            }
        }
        if let word = FoldedLetters.packed(text) {
            if word == new { return "new" }
            if word == used { return "used" }
            if word == refurbished { return "refurbished" }
        }
        return table[FoldedLetters.key(text)] ?? String(decoding: text.prefix(80), as: UTF8.self).asciiLowercased
    }

    private static let new = FoldedLetters.packed("new")
    private static let used = FoldedLetters.packed("used")
    private static let refurbished = FoldedLetters.packed("refurbished")

    private static let table: [String: String] = {
        var table: [String: String] = [:]
        for (condition, words) in names {
            for word in words.split(whereSeparator: \.isWhitespace) { table[String(word)] = condition }
        }
        return table
    }()

    private static let names = [
        (
            "new",
            """
            newcondition brandnew neu nuovo neuf nuevo novo nieuw nove novy nowy nowe uj nou ny nytt uusi yeni новый
            новое новий καινουργιο
            """
        ),
        (
            "used",
            """
            usedcondition usedlikenew usedgood usedfair likenew preowned secondhand bazaar bazar gebraucht usato occasion
            doccasion usado tweedehands gebruikt pouzite uzywany uzywane hasznalt begagnad brugt brukt kaytetty ikinciel
            бу
            """
        ),
        (
            "refurbished",
            """
            refurbishedcondition refurb renewed certifiedrefurbished cpo generaluberholt ricondizionato reconditionne
            reacondicionado recondicionado repasovane odnowiony восстановленный
            """
        ),
    ]
}
