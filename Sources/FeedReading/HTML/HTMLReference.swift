import CLibXML2

/// References in HTML, `&eacute;` and `&#8217;`: resolved here and not by libxml2, which knows the names of HTML 4 only
/// and compares each with all of them.
enum HTMLReference {
    /// The character that is meant, and the place after the reference; the character is nil for a forbidden one.
    struct Found {
        var scalar: Unicode.Scalar?
        var end: Int
    }

    /// The longest name looked at.
    private static let longest = 16

    /// Reads the reference whose `&` stands before `start`.
    ///
    /// - Returns: Nil when there is none: then the `&` is a character. Numbers may lack their semicolon, and outside of
    ///   attributes the few names that old pages write without one; `&copy=` in an address stays as it is.
    static func read(_ bytes: UnsafeBufferPointer<UInt8>, at start: Int, inAttribute: Bool) -> Found? {
        guard start < bytes.count else { return nil }
        if bytes[start] == UInt8(ascii: "#") { return number(bytes, at: start + 1) }
        var end = start
        while end < bytes.count, end - start <= longest, bytes[end].isASCIILetter || bytes[end].isASCIIDigit {
            end += 1
        }
        guard let word = ByteWord(bytes, start, end, lowercased: false) else { return nil }
        if end < bytes.count, bytes[end] == UInt8(ascii: ";") {
            guard let value = names[word], let scalar = Unicode.Scalar(value) else { return nil }
            return Found(scalar: scalar, end: end + 1)
        }
        guard !inAttribute, end == bytes.count || bytes[end] != UInt8(ascii: "="), let value = unfinished[word] else {
            return nil
        }
        return Found(scalar: Unicode.Scalar(value), end: end)
    }

    /// Text with its references resolved; what is no known reference stays as it is. No markup is looked for.
    static func decode(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
        guard bytes.contains(UInt8(ascii: "&")) else { return String(decoding: bytes, as: UTF8.self) }
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count)
        decode(bytes, into: &output)
        return String(decoding: output, as: UTF8.self)
    }

    /// The same, put at the end of what is there. Within attributes fewer references count; see ``read(_:at:inAttribute:)``.
    static func decode(_ bytes: UnsafeBufferPointer<UInt8>, into output: inout [UInt8], inAttribute: Bool = false) {
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            if byte == UInt8(ascii: "&"), let found = read(bytes, at: index, inAttribute: inAttribute) {
                if let scalar = found.scalar { output.append(contentsOf: UTF8.encode(scalar) ?? .init()) }
                index = found.end
            } else {
                output.append(byte)
            }
        }
    }

    // MARK: Numbers

    private static func number(_ bytes: UnsafeBufferPointer<UInt8>, at start: Int) -> Found? {
        guard let (value, end) = digits(bytes, at: start) else { return nil }
        switch value {
        case 0x09, 0x0A, 0x0D: return Found(scalar: Unicode.Scalar(value), end: end)
        case 0..<0x20, 0x7F: return Found(scalar: nil, end: end)
        case 0x80...0x9F: return Found(scalar: XMLReference.windows1252(value), end: end)
        case 0xD800..<0xDC00:
            // The pair of a UTF-16 writer is one character.
            if end + 1 < bytes.count, bytes[end] == UInt8(ascii: "&"), bytes[end + 1] == UInt8(ascii: "#"),
                let (low, last) = digits(bytes, at: end + 2), (0xDC00..<0xE000).contains(low)
            {
                return Found(scalar: Unicode.Scalar(0x10000 + (value - 0xD800) << 10 + (low - 0xDC00)), end: last)
            }
            return Found(scalar: "\u{FFFD}", end: end)
        case 0xFFFE, 0xFFFF: return Found(scalar: "\u{FFFD}", end: end)
        default: return Found(scalar: Unicode.Scalar(value) ?? "\u{FFFD}", end: end)
        }
    }

    /// The number after `#`, and the place after it and its semicolon; beyond Unicode it is 0x110000.
    private static func digits(_ bytes: UnsafeBufferPointer<UInt8>, at start: Int) -> (UInt32, Int)? {
        var index = start
        let isHex = index < bytes.count && bytes[index] | 0x20 == UInt8(ascii: "x")
        if isHex { index += 1 }
        let first = index
        var value: UInt32 = 0
        while index < bytes.count {
            let byte = bytes[index]
            let digit: UInt32
            if byte.isASCIIDigit {
                digit = UInt32(byte - 0x30)
            } else if isHex, (0x61...0x66).contains(byte | 0x20) {
                digit = UInt32((byte | 0x20) - 0x57)
            } else {
                break
            }
            value = min(0x110000, value * (isHex ? 16 : 10) + digit)
            index += 1
        }
        guard index > first else { return nil }
        if index < bytes.count, bytes[index] == UInt8(ascii: ";") { index += 1 }
        return (value, index)
    }

    // MARK: Names

    /// The character of a name without `&` and `;`, nil for an unknown one.
    static func scalar(named name: String) -> Unicode.Scalar? {
        ByteWord(name).flatMap { names[$0] }.flatMap(Unicode.Scalar.init)
    }

    private static let unfinished = ByteWordTable(
        ["amp": 0x26, "lt": 0x3C, "gt": 0x3E, "quot": 0x22, "nbsp": 0xA0, "copy": 0xA9, "reg": 0xAE]
            .map { (word: $0.key, value: $0.value) })

    private static let names = ByteWordTable(html4() + html5())

    /// libxml2's table, which is in the order of the characters.
    private static func html4() -> [(word: String, value: UInt32)] {
        var entries: [(word: String, value: UInt32)] = []
        for range in [0x22...0xFF, 0x152...0x3D6, 0x2002...0x2666] as [ClosedRange<UInt32>] {
            for value in range {
                guard let name = tellal_html_entity_name(value) else { continue }
                entries.append((word: String(cString: name), value: value))
            }
        }
        return entries
    }

    /// Names that came with HTML 5 and that people write: punctuation, Latin letters, Cyrillic, signs.
    private static func html5() -> [(word: String, value: UInt32)] {
        newer.split(separator: " ").compactMap { entry in
            let parts = entry.split(separator: "=")
            guard parts.count == 2, let value = UInt32(parts[1], radix: 16) else { return nil }
            return (word: String(parts[0]), value: value)
        }
    }

    private static let newer = """
        apos=27 AMP=26 LT=3C GT=3E QUOT=22 COPY=A9 REG=AE TRADE=2122 Tab=9 NewLine=A excl=21 num=23 dollar=24 \
        percnt=25 lpar=28 rpar=29 ast=2A midast=2A plus=2B comma=2C period=2E sol=2F colon=3A semi=3B equals=3D \
        quest=3F commat=40 lsqb=5B lbrack=5B bsol=5C rsqb=5D rbrack=5D Hat=5E lowbar=5F UnderBar=5F grave=60 lcub=7B \
        lbrace=7B verbar=7C vert=7C VerticalLine=7C rcub=7D rbrace=7D NonBreakingSpace=A0 half=BD centerdot=B7 div=F7 \
        Amacr=100 amacr=101 Abreve=102 abreve=103 Aogon=104 aogon=105 Cacute=106 cacute=107 Ccirc=108 ccirc=109 \
        Cdot=10A cdot=10B Ccaron=10C ccaron=10D Dcaron=10E dcaron=10F Dstrok=110 dstrok=111 Emacr=112 emacr=113 \
        Edot=116 edot=117 Eogon=118 eogon=119 Ecaron=11A ecaron=11B Gcirc=11C gcirc=11D Gbreve=11E gbreve=11F \
        Gdot=120 gdot=121 Gcedil=122 Hcirc=124 hcirc=125 Hstrok=126 hstrok=127 Itilde=128 itilde=129 Imacr=12A \
        imacr=12B Iogon=12E iogon=12F Idot=130 imath=131 inodot=131 IJlig=132 ijlig=133 Jcirc=134 jcirc=135 \
        Kcedil=136 kcedil=137 Lacute=139 lacute=13A Lcedil=13B lcedil=13C Lcaron=13D lcaron=13E Lstrok=141 \
        lstrok=142 Nacute=143 nacute=144 Ncedil=145 ncedil=146 Ncaron=147 ncaron=148 ENG=14A eng=14B Omacr=14C \
        omacr=14D Odblac=150 odblac=151 Racute=154 racute=155 Rcedil=156 rcedil=157 Rcaron=158 rcaron=159 Sacute=15A \
        sacute=15B Scirc=15C scirc=15D Scedil=15E scedil=15F Tcedil=162 tcedil=163 Tcaron=164 tcaron=165 Tstrok=166 \
        tstrok=167 Utilde=168 utilde=169 Umacr=16A umacr=16B Ubreve=16C ubreve=16D Uring=16E uring=16F Udblac=170 \
        udblac=171 Uogon=172 uogon=173 Wcirc=174 wcirc=175 Ycirc=176 ycirc=177 Zacute=179 zacute=17A Zdot=17B \
        zdot=17C Zcaron=17D zcaron=17E caron=2C7 breve=2D8 dot=2D9 ring=2DA ogon=2DB dblac=2DD epsi=3B5 phi=3C6 \
        IOcy=401 Iukcy=406 YIcy=407 Jukcy=404 Acy=410 Bcy=411 Vcy=412 Gcy=413 Dcy=414 IEcy=415 ZHcy=416 Zcy=417 \
        Icy=418 Jcy=419 Kcy=41A Lcy=41B Mcy=41C Ncy=41D Ocy=41E Pcy=41F Rcy=420 Scy=421 Tcy=422 Ucy=423 Fcy=424 \
        KHcy=425 TScy=426 CHcy=427 SHcy=428 SHCHcy=429 HARDcy=42A Ycy=42B SOFTcy=42C Ecy=42D YUcy=42E YAcy=42F \
        acy=430 bcy=431 vcy=432 gcy=433 dcy=434 iecy=435 zhcy=436 zcy=437 icy=438 jcy=439 kcy=43A lcy=43B mcy=43C \
        ncy=43D ocy=43E pcy=43F rcy=440 scy=441 tcy=442 ucy=443 fcy=444 khcy=445 tscy=446 chcy=447 shcy=448 \
        shchcy=449 hardcy=44A ycy=44B softcy=44C ecy=44D yucy=44E yacy=44F iocy=451 jukcy=454 iukcy=456 yicy=457 \
        numsp=2007 puncsp=2008 hairsp=200A ZeroWidthSpace=200B hyphen=2010 dash=2010 horbar=2015 Vert=2016 lsquor=201A \
        ldquor=201E bullet=2022 nldr=2025 mldr=2026 pertenk=2031 bprime=2035 caret=2041 hybull=2043 NoBreak=2060 \
        incare=2105 numero=2116 copysr=2117 rx=211E ohm=3A9 frac13=2153 frac23=2154 frac15=2155 frac25=2156 \
        frac35=2157 frac45=2158 frac16=2159 frac56=215A frac18=215B frac38=215C frac58=215D frac78=215E \
        rightarrow=2192 leftarrow=2190 uparrow=2191 downarrow=2193 Rightarrow=21D2 Leftarrow=21D0 approx=2248 leq=2264 \
        geq=2265 boxh=2500 boxv=2502 block=2588 blk14=2591 blk12=2592 blk34=2593 squ=25A1 square=25A1 squf=25AA \
        rect=25AD xutri=25B3 utri=25B5 utrif=25B4 rtri=25B9 rtrif=25B8 dtri=25BF dtrif=25BE ltri=25C3 ltrif=25C2 \
        cir=25CB starf=2605 bigstar=2605 star=2606 phone=260E female=2640 male=2642 sung=266A flat=266D natural=266E \
        natur=266E sharp=266F check=2713 checkmark=2713 cross=2717 malt=2720 maltese=2720 sext=2736 fflig=FB00 \
        filig=FB01 fllig=FB02
        """
}
