/// Finds the name of a document's encoding, in the words of iconv.
enum EncodingName {
    /// What the first bytes tell whatever is stated: byte order marks and patterns of NULs, and EBCDIC.
    static func byNature(of head: [UInt8]) -> String? {
        if head.starts(with: [0xFF, 0xFE, 0, 0]) || head.starts(with: [0x3C, 0, 0, 0]) { return "UTF-32LE" }
        if head.starts(with: [0, 0, 0xFE, 0xFF]) || head.starts(with: [0, 0, 0, 0x3C]) { return "UTF-32BE" }
        if head.starts(with: [0xFF, 0xFE]) { return "UTF-16LE" }
        if head.starts(with: [0xFE, 0xFF]) { return "UTF-16BE" }
        // Without a mark: every second byte of the first few is NUL.
        if head.count >= 8, head[0] != 0, head[1] == 0, head[3] == 0, head[5] == 0 { return "UTF-16LE" }
        if head.count >= 8, head[0] == 0, head[1] != 0, head[2] == 0, head[4] == 0 { return "UTF-16BE" }
        if head.starts(with: [0x4C, 0x6F, 0xA7, 0x94]) { return "IBM037" }
        return nil
    }

    /// What HTTP or else the document states; nil for nothing, and for a name that nobody knows. `exists` is asked for
    /// a name of HTTP's that is not a common one: if there is no such encoding, the document's own name counts.
    static func stated(_ head: [UInt8], contentType: String?, exists: (String) -> Bool) -> String? {
        if let stated = contentType.flatMap({ value(after: "charset=", in: $0) }), let name = known(stated),
            name == "UTF-8" || name == "CP1252" || exists(name)
        {
            return name
        }
        return head.withUnsafeBufferPointer { head -> String? in
            let window = UnsafeBufferPointer(rebasing: head.prefix(TextDecoder.statementWindow))
            guard let start = window.firstPlace(of: "<?xml") else { return nil }
            let rest = UnsafeBufferPointer(rebasing: window[start...])
            guard let end = rest.firstIndex(of: UInt8(ascii: ">")) else { return nil }
            return value(after: "encoding=", in: UnsafeBufferPointer(rebasing: rest[..<end])).flatMap(known)
        }
    }

    private static func value(after key: StaticString, in text: String) -> String? {
        var text = text
        return text.withUTF8 { value(after: key, in: $0) }
    }

    /// The word behind a key, in lower case, wherever there are blanks and whatever the quotes.
    private static func value(after key: StaticString, in text: UnsafeBufferPointer<UInt8>) -> String? {
        let dense = text.filter { !$0.isXMLSpace }.map { $0 >= 0x41 && $0 <= 0x5A ? $0 | 0x20 : $0 }
        return dense.withUnsafeBufferPointer { dense in
            guard let place = dense.firstPlace(of: key) else { return nil }
            let rest = dense[(place + key.utf8CodeUnitCount)...]
                .drop { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "'") }
            let value = rest.prefix {
                $0.isASCIILetter || $0.isASCIIDigit || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_")
                    || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: ":")
            }
            return value.isEmpty ? nil : String(decoding: value, as: UTF8.self)
        }
    }

    /// What the web means by a label, which is not always what it says.
    private static func known(_ stated: String) -> String? {
        switch stated {
        case "utf-8", "utf8", "unicode-1-1-utf-8": "UTF-8"
        // The bytes would show it.
        case "utf-16", "utf-16le", "utf-16be", "utf-32", "utf-32le", "utf-32be", "ucs-2", "ucs-4", "unicode",
            "iso-10646-ucs-2", "iso-10646-ucs-4", "utf_16", "utf_32", "utf16", "utf16le", "utf16be", "utf32", "utf32le",
            "utf32be",
            "ucs2", "ucs4":
            nil
        // Nobody writes it but who wants markup to pass for text.
        case "utf-7", "utf7", "unicode-1-1-utf-7": nil
        case "iso-8859-1", "iso8859-1", "iso_8859-1", "iso88591", "latin1", "latin-1", "l1", "us-ascii", "ascii",
            "ansi_x3.4-1968", "windows-1252", "x-cp1252", "cp1252":
            "CP1252"
        case "gb2312", "gbk", "gb18030", "x-gbk", "gb_2312-80", "chinese", "csgb2312": "GB18030"
        case "shift_jis", "shift-jis", "sjis", "x-sjis", "windows-31j", "ms_kanji": "CP932"
        case "ks_c_5601-1987", "euc-kr", "euckr", "cp949", "korean", "ksc5601", "windows-949": "CP949"
        case "big5", "big5-hkscs", "cn-big5", "x-x-big5": "BIG5-HKSCS"
        case "iso-8859-9", "latin5", "windows-1254": "CP1254"
        case "iso-8859-11", "tis-620", "windows-874": "CP874"
        case "x-mac-cyrillic": "MAC-CYRILLIC"
        case "macintosh", "x-mac-roman", "mac": "MACINTOSH"
        default:
            if stated.hasPrefix("windows-125"), stated.utf8.count == 12 {
                "CP" + stated.dropFirst(8)
            } else {
                isCharacterSet(stated) ? stated.uppercased() : nil
            }
        }
    }

    /// Whether the name is one of the families that documents were ever written in. iconv knows stranger ones, some with
    /// a history of holes; ISO-2022-CN is one of those.
    private static func isCharacterSet(_ name: String) -> Bool {
        name.utf8.count <= 40 && families.contains { name.hasPrefix($0) }
    }

    private static let families = [
        "iso-8859", "iso8859", "iso_8859", "iso-2022-jp", "iso-2022-kr", "iso-ir-", "cp", "ibm", "ebcdic", "windows-",
        "win", "koi8", "mac", "x-mac", "euc", "big5", "gb", "hz", "shift", "sjis", "tis", "viscii", "tcvn", "armscii",
        "georgian", "pt154", "rk1048", "johab", "latin", "l2", "greek", "hebrew", "arabic", "cyrillic", "thai", "ms-",
        "ms936", "hp-roman8", "nextstep", "cs",
    ]

    /// Whether ASCII means itself in the encoding: if not, it has to be converted from the first byte on.
    static func containsASCII(_ name: String) -> Bool {
        !["ISO-2022", "HZ", "IBM037", "EBCDIC", "IBM1047", "IBM500", "CP037", "CP500"].contains { name.hasPrefix($0) }
    }
}
