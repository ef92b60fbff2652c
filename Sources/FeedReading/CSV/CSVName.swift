/// The names of columns, reduced to what counts: letters and digits, in lower case.
///
/// `g:image_link`, `Image Link*`, `imageLink` and `image-link` are all `imagelink`; Meta's flattened `image[0].url` is
/// `imageurl`.
enum CSVName {
    /// Longer names are none that anybody knows.
    static let maxBytes = 128

    static func key(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
        guard bytes.count <= maxBytes else { return "" }
        return key(String(decoding: bytes, as: UTF8.self))
    }

    static func key(_ name: String) -> String {
        var text = name.trimmedOrNil ?? ""
        if text.unicodeScalars.first == "\u{FEFF}" { text.unicodeScalars.removeFirst() }
        text = text.lowercased()
        if text.hasPrefix("g:") { text.removeFirst(2) }
        var key = String.UnicodeScalarView()
        var isIndex = false
        for scalar in text.unicodeScalars {
            switch scalar {
            case "[": isIndex = true
            case "]": isIndex = false
            // The dot that lower-case letters leave of the Turkish capital I.
            case "\u{307}" where key.last == "i": break
            default: if !isIndex, counts(scalar) { key.append(scalar) }
            }
        }
        return String(key)
    }

    /// The key without what stands in round brackets; nil when there are none, or nothing else.
    static func keyWithoutRemark(_ name: String) -> String? {
        guard name.utf8.count <= maxBytes, let open = name.firstIndex(of: "("), name.contains(")") else { return nil }
        let short = key(String(name[..<open]))
        return short.isEmpty ? nil : short
    }

    private static func counts(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) }
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .nonspacingMark,
            .spacingMark, .decimalNumber:
            return true
        default: return false
        }
    }
}
