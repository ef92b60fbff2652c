import CampaignModel

/// Words that a platform or the network said, made fit for logs, the database and the owner's eyes.
enum RemoteText {
    static let longest = 300
    /// Platforms repeat tokens in their errors ("Malformed access token EAAB…"); an unbroken word this long is one.
    private static let longestWord = 32

    /// On one line, without control characters, bounded, with everything that looks like a token masked.
    static func clean(_ text: String) -> String {
        var output = ""
        var word = ""
        for scalar in text.unicodeScalars.prefix(4 * longest) {
            if isTokenScalar(scalar) {
                word.unicodeScalars.append(scalar)
                continue
            }
            finish(&word, into: &output)
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator, .surrogate, .format: output += " "
            default: output.unicodeScalars.append(scalar)
            }
        }
        finish(&word, into: &output)
        return TextCut.shorten(output.onOneLine, to: longest)
    }

    private static func finish(_ word: inout String, into output: inout String) {
        let isBotToken = word.hasPrefix("bot") && word.contains(":")
        output += word.utf8.count >= longestWord || isBotToken ? "••••" : word
        word = ""
    }

    private static func isTokenScalar(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "0"..."9", "A"..."Z", "a"..."z", "_", "-", ":", "|", "%": true
        default: false
        }
    }
}
