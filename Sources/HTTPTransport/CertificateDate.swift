import CampaignModel

/// The dates in what libcurl tells of a certificate.
enum CertificateDate {
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// The moment of a line like `Expire date:Dec 15 02:24:03 2026 GMT`, as OpenSSL has it, or
    /// `Expire date:2026-12-15 02:24:03 GMT`; `nil` for any other line.
    static func expiry(_ line: String) -> Timestamp? {
        let name = "expire date:"
        guard line.prefix(name.count).lowercased() == name else { return nil }
        let words = line.dropFirst(name.count).split(separator: " ")
        guard words.last == "GMT" else { return nil }
        switch words.count {
        case 5:
            guard let month = months.firstIndex(of: String(words[0])) else { return nil }
            return moment(year: words[3], month: month + 1, day: words[1], time: words[2])
        case 3:
            let date = words[0].split(separator: "-")
            guard date.count == 3, let month = Int(date[1]) else { return nil }
            return moment(year: date[0], month: month, day: date[2], time: words[1])
        default: return nil
        }
    }

    private static func moment(year: Substring, month: Int, day: Substring, time: Substring) -> Timestamp? {
        let clock = time.split(separator: ":").compactMap { Int($0) }
        guard let year = Int(year), let day = Int(day), clock.count == 3 else { return nil }
        return Timestamp(
            year: year, month: month, day: day, hour: clock[0], minute: clock[1], second: clock[2])
    }
}
