import CampaignModel

/// Dates as feeds write them: RFC 822 and its mutations, and ISO 8601.
///
/// One pass over words and numbers, no pattern matching. A date without a zone is UTC; a wrong weekday is ignored; what
/// cannot be a date gives nil, never the present moment.
enum DateText {
    static func timestamp(_ text: String) -> Timestamp? {
        guard text.utf8.count <= 128 else { return nil }
        let bytes = Array(text.collapsed.utf8)
        var scanner = DateScanner(bytes)
        if bytes.count >= 4, bytes[..<4].allSatisfy(\.isASCIIDigit) { return scanner.yearFirst() }
        return scanner.words()
    }

    static func year(_ number: Int, digits: Int) -> Int {
        guard digits <= 2 else { return number }
        return number < 50 ? 2000 + number : 1900 + number
    }

    /// 1 to 12 by the first letters of a month's name, in English and, where they differ, its neighbours.
    static func month(_ word: String) -> Int? {
        guard word.utf8.count >= 3 else { return nil }
        if let month = months[String(word.prefix(4))] { return month }
        return months[String(word.prefix(3))]
    }

    private static let months: [String: Int] = [
        "jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "oct": 10,
        "nov": 11, "dec": 12,
        "gen": 1, "ene": 1, "fév": 2, "fev": 2, "mär": 3, "mrt": 3, "abr": 4, "avr": 4, "mai": 5, "mag": 5, "mei": 5,
        "giu": 6, "juin": 6, "lug": 7, "juil": 7, "ago": 8, "aoû": 8, "set": 9, "okt": 10, "ott": 10, "out": 10,
        "dez": 12, "dic": 12, "déc": 12,
    ]

    /// Minutes east of UTC. Letters of the military and unknown names are UTC, as RFC 2822 advises.
    static let zones: [String: Int] = [
        "est": -300, "edt": -240, "cst": -360, "cdt": -300, "mst": -420, "mdt": -360, "pst": -480, "pdt": -420,
        "akst": -540, "akdt": -480, "hst": -600, "ast": -240, "adt": -180, "nst": -210, "ndt": -150, "brt": -180,
        "wet": 0, "west": 60, "bst": 60, "cet": 60, "cest": 120, "met": 60, "mest": 120, "mez": 60, "mesz": 120,
        "eet": 120, "eest": 180, "msk": 180, "msd": 240, "trt": 180, "sast": 120, "gst": 240, "pkt": 300, "ist": 330,
        "ict": 420, "wib": 420, "hkt": 480, "sgt": 480, "awst": 480, "jst": 540, "kst": 540, "acst": 570, "aest": 600,
        "aedt": 660, "nzst": 720, "nzdt": 780,
    ]
}
