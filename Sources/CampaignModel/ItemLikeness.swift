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

    mutating func add(_ text: String?) {
        if var text { text.withUTF8 { for byte in $0 { mix(byte) } } }
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
        guard var text else { return mix(0xFF) }
        text.withUTF8 { bytes in
            var isBlank = true
            var index = 0
            while index < bytes.count {
                let byte = bytes[index]
                index += 1
                if byte > 0x20, byte != UInt8(ascii: "<") {
                    mix(byte)
                    isBlank = false
                    continue
                }
                if !isBlank { mix(0x20) }
                isBlank = true
                guard byte == UInt8(ascii: "<") else { continue }
                while index < bytes.count, bytes[index] != UInt8(ascii: ">") { index += 1 }
                index += 1
            }
            if !isBlank { mix(0x20) }
        }
        mix(0xFF)
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
