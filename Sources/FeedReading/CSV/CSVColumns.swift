/// The names of columns that are known, whoever made the file.
enum CSVColumns {
    /// What a column means by its name; nil when nobody knows.
    static func meaning(of name: String) -> CSVMeaning? {
        let key = CSVName.key(name)
        if let meaning = table[key] { return meaning }
        if let short = CSVName.keyWithoutRemark(name), let meaning = table[short] { return meaning }
        return numbered(key)
    }

    /// Whether the name is one of Google's, which Meta took over, in one of their languages.
    static func isMerchant(_ name: String) -> Bool { merchant.contains(CSVName.key(name)) }

    static func isKnown(_ name: UnsafeBufferPointer<UInt8>, or names: Set<String>) -> Bool {
        let name = name.trimmed
        guard !name.isEmpty, name.count <= CSVName.maxBytes else { return false }
        let text = String(decoding: name, as: UTF8.self)
        return meaning(of: text) != nil || (!names.isEmpty && names.contains(CSVName.key(text)))
            || CSVFormat.ownKeys.contains(CSVName.key(text))
    }

    /// `image2`, `Image URL 3`, `additional_image_link_1`: further images.
    private static func numbered(_ key: String) -> CSVMeaning? {
        let base = key.utf8.reversed().drop(while: \.isASCIIDigit)
        guard base.count < key.utf8.count, !base.isEmpty,
            var meaning = table[String(decoding: base.reversed(), as: UTF8.self)], meaning.field == .image
        else { return nil }
        meaning.rank = max(meaning.rank, 10)
        return meaning
    }

    private static let table: [String: CSVMeaning] = {
        var table: [String: CSVMeaning] = [:]
        // The first to claim a name has it.
        for (meaning, names) in google + local + common {
            for name in names.split(whereSeparator: { $0 == "|" || $0.isNewline }) {
                let key = CSVName.key(String(name))
                if !key.isEmpty, table[key] == nil { table[key] = meaning }
            }
        }
        return table
    }()

    private static let merchant: Set<String> = Set(
        (google + local).flatMap { $0.1.split(whereSeparator: { $0 == "|" || $0.isNewline }) }
            .map { CSVName.key(String($0)) })
}
