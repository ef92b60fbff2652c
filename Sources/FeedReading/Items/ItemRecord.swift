import CampaignModel

/// An item as its document states it: the bytes of its fields one after another in a buffer that all items of a
/// document share in turn. No text becomes a String before somebody asks for it.
final class ItemRecord {
    struct Entry {
        var field: ItemField
        var form: TextForm
        /// Among entries of one field the lowest counts, and of equals the first.
        var rank: UInt8
        /// Which of ``bases`` the entry's addresses count from; -1 for none.
        var base: Int16
        var start: Int
        var end: Int
    }

    private(set) var entries: [Entry] = []
    /// The `xml:base` values that entries refer to.
    private(set) var bases: [String] = []
    private var buffer: ByteBuffer
    private var present: UInt64 = 0
    /// Fields that stood there without anything in them.
    private var empty: UInt64 = 0
    /// How many entries each field has, refused ones left out. Empty for a copy, which takes no more.
    private var counts: [UInt16]
    private let mostValues: Int
    private let mostBytes: Int
    /// The last file was one too many: what is said of it goes, too.
    private var isFileRefused = false

    /// Keeps `values` of each field, and about `itemBytes` of all: what an item states beyond that is left out.
    init(_ limits: ReadLimits = ReadLimits()) {
        mostValues = min(limits.values, Int(UInt16.max))
        mostBytes = limits.itemBytes
        counts = Array(repeating: 0, count: ItemField.allCases.count)
        buffer = ByteBuffer(capacity: 4096)
        entries.reserveCapacity(32)
    }

    private init(copying other: ItemRecord) {
        buffer = ByteBuffer(capacity: other.count)
        buffer.append(other.buffer.bytes)
        entries = other.entries.map { $0 }
        bases = other.bases
        present = other.present
        empty = other.empty
        mostValues = other.mostValues
        mostBytes = other.mostBytes
        counts = []
    }

    /// A record of its own with the same fields, only for reading.
    func copy() -> ItemRecord { ItemRecord(copying: self) }

    /// Forgets everything but the memory.
    func clear() {
        entries.removeAll(keepingCapacity: true)
        if !bases.isEmpty { bases.removeAll(keepingCapacity: true) }
        buffer.clear()
        present = 0
        empty = 0
        for index in counts.indices { counts[index] = 0 }
        isFileRefused = false
    }

    var isEmpty: Bool { entries.isEmpty }

    func has(_ field: ItemField) -> Bool { present & (1 << UInt64(field.rawValue)) != 0 }

    /// Whether the field stood there, with nothing in it.
    func isEmpty(_ field: ItemField) -> Bool { !has(field) && empty & (1 << UInt64(field.rawValue)) != 0 }

    /// Which fields stood there without anything in them, a bit for each.
    var emptyFields: UInt64 { empty & ~present }

    func noteEmpty(_ field: ItemField) { empty |= 1 << UInt64(field.rawValue) }

    // MARK: Filling

    /// Adds a field. White space at its ends is left out, and a field without anything else is none.
    func add(
        _ field: ItemField, _ bytes: UnsafeBufferPointer<UInt8>, form: TextForm = .text, rank: UInt8 = 0,
        base: String? = nil
    ) {
        let start = count
        append(bytes)
        close(field, from: start, form: form, rank: rank, base: base)
    }

    func add(_ field: ItemField, _ text: String, form: TextForm = .text, rank: UInt8 = 0, base: String? = nil) {
        var text = text
        text.withUTF8 { add(field, $0, form: form, rank: rank, base: base) }
    }

    /// How many bytes the fields have so far.
    var count: Int { buffer.count }

    /// Puts bytes at the end of the buffer; they belong to no field until ``close(_:from:form:rank:base:)``.
    @inline(__always)
    func append(_ bytes: UnsafeBufferPointer<UInt8>) { buffer.append(bytes) }

    func append(_ text: String) {
        buffer.append(text)
    }

    /// Makes what stands in the buffer from `start` on a field, without white space at its ends.
    ///
    /// - Returns: False when nothing is left, or the item has too much already.
    @discardableResult
    func close(_ field: ItemField, from start: Int, form: TextForm, rank: UInt8, base: String? = nil) -> Bool {
        var first = start
        var end = count
        let bytes = buffer.start
        while first < end, bytes[first].isXMLSpace { first += 1 }
        while end > first, bytes[end - 1].isXMLSpace { end -= 1 }
        guard first < end else {
            buffer.cut(to: start)
            noteEmpty(field)
            return false
        }
        guard makeRoom(for: field), start <= mostBytes else {
            buffer.cut(to: start)
            return false
        }
        entries.append(
            Entry(field: field, form: form, rank: rank, base: index(of: base), start: first, end: end))
        present |= 1 << UInt64(field.rawValue)
        return true
    }

    /// Counts a value; false when the field has as many as it may have.
    private func makeRoom(for field: ItemField) -> Bool {
        let slot = Int(field.rawValue)
        guard slot < counts.count else { return false }
        let hasRoom = counts[slot] < mostValues
        switch field {
        case .enclosure: isFileRefused = !hasRoom
        case .enclosureType, .enclosureLength: if isFileRefused { return false }
        default: break
        }
        if hasRoom { counts[slot] += 1 }
        return hasRoom
    }

    /// Makes the bytes of the last entry another field as well.
    func repeatLast(as field: ItemField, rank: UInt8) {
        guard var entry = entries.last, makeRoom(for: field) else { return }
        entry.field = field
        entry.rank = rank
        entries.append(entry)
        present |= 1 << UInt64(field.rawValue)
    }

    /// Leaves out bytes at both ends of the last entry, and the white space that is bared by that.
    func trimLast(_ first: Int, _ last: Int) {
        guard var entry = entries.popLast() else { return }
        let field = entry.field
        entry.start += first
        entry.end -= last
        let bytes = buffer.start
        while entry.start < entry.end, bytes[entry.start].isXMLSpace { entry.start += 1 }
        while entry.end > entry.start, bytes[entry.end - 1].isXMLSpace { entry.end -= 1 }
        if entry.start < entry.end { entries.append(entry) } else { recount(field) }
    }

    /// Forgets the entries of a field from a rank on.
    func remove(_ field: ItemField, fromRank rank: UInt8) {
        guard has(field) else { return }
        entries.removeAll { $0.field == field && $0.rank >= rank }
        recount(field)
    }

    private func recount(_ field: ItemField) {
        if !entries.contains(where: { $0.field == field }) { present &= ~(1 << UInt64(field.rawValue)) }
    }

    /// Whether there is anything that makes a product of the item.
    var isProduct: Bool { (present | empty) & Self.productFields != 0 }

    private static let productFields: UInt64 = ItemField.allCases.filter(\.isProduct)
        .reduce(0) { $0 | 1 << UInt64($1.rawValue) }

    /// Takes back what was appended from `start` on.
    func drop(from start: Int) { buffer.cut(to: start) }

    private func index(of base: String?) -> Int16 {
        guard let base else { return -1 }
        if let index = bases.lastIndex(of: base) { return Int16(index) }
        guard bases.count < 1000 else { return -1 }
        bases.append(base)
        return Int16(bases.count - 1)
    }

    // MARK: Reading

    /// The bytes of an entry; valid until the record changes.
    func bytes(of entry: Entry) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: buffer.start + entry.start, count: entry.end - entry.start)
    }

    /// The bytes from one place in the buffer to its end; valid until the record changes.
    func bytes(from start: Int) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: buffer.start + start, count: count - start)
    }

    func text(of entry: Entry) -> String { String(decoding: bytes(of: entry), as: UTF8.self) }

    func base(of entry: Entry) -> String? { entry.base < 0 ? nil : bases[Int(entry.base)] }

    /// The best entry of a field: of the lowest rank, and of equals the first.
    func best(_ field: ItemField) -> Entry? {
        guard has(field) else { return nil }
        var best: Entry?
        for entry in entries where entry.field == field && entry.rank < best?.rank ?? .max { best = entry }
        return best
    }

    func text(_ field: ItemField) -> String? { best(field).map(text(of:)) }

    /// An entry's text on one line, runs of white space as one blank.
    func line(of entry: Entry) -> String {
        let bytes = bytes(of: entry)
        var wasSpace = false
        for byte in bytes {
            let isSpace = byte <= 0x20 || byte == 0x7F
            if isSpace, wasSpace || byte != 0x20 { return String(decoding: bytes, as: UTF8.self).collapsed }
            wasSpace = isSpace
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    func line(_ field: ItemField) -> String? { best(field).map(line(of:)) }

    /// All entries of a field, the best first, of equals in the document's order.
    func all(_ field: ItemField) -> [Entry] {
        guard has(field) else { return [] }
        var found: [Entry] = []
        var isSorted = true
        for entry in entries where entry.field == field {
            if let last = found.last, last.rank > entry.rank { isSorted = false }
            found.append(entry)
        }
        guard !isSorted else { return found }
        return found.enumerated().sorted { ($0.element.rank, $0.offset) < ($1.element.rank, $1.offset) }.map(\.element)
    }
}
