/// Fields that are more, or other, than one text.
enum CSVValue {
    /// Adds a field to the record, which has room for any number.
    static func add(_ text: UnsafeBufferPointer<UInt8>, _ meaning: CSVMeaning, to record: ItemRecord) {
        switch meaning.kind {
        case .text, .description: record.add(meaning.field, text, form: meaning.form, rank: meaning.rank)
        case .addresses: addAddresses(text, meaning, to: record)
        case .words: addWords(text, meaning, to: record)
        case .first:
            let end = text.firstIndex { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: ";") || $0 == UInt8(ascii: "|") }
            record.add(meaning.field, UnsafeBufferPointer(rebasing: text[..<(end ?? text.count)]), rank: meaning.rank)
        case .stock: addStock(text, meaning, to: record)
        case .flag: addFlag(text, meaning, to: record)
        case .decimal: record.add(meaning.field, withoutZeros(text), rank: meaning.rank)
        case .magentoDate:
            if let date = isoDate(text) {
                record.add(meaning.field, date, rank: meaning.rank)
            } else {
                record.add(meaning.field, text, rank: meaning.rank)
            }
        }
    }

    // MARK: Lists

    /// The most texts that one field is taken apart into.
    private static let maxParts = 1000

    /// Commas and the like may stand within an address: they separate only before another one begins, or next to a
    /// blank.
    private static func addAddresses(
        _ text: UnsafeBufferPointer<UInt8>, _ meaning: CSVMeaning, to record: ItemRecord
    ) {
        guard holdsSeparator(text) else { return record.add(meaning.field, text, rank: meaning.rank) }
        var start = 0
        var index = 0
        var rank = meaning.rank
        var parts = 0
        func close(_ end: Int) {
            let part = UnsafeBufferPointer(rebasing: text[start..<end]).trimmed
            guard !part.isEmpty, parts < maxParts else { return }
            record.add(meaning.field, part, rank: rank)
            parts += 1
            // The first is the main one.
            rank = max(rank, 10)
        }
        while index < text.count {
            guard isSeparator(text[index]) || text[index].isXMLSpace else {
                index += 1
                continue
            }
            var next = index
            var hasMark = false
            var hasBlank = false
            while next < text.count, isSeparator(text[next]) || text[next].isXMLSpace {
                if isSeparator(text[next]) { hasMark = true } else { hasBlank = true }
                next += 1
            }
            if (hasMark && hasBlank) || startsAddress(text, at: next) {
                close(index)
                start = next
            }
            index = next
        }
        close(text.count)
    }

    /// Whether there is anything in the text that may stand between addresses: mostly there is not.
    private static func holdsSeparator(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let base = text.baseAddress else { return false }
        let end = text.count
        return ByteScan.first(base, from: 0, to: end, marks.0, marks.1, marks.2) < end
            || ByteScan.first(base, from: 0, to: end, blanks.0, blanks.1, blanks.2) < end
    }

    private static let marks = (
        ByteScan.pattern(UInt8(ascii: ",")), ByteScan.pattern(UInt8(ascii: ";")), ByteScan.pattern(UInt8(ascii: "|"))
    )
    private static let blanks = (ByteScan.pattern(0x20), ByteScan.pattern(0x0A), ByteScan.pattern(0x09))

    private static func isSeparator(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: ",") || byte == UInt8(ascii: ";") || byte == UInt8(ascii: "|")
    }

    private static func startsAddress(_ text: UnsafeBufferPointer<UInt8>, at index: Int) -> Bool {
        let rest = UnsafeBufferPointer(rebasing: text[index...].prefix(8))
        return UnsafeBufferPointer(rebasing: rest.prefix(2)).isWord("//")
            || UnsafeBufferPointer(rebasing: rest.prefix(7)).isWord("http://") || rest.isWord("https://")
    }

    private static func addWords(_ text: UnsafeBufferPointer<UInt8>, _ meaning: CSVMeaning, to record: ItemRecord) {
        let parts = text.split(maxSplits: maxParts, omittingEmptySubsequences: true) { $0 == UInt8(ascii: ",") }
        for part in parts.prefix(maxParts) {
            record.add(meaning.field, UnsafeBufferPointer(rebasing: part), form: meaning.form, rank: meaning.rank)
        }
    }

    // MARK: Supply

    private static func addStock(_ text: UnsafeBufferPointer<UInt8>, _ meaning: CSVMeaning, to record: ItemRecord) {
        let number = wholePart(text)
        if !number.isEmpty {
            record.add(.stock, number, rank: meaning.rank)
        } else if !record.has(.availability) {
            record.add(.availability, text, rank: meaning.rank)
        }
    }

    private static func addFlag(_ text: UnsafeBufferPointer<UInt8>, _ meaning: CSVMeaning, to record: ItemRecord) {
        if let isSet = flag(text) {
            record.add(.availability, isSet ? "in stock" : "out of stock", rank: meaning.rank)
        } else if !wholePart(text).isEmpty {
            if !record.has(.stock) { record.add(.stock, wholePart(text), rank: meaning.rank) }
        } else {
            record.add(.availability, text, rank: meaning.rank)
        }
    }

    /// What 1 and 0, yes and no, and their like mean; nil for anything else.
    static func flag(_ text: UnsafeBufferPointer<UInt8>) -> Bool? {
        guard text.count <= 8 else { return nil }
        let yes: [StaticString] = ["1", "true", "yes", "y", "ja", "oui", "si", "sí", "sim", "tak", "ano", "да", "on"]
        let no: [StaticString] = ["0", "false", "no", "n", "nein", "non", "nee", "nie", "ne", "нет", "off", "não"]
        if yes.contains(where: { text.isWord($0) }) { return true }
        return no.contains(where: { text.isWord($0) }) ? false : nil
    }

    // MARK: Numbers and dates

    /// The digits before the point of a decimal number, with their sign; empty when it is none.
    static func wholePart(_ text: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
        let none = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
        var end = 0
        if text.first == UInt8(ascii: "-") { end = 1 }
        let start = end
        while end < text.count, text[end].isASCIIDigit { end += 1 }
        guard end > start else { return none }
        var rest = end
        if rest < text.count, text[rest] == UInt8(ascii: ".") {
            rest += 1
            while rest < text.count, text[rest].isASCIIDigit { rest += 1 }
        }
        return rest == text.count ? UnsafeBufferPointer(rebasing: text[..<end]) : none
    }

    private static func withoutZeros(_ text: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
        guard let point = text.lastIndex(of: UInt8(ascii: ".")) else { return text }
        var end = text.count
        while end - point > 3, text[end - 1] == UInt8(ascii: "0") { end -= 1 }
        return UnsafeBufferPointer(rebasing: text[..<end])
    }

    /// `12/26/18, 5:05 AM` (month, day, year) as `2018-12-26T05:05:00Z`; nil when it is not written like that.
    private static func isoDate(_ text: UnsafeBufferPointer<UInt8>) -> String? {
        guard text.count <= 32 else { return nil }
        // Month, day, year, hour, minute.
        var numbers = [0, 0, 0, 0, 0]
        var count = 0
        var slashes = 0
        var isNumber = false
        for byte in text {
            if byte.isASCIIDigit {
                if !isNumber { count += 1 }
                if count <= 5 { numbers[count - 1] = min(numbers[count - 1] * 10 + Int(byte - 0x30), 99_999) }
            } else if byte == UInt8(ascii: "/") {
                slashes += 1
            }
            isNumber = byte.isASCIIDigit
        }
        guard slashes == 2, count == 3 || count >= 5 else { return nil }
        let year = numbers[2] < 100 ? 2000 + numbers[2] : numbers[2]
        var hour = numbers[3]
        let minute = numbers[4]
        guard (1...12).contains(numbers[0]), (1...31).contains(numbers[1]), year < 10_000, hour < 24, minute < 60
        else { return nil }
        let half = UnsafeBufferPointer(rebasing: text.suffix(2))
        if half.isWord("pm"), hour < 12 { hour += 12 }
        if half.isWord("am"), hour == 12 { hour = 0 }
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }
        return "\(year)-\(two(numbers[0]))-\(two(numbers[1]))T\(two(hour)):\(two(minute)):00Z"
    }
}
