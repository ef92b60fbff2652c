import CampaignModel
import Foundation

/// In which language and by which clock a layout writes dates, money and numbers.
package struct LayoutLocale: Sendable, Hashable {
    var locale: Locale
    var timeZone: TimeZone

    init(_ identifier: String, timeZone: TimeZone = .gmt) {
        locale = Locale(identifier: identifier)
        self.timeZone = timeZone
    }

    /// Whether dates and numbers can be written so: `tr`, `pt-BR`.
    static func isKnown(_ identifier: String) -> Bool {
        known.contains(identifier.replacing("-", with: "_").lowercased())
    }

    private static let known = Set(Locale.availableIdentifiers.map { $0.lowercased() })

    func money(_ price: Money) -> String {
        guard let currency = price.currency, let amount = Decimal(string: price.amount.description) else {
            return price.description
        }
        let usual = Decimal.FormatStyle.Currency(code: currency, locale: locale)
        // No price is rounded: where it has more decimals than the currency usually shows, they are shown. How many it usually
        // shows only the style itself knows: a NumberFormatter says 2 on Linux, whatever the currency.
        let scale = price.amount.significantScale
        guard scale > 0, scale >= Decimal(0).formatted(usual).count(where: \.isWholeNumber) else {
            return amount.formatted(usual)
        }
        return amount.formatted(usual.precision(.fractionLength(max(scale, 2))))
    }

    func percent(_ number: Int) -> String { number.formatted(.percent.locale(locale)) }

    /// The form for a number; the last one where there are fewer than the language has.
    func plural(_ number: Int, _ forms: [String]) -> String {
        let place = PluralRule(locale.language.languageCode?.identifier ?? "", forms: forms.count).place(of: number)
        return forms[min(place, forms.count - 1)]
    }

    func date(_ moment: Timestamp, _ form: String) -> String {
        let date = Date(timeIntervalSince1970: Double(moment.milliseconds) / 1000)
        let formatter = DateFormatter()
        formatter.locale = locale
        formatter.timeZone = timeZone
        switch DateForm(form) {
        case .style(let date, let time): (formatter.dateStyle, formatter.timeStyle) = (date, time)
        case .pattern(let pattern): formatter.dateFormat = pattern
        case nil: return ""
        }
        return formatter.string(from: date)
    }
}

/// How a date is written.
enum DateForm {
    case style(DateFormatter.Style, time: DateFormatter.Style)
    /// Letters as in Unicode's TR 35: `d MMMM y`.
    case pattern(String)

    /// - Returns: nil for a pattern without any letter that means something.
    init?(_ text: String) {
        switch text {
        case "short": self = .style(.short, time: .none)
        case "medium": self = .style(.medium, time: .none)
        case "long": self = .style(.long, time: .none)
        case "full": self = .style(.full, time: .none)
        case "time": self = .style(.none, time: .short)
        default:
            let letters = text.filter { $0.isASCII && $0.isLetter }
            guard letters.contains(where: { "yMdEHhmLc".contains($0) }), text.count <= 40 else { return nil }
            guard text.contains("'") || letters.allSatisfy({ "yYMLdDEcaHhkKmsSzZXwWQqG".contains($0) }) else {
                return nil
            }
            self = .pattern(text)
        }
    }
}

/// Which numbers a language tells apart, in the order of Unicode's plural rules for whole numbers: one, two, few, many, other.
private struct PluralRule {
    private let language: String
    private let forms: Int

    init(_ language: String, forms: Int) {
        self.language = language
        self.forms = forms
    }

    func place(of number: Int) -> Int {
        let number = abs(number)
        let (last, lastTwo) = (number % 10, number % 100)
        guard forms > 2 else {
            // In French and Portuguese nothing is one as well.
            return number == 1 || (number == 0 && ["fr", "pt", "hy"].contains(language)) ? 0 : 1
        }
        switch language {
        case "ru", "uk", "be", "sr", "hr", "bs":
            if last == 1, lastTwo != 11 { return 0 }
            return (2...4).contains(last) && !(12...14).contains(lastTwo) ? 1 : 2
        case "pl":
            if number == 1 { return 0 }
            return (2...4).contains(last) && !(12...14).contains(lastTwo) ? 1 : 2
        case "lt":
            if last == 1, !(11...19).contains(lastTwo) { return 0 }
            return (2...9).contains(last) && !(11...19).contains(lastTwo) ? 1 : 2
        case "lv": return number == 0 ? 2 : last == 1 && lastTwo != 11 ? 0 : 1
        case "ro", "mo": return number == 1 ? 0 : number == 0 || (1...19).contains(lastTwo) ? 1 : 2
        case "sl": return lastTwo == 1 ? 0 : lastTwo == 2 ? 1 : (3...4).contains(lastTwo) ? 2 : 3
        case "ar":
            if number == 1 { return 0 }
            if number == 2, forms > 3 { return 1 }
            return (3...10).contains(lastTwo) ? forms - 2 : forms - 1
        default: return number == 1 ? 0 : (2...4).contains(number) ? 1 : 2
        }
    }
}
