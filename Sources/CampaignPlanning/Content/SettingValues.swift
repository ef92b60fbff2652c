import CampaignModel

extension Duration {
    /// `30s`, `10m`, `2h`, `3d`, `1w`: longer than nothing, at most ten years.
    init?(setting text: String) {
        guard let unit = text.last, let count = Int(text.dropLast()), count > 0, count <= 400_000_000,
            text.first != "+"
        else { return nil }
        let seconds: Int
        switch unit {
        case "s": seconds = count
        case "m": seconds = count * 60
        case "h": seconds = count * 3600
        case "d": seconds = count * 86_400
        case "w": seconds = count * 7 * 86_400
        default: return nil
        }
        guard seconds <= 3650 * 86_400 else { return nil }
        self = .seconds(seconds)
    }
}

/// Small notations of the owner's files.
enum SettingValue {
    /// `[a-z0-9][a-z0-9._-]*`
    static func isName(_ text: String) -> Bool {
        guard let first = text.utf8.first, isLowerOrDigit(first) else { return false }
        return text.utf8.allSatisfy { byte in
            isLowerOrDigit(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
        }
    }

    private static func isLowerOrDigit(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte)
    }

    /// `30/s` or `20/min`, as messages a second.
    static func rate(_ text: String) -> Double? {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let amount = DecimalAmount(String(parts[0])), amount.digits > 0,
            let count = Double(amount.description)
        else { return nil }
        switch parts[1] {
        case "s": return count
        case "min": return count / 60
        default: return nil
        }
    }

    /// `09:30` as minutes after midnight.
    static func timeOfDay(_ text: some StringProtocol) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].count <= 2, parts[1].count == 2,
            parts.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
            let hour = Int(parts[0]), let minute = Int(parts[1]), hour < 24, minute < 60
        else { return nil }
        return hour * 60 + minute
    }

    /// `22:00-08:00`
    static func quietHours(_ text: String) -> QuietHours? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let from = timeOfDay(parts[0]), let to = timeOfDay(parts[1]), from != to
        else { return nil }
        return QuietHours(from: from, to: to)
    }

    /// An http(s) address with a host, and without white space or control characters.
    static func isWebAddress(_ text: String) -> Bool {
        let lowered = text.prefix(8).lowercased()
        let start = lowered.hasPrefix("https://") ? 8 : lowered.hasPrefix("http://") ? 7 : 0
        guard start > 0, let first = text.dropFirst(start).first, !"/?#".contains(first) else { return false }
        return !text.unicodeScalars.contains { $0.properties.isWhitespace || $0.properties.generalCategory == .control }
    }

    /// A path as seen from the folder of another file, without `.` and with `..` worked out as far as they go.
    static func resolve(path: String, besideFile file: String) -> String {
        guard !path.hasPrefix("/") else { return path }
        var parts = file.split(separator: "/", omittingEmptySubsequences: true).dropLast().map(String.init)
        for part in path.split(separator: "/", omittingEmptySubsequences: true) where part != "." {
            if part != ".." {
                parts.append(String(part))
            } else if let last = parts.last, last != ".." {
                parts.removeLast()
            } else if !file.hasPrefix("/") {
                parts.append("..")
            }
        }
        return (file.hasPrefix("/") ? "/" : "") + parts.joined(separator: "/")
    }
}
