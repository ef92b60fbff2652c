/// Currencies as shops name them: ISO 4217 codes in any case, symbols, and words.
enum CurrencyText {
    /// The code in capitals; nil for what is none, or may be one of several, as `kr` is.
    static func code(_ bytes: UnsafeBufferPointer<UInt8>) -> String? {
        let text = bytes.trimmed
        return isoCode(text) ?? symbol(text)
    }

    /// A code of three letters that ISO 4217 knows; the old rouble's is the new one's.
    static func isoCode(_ text: UnsafeBufferPointer<UInt8>) -> String? {
        guard text.count == 3 else { return nil }
        var index = 0
        for byte in text {
            guard byte.isASCIILetter else { return nil }
            index = index * 26 + Int((byte | 0x20) - 0x61)
        }
        guard known[index >> 6] & (1 << UInt64(index & 63)) != 0 else { return nil }
        if index == oldRouble { return "RUB" }
        // Three letters fit into a String itself: nothing is allocated.
        return String(unsafeUninitializedCapacity: 3) { output in
            for (place, byte) in text.enumerated() { output[place] = byte & 0xDF }
            return 3
        }
    }

    /// Whether prices in it have no decimals: by ISO 4217, or because nobody uses them any more.
    static func isWhole(_ code: String) -> Bool { whole.contains(code) }

    private static let whole: Set<String> = [
        "BIF", "CLP", "COP", "DJF", "GNF", "HUF", "IDR", "IRR", "ISK", "JPY", "KMF", "KRW", "LAK", "PYG", "RWF", "UGX",
        "VND", "VUV", "XAF", "XOF", "XPF",
    ]

    /// A sign, a word, or a word's beginning: `€`, `zł`, `руб.`
    static func symbol(_ text: UnsafeBufferPointer<UInt8>) -> String? {
        // Asking the table costs more than nearly all symbols in use need.
        switch text.count {
        case 1 where text[0] == UInt8(ascii: "$"): "USD"
        case 3 where text[0] == 0xE2 && text[1] == 0x82 && text[2] == 0xAC: "EUR"
        case 2 where text[0] == 0xC2 && text[1] == 0xA3: "GBP"
        default: symbols[FoldedLetters.key(text, keeping: .letterAndCurrency)]
        }
    }

    /// Keys are folded: see ``FoldedLetters``.
    private static let symbols: [String: String] = [
        "€": "EUR", "euro": "EUR", "euros": "EUR", "ευρω": "EUR", "евро": "EUR", "$": "USD", "us$": "USD",
        "usd$": "USD",
        "$us": "USD", "£": "GBP", "gb£": "GBP", "₽": "RUB", "р": "RUB", "руб": "RUB", "рублей": "RUB", "рубли": "RUB",
        "rub": "RUB", "zl": "PLN", "kc": "CZK", "грн": "UAH", "₴": "UAH", "hrn": "UAH", "₺": "TRY", "tl": "TRY",
        "₸": "KZT", "тг": "KZT", "тенге": "KZT", "¥": "JPY", "\u{FFE5}": "JPY", "円": "JPY", "元": "CNY", "rmb": "CNY",
        "₹": "INR", "₪": "ILS", "ft": "HUF", "forint": "HUF", "lei": "RON", "лв": "BGN", "lv": "BGN", "ден": "MKD",
        "дин": "RSD", "din": "RSD", "r$": "BRL", "a$": "AUD", "au$": "AUD", "c$": "CAD", "ca$": "CAD", "hk$": "HKD",
        "nz$": "NZD", "s$": "SGD", "nt$": "TWD", "mx$": "MXN", "₩": "KRW", "원": "KRW", "₫": "VND", "฿": "THB",
        "₱": "PHP", "₦": "NGN", "₵": "GHS", "₡": "CRC", "₲": "PYG", "₾": "GEL", "₼": "AZN", "֏": "AMD", "fr": "CHF",
        "sfr": "CHF", "dhs": "AED", "бр": "BYN", "br": "BYN",
    ]

    private static let oldRouble = (17 * 26 + 20) * 26 + 17

    /// One bit for each combination of three letters.
    private static let known: [UInt64] = {
        var bits = [UInt64](repeating: 0, count: (26 * 26 * 26 + 63) / 64)
        for code in codes.utf8.split(whereSeparator: { $0 == 0x20 || $0 == 0x0A }) {
            let index = code.reduce(0) { $0 * 26 + Int($1 - 0x41) }
            bits[index >> 6] |= 1 << UInt64(index & 63)
        }
        return bits
    }()

    private static let codes = """
        AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF
        CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HRK
        HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL
        MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON
        RSD RUB RUR RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS
        UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG ZWL
        """
}
