/// The names of a document's columns.
struct CSVHeader {
    /// As they are written; a name that is longer than any known one is cut.
    let names: [String]
    /// The same by ``CSVName/key(_:)-(String)``.
    let keys: [String]
    private let places: [String: Int]

    init(_ row: CSVRow) {
        var names: [String] = []
        var keys: [String] = []
        var places: [String: Int] = [:]
        for column in 0..<row.count {
            let name = String(decoding: row.trimmed(column).cut(to: CSVName.maxBytes), as: UTF8.self)
            let key = CSVName.key(name)
            names.append(name)
            keys.append(key)
            for key in [key, CSVName.keyWithoutRemark(name) ?? ""] where !key.isEmpty && places[key] == nil {
                places[key] = column
            }
        }
        self.names = names
        self.keys = keys
        self.places = places
    }

    /// The first column of a key; nil when there is none.
    func column(_ key: String) -> Int? { places[key] }

    func has(_ key: String) -> Bool { places[key] != nil }

    func hasAny(_ keys: String...) -> Bool { keys.contains(where: has) }

    func count(of keys: String...) -> Int { keys.count(where: has) }

    /// The first names, for a message.
    func sample(_ count: Int) -> String {
        let shown = names.prefix(count).map { $0.printable.isEmpty ? "(no name)" : $0.printable }
        return shown.joined(separator: ", ") + (names.count > count ? ", …" : "")
    }
}
