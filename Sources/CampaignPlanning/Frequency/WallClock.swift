package import CampaignModel
package import Foundation

/// What clocks on the wall show in a time zone.
///
/// A wall time is a date and a time of day without a zone, in seconds: as many as a clock in UTC that shows the same counts
/// since 1970.
package struct WallClock: Sendable, Hashable {
    package let zone: TimeZone

    package init(_ zone: TimeZone) { self.zone = zone }

    /// By the name of a zone; UTC where there is none of that name.
    package init(named name: String) { self.init(TimeZone(identifier: name) ?? .gmt) }

    /// What it shows at a moment; fractions of a second are dropped.
    package func wall(at moment: Timestamp) -> Int { wall(atSecond: Self.seconds(moment)) }

    /// The first moment at which it shows a wall time. When it is moved over that time, the moment at which it is.
    package func moment(showing wall: Int) -> Timestamp {
        let all = seconds(showing: wall)
        return Timestamp(seconds: Int64(all.first ?? secondOfJump(over: wall)))
    }

    /// Every moment at which it shows a wall time, the earliest first: none when it is moved over it, two when it is moved
    /// back over it.
    package func moments(showing wall: Int) -> [Timestamp] {
        seconds(showing: wall).map { Timestamp(seconds: Int64($0)) }
    }

    /// How far ahead of UTC it is as long as it shows what lies between two wall times; nil when it is moved about then.
    func steadyOffset(from: Int, to: Int) -> Int? {
        let (before, after) = (offset(atSecond: from - Self.day), offset(atSecond: to + Self.day))
        return before == after ? before : nil
    }

    private static let day = 86_400

    /// The day of a wall time, counted from 1 January 1970.
    static func day(of wall: Int) -> Int { Int((Double(wall) / Double(day)).rounded(.down)) }

    private static func seconds(_ moment: Timestamp) -> Int {
        Int((moment.milliseconds - (moment.milliseconds < 0 ? 999 : 0)) / 1000)
    }

    private func offset(atSecond second: Int) -> Int {
        zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(second)))
    }

    private func wall(atSecond second: Int) -> Int { second + offset(atSecond: second) }

    /// The offsets of the day before and the day after, between which a change of clocks lies if there is one.
    private func offsets(around wall: Int) -> (before: Int, after: Int) {
        (offset(atSecond: wall - Self.day), offset(atSecond: wall + Self.day))
    }

    private func seconds(showing wall: Int) -> [Int] {
        let (before, after) = offsets(around: wall)
        let candidates = before == after ? [wall - before] : [wall - before, wall - after].sorted()
        return candidates.filter { self.wall(atSecond: $0) == wall }
    }

    private func secondOfJump(over wall: Int) -> Int {
        let (before, after) = offsets(around: wall)
        // It shows less at the first of these, and more at the second.
        var (low, high) = (wall - max(before, after) - 1, wall - min(before, after) + 1)
        while high - low > 1 {
            let middle = low + (high - low) / 2
            if self.wall(atSecond: middle) < wall { low = middle } else { high = middle }
        }
        return high
    }
}

extension WallClock {
    private static let first = Timestamp(year: 1, month: 1, day: 2) ?? Timestamp(seconds: 0)
    private static let last = Timestamp(year: 9999, month: 12, day: 30) ?? Timestamp(seconds: 0)

    /// Whether a date and time is written with an offset: behind the date, a sign can only be an offset's.
    static func hasOffset(_ text: String) -> Bool { text.dropFirst(10).contains { "Zz+-".contains($0) } }

    /// What somebody writes who looks at this clock: `2026-12-01`, `2026-12-01 09:00`, `2026-12-01T09:00:30`. With an
    /// offset, `2026-12-01T09:00+03:00`, the clock does not matter.
    package func moment(written text: String) -> Timestamp? {
        guard text.utf8.count <= 40, let asInUTC = Timestamp(iso8601: text) else { return nil }
        // To the second, as it is stored.
        let second = Self.seconds(asInUTC)
        let found = Self.hasOffset(text) ? Timestamp(seconds: Int64(second)) : moment(showing: second)
        // A clock may lead out of the years that can be written.
        return (Self.first...Self.last).contains(found) ? found : nil
    }
}
