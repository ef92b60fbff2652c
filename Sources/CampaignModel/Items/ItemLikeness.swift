/// When two readings of a document speak of the same item, and when they say the same of it.
extension Item {
    /// Stands for what a subscriber would notice of the item: its title, the words of its texts, where its link,
    /// pictures and files lead, its maker and condition.
    ///
    /// Dates stay out: many publishers touch them without a change. So do price and stock, which have change kinds of
    /// their own; markup, which generators rewrite; and of addresses the scheme, host and query, which mirrors,
    /// campaigns and caches change.
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

    /// Stands for where an address leads, however it is spelled.
    ///
    /// - Parameters:
    ///   - link: The address.
    ///   - escaped: Whether `%C3` and `%c3` and the byte that they mean are three: so they are in the keys of items, which are
    ///     stored and stay.
    /// - Returns: The same for all spellings.
    package static func place(of link: String, escaped: Bool = false) -> UInt64 {
        var place = SignificantText()
        place.add(link, [.host, .path, .query], escaped: escaped)
        return place.hash
    }

    /// Stand for the product that a catalog's item is a variant of: its group together with its page, however that is asked
    /// for, and with its title. Variants have at least one of them in common; a group alone says little, for some catalogs
    /// give all their products the same. Empty for what is no variant.
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

    /// What else the item may be known by.
    package var aliases: ItemAliases { aliases(escaped: false) }

    /// What a row of it may have of these: also, where that is another, what was stored before `%C3` and the byte that it
    /// means were one. A row is written anew only when its item is stated otherwise.
    package var storedAliases: [ItemAliases] {
        guard let link, link.utf8.contains(UInt8(ascii: "%")) else { return [aliases] }
        return [aliases, aliases(escaped: true)]
    }

    /// What rows of items at an address may have as its alias: see ``storedAliases``.
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

/// Hashes texts piece by piece, eight bytes at a time, by folded multiplication. It finds accidents, not attacks.
private struct SignificantText {
    private var state: UInt64 = 0x9E37_79B9_7F4A_7C15
    /// Bytes that wait for their eight to be full, the first one lowest.
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
        // Without the state in it again, a product of zero would forget all that was before.
        state = product.high ^ product.low ^ (state &<< 32 | state &>> 32)
        waiting = 0
        shift = 0
    }

    /// Eight bytes, the first one lowest.
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
        // Never part of UTF-8: where one text ends and the next begins counts.
        mix(0xFF)
    }

    /// Parts of an address, without what changes while it leads to the same.
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

    /// The words alone: tags are left out, and any white space is one blank.
    mutating func add(markup text: String?) {
        guard var text else { return mix(0xFF) }
        text.withUTF8 { add(markup: $0) }
        mix(0xFF)
    }

    private mutating func add(markup bytes: UnsafeBufferPointer<UInt8>) {
        // A copy of its own stays in registers.
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

    /// Never 0.
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

/// Eight bytes of a text, looked at together.
private struct EightBytes {
    /// The first byte lowest.
    let bits: UInt64

    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let highs: UInt64 = 0x8080_8080_8080_8080

    /// Nil when there are no eight left.
    @inline(__always)
    init?(_ bytes: UnsafeBufferPointer<UInt8>, at index: Int) {
        guard bytes.count - index >= 8 else { return nil }
        bits = UInt64(
            littleEndian: UnsafeRawBufferPointer(bytes).loadUnaligned(fromByteOffset: index, as: UInt64.self))
    }

    /// Whether it stays as it is when tags are left out and white space becomes one blank.
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
