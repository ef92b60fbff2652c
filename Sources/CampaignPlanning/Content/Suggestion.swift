/// Finds what somebody probably meant.
enum Suggestion {
    /// The closest of the candidates, if a slip of one or two letters explains the difference.
    static func closest(to word: String, among candidates: some Sequence<String>) -> String? {
        guard word.count <= 40 else { return nil }
        let wanted = Array(word.lowercased())
        let allowed = wanted.count <= 3 ? 1 : 2
        var best: (candidate: String, distance: Int)?
        for candidate in candidates.sorted() where candidate.count <= 60 {
            let distance = distance(wanted, Array(candidate.lowercased()))
            if distance <= allowed, distance < (best?.distance ?? .max) { best = (candidate, distance) }
        }
        return best?.candidate
    }

    /// `Did you mean “layout”?`, or what there is to choose from.
    static func hint(for word: String, among candidates: some Sequence<String>) -> String? {
        if let closest = closest(to: word, among: candidates) { return "Did you mean “\(closest)”?" }
        let all = candidates.sorted()
        guard !all.isEmpty else { return nil }
        let shown = all.prefix(20).joined(separator: ", ")
        return "Known here: \(shown)\(all.count > 20 ? ", …" : "")."
    }

    /// How many letters must be put in, taken out, replaced or swapped with their neighbour.
    private static func distance(_ one: [Character], _ other: [Character]) -> Int {
        var twoAgo: [Int] = []
        var previous = Array(0...other.count)
        for row in 0..<one.count {
            var current = [row + 1]
            for column in 0..<other.count {
                let replaced = previous[column] + (one[row] == other[column] ? 0 : 1)
                var cheapest = min(replaced, previous[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, one[row] == other[column - 1], one[row - 1] == other[column] {
                    cheapest = min(cheapest, twoAgo[column - 1] + 1)
                }
                current.append(cheapest)
            }
            twoAgo = previous
            previous = current
        }
        return previous.last ?? 0
    }
}
