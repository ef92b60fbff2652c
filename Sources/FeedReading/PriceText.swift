import CampaignModel

/// Prices in the notations of shops: `12.90 EUR`, `EUR 12.90`, `1.299,00 €`, `1 299,90 zł`, `1'299.00`.
enum PriceText {
    /// Nil for no number, zero, a negative number or a range.
    static func money(_ text: String) -> Money? {
        guard text.utf8.count <= 64 else { return nil }
        let scalars = Array(text.unicodeScalars)
        guard let start = scalars.firstIndex(where: isDigit) else { return nil }
        var end = start
        while end < scalars.count, continues(scalars, at: end) { end += 1 }
        let before = scalars[..<start]
        let after = scalars[end...]
        guard !after.contains(where: isDigit), !before.contains(where: { "-\u{2212}".unicodeScalars.contains($0) })
        else { return nil }
        guard let amount = DecimalAmount(plain(scalars[start..<end])), !amount.isZero else { return nil }
        return Money(amount: amount, currency: currency(before) ?? currency(after))
    }

    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { (0x30...0x39).contains(scalar.value) }

    private static func isSeparator(_ scalar: Unicode.Scalar) -> Bool { scalar == "." || scalar == "," }

    private static func isGap(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x20, 0xA0, 0x2009, 0x202F, 0x27, 0x2019: true
        default: false
        }
    }

    /// Whether the number goes on here: digits, a point or comma before a digit, a gap before exactly three digits.
    private static func continues(_ scalars: [Unicode.Scalar], at index: Int) -> Bool {
        if isDigit(scalars[index]) { return true }
        let digits = scalars[(index + 1)...].prefix(while: isDigit).count
        return isSeparator(scalars[index]) ? digits > 0 : isGap(scalars[index]) && digits == 3
    }

    /// Digits with a point, whatever marks thousands and decimals.
    private static func plain(_ number: ArraySlice<Unicode.Scalar>) -> String {
        let number = number.filter { !isGap($0) }
        let marks = number.indices.filter { isSeparator(number[$0]) }
        var point: Int?
        if let last = marks.last {
            let decimals = number.count - last - 1
            if marks.contains(where: { number[$0] != number[last] }) {
                point = last
            } else if marks.count == 1, number[last] == "." || decimals != 3 {
                point = last
            }
        }
        var output = ""
        for (index, scalar) in number.enumerated() {
            if index == point { output += "." } else if isDigit(scalar) { output.unicodeScalars.append(scalar) }
        }
        return output
    }

    // MARK: Currency

    private static func currency(_ scalars: ArraySlice<Unicode.Scalar>) -> String? {
        let marks = " .,-()'\u{A0}\u{202F}".unicodeScalars
        let word = String(String.UnicodeScalarView(scalars.filter { !marks.contains($0) }))
        guard !word.isEmpty else { return nil }
        if let code = symbols[word.lowercased()] { return code }
        let code = word.uppercased()
        return code.utf8.count == 3 && codes.contains(code) ? code : nil
    }

    private static let symbols: [String: String] = [
        "€": "EUR", "$": "USD", "us$": "USD", "£": "GBP", "₽": "RUB", "руб": "RUB", "rur": "RUB", "zł": "PLN",
        "kč": "CZK", "грн": "UAH", "₴": "UAH", "₺": "TRY", "tl": "TRY", "₸": "KZT", "¥": "JPY", "₹": "INR", "₪": "ILS",
        "ft": "HUF", "lei": "RON", "лв": "BGN", "r$": "BRL", "a$": "AUD", "c$": "CAD", "₩": "KRW", "₫": "VND",
    ]

    private static let codes: Set<String> = Set(
        """
        AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF
        CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HRK
        HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL
        MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON
        RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH
        UGX USD UYU UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWL
        """.split(whereSeparator: \.isWhitespace).map(String.init))
}
