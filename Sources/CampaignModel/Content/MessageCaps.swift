/// Limits for the messages of all campaigns together to one person, in sliding windows.
package struct MessageCaps: Sendable, Hashable {
    /// Most messages in any 24 hours; nil for no limit.
    package var perDay: Int?
    /// Most messages in any seven days; nil for no limit.
    package var perWeek: Int?

    package init(perDay: Int? = nil, perWeek: Int? = nil) {
        self.perDay = perDay
        self.perWeek = perWeek
    }

    /// The longest window.
    package static let week = Duration.days(7)
    private static let day = Duration.days(1)

    /// The time from which the next message may be sent.
    ///
    /// - Parameters:
    ///   - sent: Times of earlier messages, at least those of the last week.
    ///   - now: The present time.
    /// - Returns: The time; nil for now.
    package func nextAllowed(after sent: [Timestamp], now: Timestamp) -> Timestamp? {
        let newest = sent.sorted(by: >)
        func free(_ number: Int?, _ length: Duration) -> Timestamp? {
            guard let number, newest.count >= number else { return nil }
            return newest[number - 1] + length
        }
        let next = [free(perDay, Self.day), free(perWeek, Self.week)].compactMap(\.self).max()
        return next.flatMap { $0 > now ? $0 : nil }
    }
}
