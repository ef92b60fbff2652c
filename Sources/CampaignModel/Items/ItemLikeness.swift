/// Hashes that tell whether two states of a document have the same item, and whether they state the same of it.
extension Item {
    /// A hash of what a subscriber would notice of the item: title, words of the texts, paths of link, pictures and
    /// files, brand and condition.
    ///
    /// Left out are dates, which many publishers touch without a change; price and stock, which have change kinds of
    /// their own; markup, which generators rewrite; and scheme, host and query of addresses, which mirrors, campaigns
    /// and caches change.
    package var significance: UInt64 {
        var text = SignificantText()
        text.add(title)
        text.add(link, [.path])
        text.add(markup: summary)
        text.add(markup: content)
        for image in images { text.add(image, [.path]) }
        for enclosure in enclosures { text.add(enclosure.url, [.path]) }
        text.add(product?.condition)
        text.add(product?.brand)
        return text.hash
    }

    /// A hash of an address's target, equal for all its spellings.
    ///
    /// - Parameters:
    ///   - link: The address.
    ///   - escaped: Whether `%C3`, `%c3` and the byte that they mean are different, as they are in the stored keys of
    ///     items.
    /// - Returns: The hash.
    package static func place(of link: String, escaped: Bool = false) -> UInt64 {
        var place = SignificantText()
        place.add(link, [.host, .path, .query], escaped: escaped)
        return place.hash
    }

    /// Hashes of the product that a catalog's item is a variant of: one of its group and page, one of its group and
    /// title. Variants share at least one of them. The group alone is not enough, since some catalogs give all products
    /// the same. Empty for an item that is no variant.
    package var variantMarks: [UInt64] {
        guard let group = product?.groupID, group != "0" else { return [] }
        var marks: [UInt64] = []
        if let link {
            var text = SignificantText()
            text.add(group)
            text.add(link, [.host, .path])
            marks.append(text.hash)
        }
        if let title {
            var text = SignificantText()
            text.add(group)
            text.add(title)
            marks.append(text.hash)
        }
        return marks
    }

    /// The item's aliases.
    package var aliases: ItemAliases { aliases(escaped: false) }

    /// The aliases that a stored entry of the item may have. Where they differ, that includes those of earlier
    /// versions, for which `%C3` and the byte that it means were different: an entry is rewritten only when its item's
    /// statement changes.
    package var storedAliases: [ItemAliases] {
        guard let link, link.utf8.contains(UInt8(ascii: "%")) else { return [aliases] }
        return [aliases, aliases(escaped: true)]
    }

    /// The link aliases that stored entries of items at an address may have: see ``storedAliases``.
    package static func storedPlaces(of link: String) -> [UInt64] {
        [false, true].map { place(of: link, escaped: $0) }
    }

    private func aliases(escaped: Bool) -> ItemAliases {
        guard let link else {
            guard let title else { return ItemAliases() }
            var text = SignificantText()
            text.add(title)
            text.add(markup: content ?? summary)
            return ItemAliases(title: text.hash)
        }
        let place = Self.place(of: link, escaped: escaped)
        guard let title else { return ItemAliases(link: place) }
        var name = SignificantText()
        name.add(title)
        name.add(link, [.path], escaped: escaped)
        return ItemAliases(link: place, title: name.hash)
    }
}

/// Hashes texts in pieces, eight bytes at a time, by folded multiplication. The hash is not collision-resistant against
/// attacks.
private struct SignificantText {
    private var state: UInt64 = 0x9E37_79B9_7F4A_7C15
    /// Bytes of an incomplete block of eight, the first one lowest.
    private var waiting: UInt64 = 0
    private var shift: UInt64 = 0

    @inline(__always)
    private mutating func mix(_ byte: UInt8) {
        waiting |= UInt64(byte) &<< shift
        shift &+= 8
        if shift == 64 { fold() }
    }

    @inline(__always)
    private mutating func fold() {
        let product = (state ^ waiting).multipliedFullWidth(by: 0xA076_1D64_78BD_642F)
        // The state is mixed in again, since a product of zero would erase it.
        state = product.high ^ product.low ^ (state &<< 32 | state &>> 32)
        waiting = 0
        shift = 0
    }

    /// Adds eight bytes, the first one lowest.
    @inline(__always)
    private mutating func mix(_ block: EightBytes) {
        waiting |= block.bits &<< shift
        let rest = shift == 0 ? 0 : block.bits &>> (64 &- shift)
        let old = shift
        fold()
        waiting = rest
        shift = old
    }

    mutating func add(_ text: String?) {
        if var text {
            text.withUTF8 { bytes in
                var index = 0
                while let block = EightBytes(bytes, at: index) {
                    mix(block)
                    index += 8
                }
                for byte in bytes[index...] { mix(byte) }
            }
        }
        // 0xFF never occurs in UTF-8, so it separates texts.
        mix(0xFF)
    }

    /// Adds parts of an address, without what may change while the target stays the same.
    mutating func add(_ address: String?, _ parts: [LinkPart], escaped: Bool = true) {
        guard var address else { return mix(0xFF) }
        address.withUTF8 { bytes in
            let likeness = LinkParts(bytes)
            for part in parts {
                switch part {
                case .host: for byte in bytes[likeness.host] { mix(byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte) }
                case .path: add(bytes[likeness.path], escaped: escaped)
                case .query:
                    for parameter in bytes[likeness.query].split(separator: UInt8(ascii: "&"))
                    where !LinkParts.isTracking(parameter) {
                        add(parameter, escaped: escaped)
                        mix(UInt8(ascii: "&"))
                    }
                }
                mix(0xFF)
            }
        }
    }

    private mutating func add(_ bytes: Slice<UnsafeBufferPointer<UInt8>>, escaped: Bool) {
        var place = bytes.startIndex
        while place < bytes.endIndex {
            let byte = bytes[place]
            place += 1
            guard !escaped, byte == UInt8(ascii: "%"), bytes.endIndex - place >= 2,
                let high = UInt8(hexadecimal: bytes[place]), let low = UInt8(hexadecimal: bytes[place + 1])
            else {
                mix(byte)
                continue
            }
            mix(high << 4 | low)
            place += 2
        }
    }

    /// Adds the words of HTML, without tags; any white space counts as one blank.
    mutating func add(markup text: String?) {
        guard var text else { return mix(0xFF) }
        text.withUTF8 { add(markup: $0) }
        mix(0xFF)
    }

    private mutating func add(markup bytes: UnsafeBufferPointer<UInt8>) {
        // A local copy stays in registers.
        var words = self
        var isBlank = true
        var index = 0
        while index < bytes.count {
            if let block = EightBytes(bytes, at: index), block.isOrdinaryText(afterBlank: isBlank) {
                words.mix(block)
                isBlank = block.endsWithBlank
                index += 8
                continue
            }
            let byte = bytes[index]
            index += 1
            if byte > 0x20, byte != UInt8(ascii: "<") {
                words.mix(byte)
                isBlank = false
                continue
            }
            if !isBlank { words.mix(0x20) }
            isBlank = true
            guard byte == UInt8(ascii: "<") else { continue }
            while index < bytes.count, bytes[index] != UInt8(ascii: ">") { index += 1 }
            index += 1
        }
        if !isBlank { words.mix(0x20) }
        self = words
    }

    /// The hash; never 0.
    var hash: UInt64 {
        var end = self
        end.waiting ^= shift << 56
        end.fold()
        var value = end.state
        value = (value ^ (value >> 33)) &* 0xFF51_AFD7_ED55_8CCD
        value = (value ^ (value >> 33)) &* 0xC4CE_B9FE_1A85_EC53
        value ^= value >> 33
        return value == 0 ? 1 : value
    }
}

/// Eight bytes of a text, processed together.
private struct EightBytes {
    /// The bytes, the first one lowest.
    let bits: UInt64

    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let highs: UInt64 = 0x8080_8080_8080_8080

    /// Reads eight bytes; nil when fewer are left.
    @inline(__always)
    init?(_ bytes: UnsafeBufferPointer<UInt8>, at index: Int) {
        guard bytes.count - index >= 8 else { return nil }
        bits = UInt64(
            littleEndian: UnsafeRawBufferPointer(bytes).loadUnaligned(fromByteOffset: index, as: UInt64.self))
    }

    /// Whether the bytes have no tag and no white space to collapse.
    @inline(__always)
    func isOrdinaryText(afterBlank isAfterBlank: Bool) -> Bool {
        let isTag = Self.hasZero(bits ^ (Self.ones &* 0x3C))
        let isControl = Self.hasZero(bits & (Self.ones &* 0xE0))
        let blanks = Self.zeros(bits ^ (Self.ones &* 0x20))
        let isWide = blanks & (blanks &<< 8 | (isAfterBlank ? 0x80 : 0)) != 0
        return !isTag && !isControl && !isWide
    }

    @inline(__always)
    var endsWithBlank: Bool { bits &>> 56 == 0x20 }

    private static func hasZero(_ bits: UInt64) -> Bool { (bits &- ones) & ~bits & highs != 0 }

    /// The high bit of each byte that is zero.
    private static func zeros(_ bits: UInt64) -> UInt64 { ~((bits & ~highs) &+ ~highs | bits | ~highs) }
}
