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
    package static func place(of link: String) -> UInt64 {
        var place = SignificantText()
        place.add(link, [.host, .path, .query])
        return place.hash
    }

    /// What else the item may be known by.
    package var aliases: ItemAliases {
        guard let link else {
            guard let title else { return ItemAliases() }
            var text = SignificantText()
            text.add(title)
            text.add(markup: content ?? summary)
            return ItemAliases(title: text.hash)
        }
        let place = Self.place(of: link)
        guard let title else { return ItemAliases(link: place) }
        var name = SignificantText()
        name.add(title)
        name.add(link, [.path])
        return ItemAliases(link: place, title: name.hash)
    }
}

/// Hashes texts piece by piece: FNV-1a over their bytes, mixed at the end. It finds accidents, not attacks.
private struct SignificantText {
    private var state: UInt64 = 0xCBF2_9CE4_8422_2325

    private mutating func mix(_ byte: UInt8) { state = (state ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }

    mutating func add(_ text: String?) {
        for byte in (text ?? "").utf8 { mix(byte) }
        // Never part of UTF-8: where one text ends and the next begins counts.
        mix(0xFF)
    }

    /// Parts of an address, without what changes while it leads to the same.
    mutating func add(_ address: String?, _ parts: [AddressPart]) {
        guard var address else { return mix(0xFF) }
        address.withUTF8 { bytes in
            let likeness = AddressLikeness(bytes)
            for part in parts {
                switch part {
                case .host: for byte in bytes[likeness.host] { mix(byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte) }
                case .path: for byte in bytes[likeness.path] { mix(byte) }
                case .query:
                    for parameter in bytes[likeness.query].split(separator: UInt8(ascii: "&"))
                    where !AddressLikeness.isTracking(parameter) {
                        for byte in parameter { mix(byte) }
                        mix(UInt8(ascii: "&"))
                    }
                }
                mix(0xFF)
            }
        }
    }

    /// The words alone: tags are left out, and any white space is one blank.
    mutating func add(markup text: String?) {
        var inTag = false
        var isBlank = true
        for byte in (text ?? "").utf8 {
            if inTag {
                inTag = byte != UInt8(ascii: ">")
            } else if byte == UInt8(ascii: "<") || byte <= 0x20 {
                inTag = byte == UInt8(ascii: "<")
                if !isBlank { mix(0x20) }
                isBlank = true
            } else {
                mix(byte)
                isBlank = false
            }
        }
        if !isBlank { mix(0x20) }
        mix(0xFF)
    }

    /// Never 0.
    var hash: UInt64 {
        var value = state
        value = (value ^ (value >> 33)) &* 0xFF51_AFD7_ED55_8CCD
        value = (value ^ (value >> 33)) &* 0xC4CE_B9FE_1A85_EC53
        value ^= value >> 33
        return value == 0 ? 1 : value
    }
}
