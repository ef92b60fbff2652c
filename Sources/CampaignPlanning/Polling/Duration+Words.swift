extension Duration {
    /// For a sentence, rounded to one unit: `45 seconds`, `90 minutes`, `1 hour`, `36 hours`, `2 days`.
    package var inWords: String {
        let seconds = max(0, components.seconds)
        let (unit, length): (String, Int64) =
            switch seconds {
            case 60: ("minute", 60)
            case 3600: ("hour", 3600)
            case 86_400: ("day", 86_400)
            case ..<120: ("second", 1)
            case ..<7200: ("minute", 60)
            case ..<172_800: ("hour", 3600)
            default: ("day", 86_400)
            }
        let count = (seconds + length / 2) / length
        return "\(count) \(unit)\(count == 1 ? "" : "s")"
    }

    /// `every hour`, `every 10 minutes`.
    var asRate: String {
        let words = inWords
        return "every \(words.hasPrefix("1 ") ? String(words.dropFirst(2)) : words)"
    }
}
