/// How many messages of all campaigns together one person gets, counted back from each moment.
package struct MessageCaps: Sendable, Hashable {
    /// In any 24 hours.
    package var perDay: Int?
    /// In any seven days.
    package var perWeek: Int?

    package init(perDay: Int? = nil, perWeek: Int? = nil) {
        self.perDay = perDay
        self.perWeek = perWeek
    }

    /// The longest time that is looked back for.
    package static let week = Duration.days(7)
    private static let day = Duration.days(1)

    /// When the next message may go.
    ///
    /// - Parameters:
    ///   - sent: When earlier ones went, at least those of the last week.
    ///   - now: The time.
    /// - Returns: nil for now.
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
