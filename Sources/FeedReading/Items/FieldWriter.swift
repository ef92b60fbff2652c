import CampaignModel

/// Fills a record within the limits of one item.
struct FieldWriter {
    let record: ItemRecord
    private let limits: ReadLimits
    private unowned let receiver: any ItemReceiver
    private var counts = [Int](repeating: 0, count: ItemField.allCases.count)

    init(_ record: ItemRecord, _ limits: ReadLimits, _ receiver: any ItemReceiver) {
        self.record = record
        self.limits = limits
        self.receiver = receiver
    }

    mutating func clear() {
        record.clear()
        for index in counts.indices { counts[index] = 0 }
    }

    /// False when the item has as many values of a field as it may have.
    func hasRoom(_ field: ItemField) -> Bool { counts[Int(field.rawValue)] < limits.values }

    /// Adds a field; a text that is too long is cut, a value too many left out.
    ///
    /// With `isCut` the text was cut before.
    mutating func add(
        _ field: ItemField, _ bytes: UnsafeBufferPointer<UInt8>, form: TextForm = .text, rank: UInt8 = 0,
        isCut: Bool = false
    ) {
        guard !bytes.isEmpty, hasRoom(field) else { return }
        counts[Int(field.rawValue)] += 1
        let most = field.isLine ? min(limits.lineBytes, limits.fieldBytes) : limits.fieldBytes
        let room = min(most, max(0, limits.itemBytes - record.count))
        let kept = bytes.cut(to: room)
        record.add(field, kept, form: form, rank: rank)
        if isCut || kept.count < bytes.count { warnOfCut(to: room, isItemFull: room < most) }
    }

    /// Adds a short text with something before it.
    mutating func add(_ field: ItemField, _ prefix: StaticString, before bytes: UnsafeBufferPointer<UInt8>) {
        guard hasRoom(field), bytes.contains(where: { !$0.isXMLSpace }) else { return }
        counts[Int(field.rawValue)] += 1
        let start = record.count
        prefix.withUTF8Buffer { record.append($0) }
        record.append(bytes.cut(to: min(1024, limits.fieldBytes)))
        record.close(field, from: start, form: .text, rank: 0)
    }

    mutating func add(_ field: ItemField, _ text: String, form: TextForm = .text, rank: UInt8 = 0) {
        var text = text
        text.withUTF8 { add(field, $0, form: form, rank: rank) }
    }

    private func warnOfCut(to room: Int, isItemFull: Bool) {
        receiver.warn(
            "text_cut",
            isItemFull
                ? "the texts of an item were longer than \(limits.itemBytes) bytes together and were cut"
                : "a text was longer than \(room) bytes and was cut",
            item: record.text(.id) ?? record.text(.title))
    }
}
