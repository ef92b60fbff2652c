package import CampaignModel

/// An item as its document states it: with its key, and its texts as bytes, which become Strings when somebody asks.
///
/// An item that has not changed needs no text at all: its key and ``statedFingerprint`` tell.
package struct FoundItem: Sendable, Hashable {
    package let key: ItemKey
    /// Its key by id and link, should the source turn out to repeat its ids; only where no policy was stated.
    package let alternativeKey: ItemKey?
    /// Its key by its id alone, where it is found by id and link instead and no other item of the document has that id.
    package let formerKey: ItemKey?
    /// Whether an item before it has the same id, or whatever it is known by.
    package let isRepeat: Bool
    /// Stands for all that the document states of the item but dates. It knows the document's own spelling, so it may
    /// change where the item does not; it is good for comparing with an earlier reading, and for nothing else.
    package let statedFingerprint: Fingerprint
    private let stated: StatedItem

    init(
        key: ItemKey, alternativeKey: ItemKey? = nil, formerKey: ItemKey? = nil, isRepeat: Bool = false,
        statedFingerprint: Fingerprint, _ stated: StatedItem
    ) {
        self.key = key
        self.alternativeKey = alternativeKey
        self.formerKey = formerKey
        self.isRepeat = isRepeat
        self.statedFingerprint = statedFingerprint
        self.stated = stated
    }

    /// Makes the item with all that is stated of it.
    ///
    /// - Parameter warn: Told what is odd about its fields.
    /// - Returns: The same each time.
    package func item(_ warn: (ReadWarning) -> Void = { _ in }) -> Item {
        let list = WarningList()
        let item = stated.builder(list).item(key: key)
        list.warnings.forEach(warn)
        return item
    }

    /// The items of a document as they are found where id and link are asked for.
    ///
    /// - Parameter items: All of them, in their order.
    /// - Returns: The same, with other keys, and the former ones where they are theirs alone.
    package static func byIDAndLink(_ items: [FoundItem]) -> [FoundItem] {
        let ids = items.map { item -> ItemKey in
            var keys = ItemKeys(.id)
            return item.stated.key(from: &keys) {}
        }
        let counts = ids.reduce(into: [ItemKey: Int]()) { $0[$1, default: 0] += 1 }
        var keys = ItemKeys(.idAndLink)
        var found: [FoundItem] = []
        for (item, id) in zip(items, ids) {
            var isRepeat = false
            let key = item.stated.key(from: &keys) { isRepeat = true }
            found.append(
                FoundItem(
                    key: key, formerKey: counts[id] == 1 ? id : nil, isRepeat: isRepeat,
                    statedFingerprint: item.statedFingerprint, item.stated))
        }
        return found
    }

    package static func == (one: Self, other: Self) -> Bool {
        one.key == other.key && one.statedFingerprint == other.statedFingerprint
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(key)
        hasher.combine(statedFingerprint)
    }
}

/// What an item's fields were when it was found. Sendable although its record is not: nobody else has this copy of it,
/// and nothing here changes it.
final class StatedItem: @unchecked Sendable {
    private let record: ItemRecord
    private let context: ItemContext

    init(copying record: ItemRecord, _ context: ItemContext) {
        self.record = record.copy()
        self.context = context
    }

    func key(from keys: inout ItemKeys, repeated: () -> Void) -> ItemKey {
        keys.key(of: record, link: builder(WarningList()).link, repeated: repeated)
    }

    func builder(_ warnings: any WarningReceiver) -> ItemBuilder { ItemBuilder(record, context, warnings) }
}

private final class WarningList: WarningReceiver {
    private(set) var warnings: [ReadWarning] = []

    func warn(_ code: String, _ message: String, item: String?) {
        warnings.append(ReadWarning(item, code, message))
    }
}
